import assert from "node:assert/strict";
import { test } from "node:test";
import { fits } from "../../src/checklist/conditions.ts";
import { parseChecklist, rightOf } from "../../src/checklist/paper.ts";
import { parseRates, stated } from "../../src/checklist/rates.ts";
import type { Json } from "../../src/ledger/json.ts";
import { evaluated, heldIn, plainEvaluation, type PlainCase } from "../support/plain_checklist.ts";
import type { Named, PlainAuthor } from "../support/plain_fold.ts";
import { vectors } from "../support/vectors.ts";

type Vectors = {
  authors: Named<PlainAuthor>;
  checklist: Json;
  rates: Json;
  cases: (PlainCase & { name: string; expected: { [key: string]: Json } })[];
  fits: [Json, string, boolean][];
  stated: [string, [number, number] | null][];
  rights: [string, string[], boolean][];
};
const held = vectors<Vectors>("checklist.json");
const checklist = parseChecklist(held.checklist) ?? assert.fail("the checklist is not one");
const rates = parseRates(held.rates) ?? assert.fail("the rates are none");

for (const one of held.cases) {
  test(`what is asked: ${one.name}`, () => {
    const evaluation = evaluated(one, checklist, rates, held.authors);
    const told: { [key: string]: Json } = { ...plainEvaluation(evaluation), conditions: heldIn(one, evaluation) };
    for (const [key, expected] of Object.entries(one.expected)) assert.deepEqual(told[key], expected, key);
  });
}

test("an answer fits what the checklist means by it, in both languages alike", () => {
  for (const [value, when, result] of held.fits) assert.equal(fits(value, when), result, `${String(value)} ${when}`);
});

test("stated pay is read only where it can be read in one way", () => {
  for (const [text, expected] of held.stated) {
    const pay = stated(text);
    assert.deepEqual(pay && [pay.units, pay.hours], expected, text);
  }
});

test("a field may be written by its section and its owner", () => {
  for (const [field, agencies, anybody] of held.rights) {
    const right = rightOf(checklist, field);
    assert.deepEqual([[...right.agencies].sort(), right.anybody], [agencies, anybody], field);
  }
});
