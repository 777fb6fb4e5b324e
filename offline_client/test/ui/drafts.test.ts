/** What an officer typed and the tablet could not write down. */
import { equal } from "node:assert/strict";
import { test } from "node:test";
import { forgetDrafts, shelfAt } from "../../src/ui/drafts.ts";

test("what could not be written is found again where it was typed, and nowhere else", () => {
  shelfAt("visit EVD-03").keep("the ledger is behind the door");
  equal(shelfAt("visit EVD-03").text, "the ledger is behind the door");
  equal(shelfAt("visit EVD-04").text, null);
  shelfAt("visit EVD-03").clear();
  equal(shelfAt("visit EVD-03").text, null);
});

test("when the app locks, what was typed goes with the keys, also what a closing screen still hands in", () => {
  const open = shelfAt("visit EVD-03");
  open.keep("first");
  forgetDrafts();
  open.keep("second");
  equal(shelfAt("visit EVD-03").text, null);
});
