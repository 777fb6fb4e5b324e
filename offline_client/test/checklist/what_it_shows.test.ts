import assert from "node:assert/strict";
import { test } from "node:test";
import { categoryOf, isPositive, parseIndicators } from "../../src/checklist/indicators.ts";
import { parseChecklist } from "../../src/checklist/paper.ts";
import { parseRates } from "../../src/checklist/rates.ts";
import { score } from "../../src/checklist/scoring.ts";
import type { SubjectId } from "../../src/ledger/ids.ts";
import type { Json } from "../../src/ledger/json.ts";
import { evaluated, plainScoring, type PlainCase } from "../support/plain_checklist.ts";
import type { Named, PlainAuthor } from "../support/plain_fold.ts";
import { vectors } from "../support/vectors.ts";

type Vectors = {
  authors: Named<PlainAuthor>;
  indicators: Json;
  rule: [number, number, number, boolean][];
  categories: [string[], boolean, string][];
  cases: (PlainCase & { name: string; subject: SubjectId; child: boolean; expected: Json })[];
};
const held = vectors<Vectors>("scoring.json");
const papers = vectors<{ checklist: Json; rates: Json }>("checklist.json");
const checklist = parseChecklist(papers.checklist) ?? assert.fail("the checklist is not one");
const rates = parseRates(papers.rates) ?? assert.fail("the rates are none");
const set = parseIndicators(held.indicators) ?? assert.fail("the indicators are none");

for (const one of held.cases) {
  test(`what it shows: ${one.name}`, () => {
    const scoring = score(set, evaluated(one, checklist, rates, held.authors), one.subject, one.child);
    assert.deepEqual(plainScoring(scoring), one.expected);
  });
}

test("one strong sign alone never makes a pattern, and weak ones alone never do", () => {
  for (const [strong, medium, weak, positive] of held.rule) {
    assert.equal(isPositive(set, { strong, medium, weak }), positive, `${strong} ${medium} ${weak}`);
  }
});

test("the first pattern that is met counts", () => {
  for (const [positive, child, category] of held.categories) {
    assert.equal(categoryOf(set, new Set(positive), child).id, category, `${positive.join()} ${child}`);
  }
});
