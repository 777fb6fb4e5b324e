import assert from "node:assert/strict";
import { test } from "node:test";
import { readErasures, whose } from "../../src/ledger/erasure.ts";
import type { StreamId } from "../../src/ledger/ids.ts";
import type { Json } from "../../src/ledger/json.ts";
import { vectors } from "../support/vectors.ts";

type Vectors = {
  whose: { rule: string; stream: StreamId; header: string; of: string }[];
  answer: Json;
  read: [string, string][];
  none: Json[];
};
const erasure = vectors<Vectors>("erasure.json");

test("an entry is about one card, or about the people of its stream who have none", () => {
  for (const { rule, stream, header, of } of erasure.whose) assert.equal(whose(header, stream), of, rule);
});

test("orders are read as the server writes them, and what is no order erases nothing", () => {
  assert.deepEqual(readErasures(erasure.answer), erasure.read.map(([order, of]) => ({ order, of })));
  for (const none of erasure.none) assert.deepEqual(readErasures(none), [], JSON.stringify(none));
  assert.deepEqual(readErasures(null), []);
});
