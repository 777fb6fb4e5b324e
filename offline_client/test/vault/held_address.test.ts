/** Radio codes and sealed addresses: what the vectors say holds on a tablet, by the same keys and codes as at the server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { base64url, fromBase64url } from "../../src/ledger/bytes.ts";
import type { JsonObject } from "../../src/ledger/json.ts";
import { readCode } from "../../src/ledger/radio_code.ts";
import { keyByCode, openAddress, type Place, type Sealed, type Wrapped } from "../../src/vault/address.ts";
import { keyFromSecret } from "../../src/vault/secret.ts";
import { vectors } from "../support/vectors.ts";

type Case = {
  readonly operation: string; readonly visit: string; readonly team: string; readonly key: string; readonly code: string;
  readonly held: Sealed & { readonly strike: string; readonly edition: number; readonly code: Wrapped };
  readonly premises: JsonObject;
};
const codes = vectors<{ typed: { typed: string; is: string }[] }>("radio_code.json");
const { cases } = vectors<{ cases: Case[] }>("held_address.json");
const placeOf = ({ operation, team, held: { strike, edition } }: Case): Place => ({ operation, team, strike, edition });
const rawOf = (text: string): Uint8Array<ArrayBuffer> => fromBase64url(text) ?? new Uint8Array();

test("what was typed is the code that was meant, or it is none and says why", () => {
  for (const one of codes.typed) assert.equal(readCode(one.typed).code, one.is, one.typed);
});

test("a sealed address opens with its key, and its key with its code", async () => {
  for (const one of cases) {
    const key = await keyByCode(one.code, one.held.code, keyFromSecret);
    assert.equal(key && base64url(key), one.key);
    assert.deepEqual(await openAddress(rawOf(one.key), one.held, placeOf(one), one.visit), one.premises);
  }
});

test("no other team's code or key, and no other paper's place, opens an address", async () => {
  const [one, other] = cases;
  assert.ok(one && other);
  assert.equal(await keyByCode(other.code, one.held.code, keyFromSecret), null);
  assert.equal(await openAddress(rawOf(other.key), one.held, placeOf(one), one.visit), null);
  for (const wrong of [{ team: "x" }, { strike: "G2" }, { edition: 3 }, { operation: "x" }])
    assert.equal(await openAddress(rawOf(one.key), one.held, { ...placeOf(one), ...wrong }, one.visit), null);
  assert.equal(await openAddress(rawOf(one.key), one.held, placeOf(one), other.visit), null);
});
