/** What an officer takes back is gone for everyone who could read it, also for those who read one class of data alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT, classOf, type SubjectId } from "../../src/ledger/ids.ts";
import { FWA, HSE, LEAD, START_MS, tablet, type Tablet } from "../support/field.ts";
import { openServer, type Server } from "../support/server.ts";

const WORRIES = "WK1-08";

type Given = { readonly server: Server; readonly lead: Tablet; readonly alone: Tablet; readonly worker: SubjectId };

/** A lead, and an officer who is given the strictest class and nothing else. */
async function withReaderOf(classCode: string): Promise<Given> {
  const server = await openServer([LEAD, FWA, HSE], START_MS);
  server.mayRead = (member, stream) => member !== HSE || classOf(stream) === classCode;
  const lead = await tablet(server, LEAD);
  await lead.visit.answer(THE_VISIT, "START-03", "entered");
  const worker = await lead.visit.addWorker();
  assert.ok(worker.ok);
  await lead.visit.answer(worker.subject, "WK0-06", "Y");
  return { server, lead, alone: await tablet(server, HSE, 2), worker: worker.subject };
}

const chosen = (on: Tablet, worker: SubjectId): readonly string[] =>
  on.visit.question(WORRIES, worker).value.options.filter(({ selected }) => selected).map(({ value }) => value);

for (const [how, back] of [
  ["cleared", (lead: Tablet, worker: SubjectId) => lead.visit.clear(worker, WORRIES)],
  ["put down as not asked", (lead: Tablet, worker: SubjectId) => lead.visit.notAsked(worker, WORRIES, "not_safe")],
] as const) {
  test(`a worry about status that is ${how} with its question is gone for the one who reads that class alone`, async () => {
    const { lead, alone, worker } = await withReaderOf("C7p");
    await lead.visit.choose(worker, WORRIES, "money", true);
    await lead.visit.choose(worker, WORRIES, "status", true);
    for (const each of [lead, alone]) await each.send();
    assert.deepEqual([chosen(lead, worker), chosen(alone, worker)], [["money", "status"], ["status"]]);
    await back(lead, worker);
    for (const each of [lead, alone]) await each.send();
    assert.deepEqual([chosen(lead, worker), chosen(alone, worker)], [[], []]);
    assert.equal(lead.visit.view.value.conflicts.length, 0);
    await lead.visit.choose(worker, WORRIES, "status", true);
    for (const each of [lead, alone]) await each.send();
    assert.deepEqual([chosen(lead, worker), chosen(alone, worker)], [["status"], ["status"]]);
  });
}

test("what is taken back in the open class does not name what lay in the closed one", async () => {
  const { lead, server, worker } = await withReaderOf("C7p");
  const saved = await lead.visit.choose(worker, WORRIES, "status", true);
  assert.ok(saved.ok);
  await lead.visit.clear(worker, WORRIES);
  await lead.send();
  const naming = [...server.state.streams].filter(([, arrivals]) =>
    arrivals.some(({ lines }) => lines.some(({ header }) => header.includes(saved.id))));
  assert.deepEqual(naming.map(([stream]) => classOf(stream)), ["C7p"]);
});

test("a corrected answer that its worker wants out is read by its author alone, with all that it had said before, and why", async () => {
  const server = await openServer([LEAD, FWA, HSE], START_MS);
  const [lead, other] = [await tablet(server, LEAD), await tablet(server, FWA, 2)];
  await lead.visit.answer(THE_VISIT, "START-03", "entered");
  await lead.visit.answer(THE_VISIT, "EVD-03", "heron under the stairs", "said at the door");
  const saved = await lead.visit.answer(THE_VISIT, "EVD-03", "heron behind the wall");
  assert.ok(saved.ok && (await lead.visit.withdraw(saved.id, "afraid of the heron")).ok);
  for (const each of [lead, other]) await each.send();
  const told = (on: Tablet): readonly string[] => on.visit.history("EVD-03", THE_VISIT).map(({ valueWords, note }) => `${valueWords} / ${note ?? ""}`);
  const gone = "[withdrawn: kept for disclosure only] / ";
  assert.deepEqual(told(other), ["Withdrawn / ", gone, gone]);
  assert.deepEqual(told(lead), [
    "Withdrawn: afraid of the heron / afraid of the heron", "heron behind the wall / ", "heron under the stairs / said at the door",
  ]);
  assert.deepEqual([other.session.search("heron").length, lead.session.search("heron").length], [0, 1]);
});
