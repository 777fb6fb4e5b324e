import assert from "node:assert/strict";
import { test } from "node:test";
import { classOf, THE_VISIT } from "../../src/ledger/ids.ts";
import { COMMAND, FWA, LEAD, START_MS, tablet } from "../support/field.ts";
import type { Member } from "../support/papers.ts";
import { openServer } from "../support/server.ts";

const FOLLOWER: Member = { ...COMMAND, agency: LEAD.agency };

/** How the first section about a person looks on the tablet of one of the same agency, when others may have asked there. */
async function personAsSeenBy(member: Member): Promise<string | undefined> {
  const server = await openServer([LEAD, FWA, FOLLOWER], START_MS);
  server.mayRead = (reader, stream) => reader.officer !== FOLLOWER.officer || classOf(stream) === "C1";
  const one = await tablet(server, member);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  assert.ok((await one.visit.addWorker()).ok);
  return one.visit.view.value.workers[0]?.sections[0]?.statusWords;
}

test("the lead who follows a visit is told that others answered there what is not shown, not that nobody asked", async () => {
  assert.equal(await personAsSeenBy(LEAD), "Not started");
  assert.equal(await personAsSeenBy(FOLLOWER), "Not shown to you; others may have answered here");
});
