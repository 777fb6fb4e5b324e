import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../src/ledger/json.ts";
import { foldPlain, type Named, type PlainAuthor, type PlainEntry, type PlainRight } from "../support/plain_fold.ts";
import { vectors } from "../support/vectors.ts";

type Vectors = {
  authors: Named<PlainAuthor>;
  rights: Named<PlainRight>;
  cases: { name: string; entries: PlainEntry[]; expected: Json }[];
};
const { authors, rights, cases } = vectors<Vectors>("fold.json");

for (const { name, entries, expected } of cases) {
  test(`what is known: ${name}`, () => {
    assert.deepEqual(foldPlain({ entries, authors, rights }), expected);
  });
}

test("the order in which answers arrive, and their coming twice, changes nothing", () => {
  for (const { name, entries } of cases) {
    const placed = entries.map((entry, place) => ({ at: place, ...entry }));
    const once = foldPlain({ entries: placed, authors, rights });
    assert.deepEqual(foldPlain({ entries: [...placed].reverse().concat(placed), authors, rights }), once, name);
  }
});
