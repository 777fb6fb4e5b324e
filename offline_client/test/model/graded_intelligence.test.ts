/** Intelligence is submitted by those who are trained for it, graded, and with its conditions; else it is not written at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT } from "../../src/ledger/ids.ts";
import { INTELLIGENCE } from "../../src/ledger/intelligence.ts";
import { FWA, LEAD, openField, tablet } from "../support/field.ts";

const ITEM = { text: "Vans come at night", source: "2", content: "B" };

/** The lead is of the police, the other brings nothing that counts as training. */
async function team() {
  const server = await openField();
  server.edition = (kind, text) => (kind === "visit" ? text.replace('"capabilities":[]', '"capabilities":["PO"]') : text);
  return { trained: await tablet(server, LEAD), other: await tablet(server, FWA, 2) };
}

test("the form is there for those who are trained, and for nobody else", async () => {
  const { trained, other } = await team();
  const has = (one: typeof trained) => one.visit.acts.some(({ kind }) => kind === INTELLIGENCE);
  assert.deepEqual([has(trained), has(other)], [true, false]);
});

test("an item without its grade, or with C and no conditions, is not written, and the officer is told what lacks", async () => {
  const { trained } = await team();
  const write = (value: object) => trained.visit.act(INTELLIGENCE, THE_VISIT, value as { [key: string]: string });
  for (const [value, why] of [
    [ITEM, /graded/], [{ ...ITEM, handling: "C" }, /conditions/], [{ ...ITEM, handling: "P", only: "POL" }, /P has no conditions/],
  ] as const) {
    const said = await write(value);
    assert.ok(!said.ok && why.test(said.why), JSON.stringify(said));
  }
  assert.equal(trained.visit.view.value.acts.length, 0);
  assert.ok((await write({ ...ITEM, handling: "C", conditions: "Ask the author" })).ok);
  assert.match(trained.visit.view.value.acts[0]?.summary ?? "", /2 Untested.*B Known indirectly but corroborated.*C Shared under conditions.*Ask the author/s);
});
