import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url } from "../../src/ledger/bytes.ts";
import type { SignerId } from "../../src/ledger/ids.ts";
import { entriesLost, judgeOrder, readWord, wordLine, wordMessage, type SignedOrder, type SignedWord } from "../../src/ledger/wipe.ts";
import { verifyWith } from "../../src/vault/keys.ts";
import { vectors } from "../support/vectors.ts";

type Ordered = SignedOrder & { rule: string; said: string; fields?: { id: string; forced: boolean } };
type Worded = SignedWord & { rule: string; fields: { order: string | null; forced: boolean; entries: number; lost: number; files: number } };
type Wipes = {
  server_key: string; key: string; signer: SignerId; orders: Ordered[]; words: Worded[]; forged_words: SignedWord[]; bad_words: { rule: string; word: string }[];
};
const { server_key, key, signer, orders, words, forged_words, bad_words } = vectors<Wipes>("wipe.json");

const signedBy = ({ word, signature }: SignedWord): Promise<boolean> =>
  verifyWith(key, wordMessage(word), fromBase64url(signature) ?? new Uint8Array());

test("only what this server signed for exactly this tablet is obeyed", async () => {
  for (const one of orders) {
    const judged = await judgeOrder(one, signer, server_key, verifyWith);
    assert.equal(judged.ok ? "obeyed" : judged.word, one.said, one.rule);
    if (judged.ok) assert.deepEqual([judged.order.wipe, judged.order.forced], [one.fields?.id, one.fields?.forced], one.rule);
  }
});

test("an order that is obeyed here is obeyed by no other tablet, nor under another server's key", async () => {
  for (const one of orders.filter(({ said }) => said === "obeyed")) {
    const other = await judgeOrder(one, "c".repeat(26) as SignerId, server_key, verifyWith);
    assert.deepEqual(other, { ok: false, word: "not_ours" });
    assert.deepEqual(await judgeOrder(one, signer, key, verifyWith), { ok: false, word: "forged" });
  }
});

test("a word is written as the server reads it, and tells by number what was lost", async () => {
  for (const one of words) {
    const word = readWord(one.word) ?? assert.fail(one.rule);
    assert.equal(wordLine(word), one.word);
    assert.ok(await signedBy(one), one.rule);
    const { wiped, forced, entries, files } = word;
    assert.deepEqual({ order: wiped, forced, entries, lost: entriesLost(word), files: files.length }, one.fields, one.rule);
  }
});

test("what is no word, or not this key's, is none", async () => {
  for (const { rule, word } of bad_words) assert.equal(readWord(word), null, rule);
  for (const one of forged_words) assert.equal(await signedBy(one), false);
});
