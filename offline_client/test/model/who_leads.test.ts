import assert from "node:assert/strict";
import { test } from "node:test";
import type { OfficerId } from "../../src/ledger/ids.ts";
import type { VisitPaper } from "../../src/model/types.ts";
import { leadership } from "../../src/model/visit_book.ts";
import { vectors } from "../support/vectors.ts";

type Said = { paper: VisitPaper; authors: { who: string; officer: OfficerId; visit_lead: boolean; operation_lead: boolean }[] };

test("whoever led a visit or the operation is known by it after the visit was moved", () => {
  const { paper, authors } = vectors<Said>("visit_paper.json");
  for (const { who, officer, visit_lead: visitLead, operation_lead: operationLead } of authors) {
    assert.deepEqual(leadership(paper, officer), { visitLead, operationLead }, who);
  }
});
