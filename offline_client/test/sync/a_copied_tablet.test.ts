/** Two tablets that write one log, as after a copy: each shows what the server let into the stream, whatever stands in its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT, type VisitId } from "../../src/ledger/ids.ts";
import { FWA, LEAD, openField, opened, tablet, type Tablet } from "../support/field.ts";
import { VISIT } from "../support/papers.ts";
import { snapshot, type Server } from "../support/server.ts";

const named = ({ visit }: Pick<Tablet, "visit">) => visit.question("PREM-02", THE_VISIT).value.value;
const told = ({ session }: Pick<Tablet, "session">): string => session.sync.value.attention.join();

async function copyOf(server: Server, one: Tablet): Promise<Pick<Tablet, "session" | "visit">> {
  const { session } = await opened(one.machine.disk, server.network, server.nowMs, 77);
  const visit = await session.openVisit(VISIT as VisitId);
  assert.ok("view" in visit);
  return { session, visit };
}

/** One answer that lies aside at the server, by itself, and one that follows it. */
async function oneAsideAndOneMore(server: Server, one: Tablet): Promise<void> {
  server.apart = ({ header }) => (header.includes("START-05") ? "class" : null);
  await one.visit.answer(THE_VISIT, "START-05", 3);
  await one.send();
  await one.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  await one.send();
}

test("what follows an answer that lies aside is shown on a copy that wrote another in its place", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const copy = await copyOf(server, one);
  await oneAsideAndOneMore(server, one);
  await copy.visit.answer(THE_VISIT, "START-06", 12);
  for (let round = 0; round < 2; round++) await copy.session.sendNow();
  assert.equal(named(copy), "Example Ltd");
  assert.doesNotMatch(told(copy), /damaged|cannot be/);
});

test("and on a colleague's tablet that had the copy's before the server was put back, also after a restart", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  const before = snapshot(server);
  const copy = await copyOf(server, one);
  await copy.visit.answer(THE_VISIT, "START-06", 12);
  await copy.session.sendNow();
  await two.send();
  Object.assign(server, { state: before, epoch: "another" });
  await oneAsideAndOneMore(server, one);
  await two.send();
  assert.deepEqual([named(two), told(two)], ["Example Ltd", ""]);
  await two.restart();
  await one.visit.answer(THE_VISIT, "PREM-02", "Example and Sons Ltd");
  await one.send();
  await two.send();
  assert.deepEqual([named(two), told(two)], ["Example and Sons Ltd", ""]);
});

test("what the server names in its epoch stands for what was held before, whatever their names are called on the disk", async () => {
  for (const epochs of [["a", "b"], ["b", "a"]] as const) {
    const server = await openField();
    const one = await tablet(server, LEAD);
    const two = await tablet(server, FWA, 2);
    const copy = await copyOf(server, one);
    const before = snapshot(server);
    server.epoch = epochs[0];
    await copy.visit.answer(THE_VISIT, "START-06", 12);
    await copy.session.sendNow();
    await two.send();
    Object.assign(server, { state: before, epoch: epochs[1] });
    await one.visit.answer(THE_VISIT, "START-05", 3);
    await one.send();
    await two.send();
    await two.restart();
    await one.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
    await one.send();
    await two.send();
    assert.deepEqual([named(two), told(two)], ["Example Ltd", ""]);
  }
});
