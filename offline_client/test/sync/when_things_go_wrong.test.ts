import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../src/ledger/bytes.ts";
import { readEntry } from "../../src/ledger/entry.ts";
import { THE_VISIT, type VisitId } from "../../src/ledger/ids.ts";
import { openDoors } from "../../src/model/session.ts";
import { freshKeys } from "../../src/vault/keys.ts";
import { FWA, LEAD, SECRET, START_MS, type Tablet, carryingNothing, openField, opened, tablet } from "../support/field.ts";
import { machine, memoryDisk } from "../support/machine.ts";
import { VISIT } from "../support/papers.ts";
import { atRest, letIn, snapshot, type Server } from "../support/server.ts";

const value = (on: Tablet, question: string) => on.visit.question(question, THE_VISIT).value.value;
const waiting = (on: Tablet) => on.session.sync.value.waiting;
const attention = (on: Tablet) => on.session.sync.value.attention.join("; ");

function putBack(server: Server, to: ReturnType<typeof snapshot>, epoch: string): void {
  server.state = { ...to, logs: new Map(to.logs), streams: new Map(to.streams) };
  server.epoch = epoch;
}

test("a server put back to an older day is given again what it lost though nobody wrote anything since", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  const backup = snapshot(server);
  await one.visit.answer(THE_VISIT, "START-05", 14);
  await one.send();
  putBack(server, backup, "second");
  await one.send();
  assert.deepEqual([atRest(server), waiting(one)], [2, 0]);
});

test("what waited for the lead at the server is offered again when the server lost it, and what came after follows", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const backup = snapshot(server);
  server.apart = ({ header }) => (header.includes("START-05") ? "class" : null);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.visit.answer(THE_VISIT, "START-05", 14);
  await one.send();
  assert.match(attention(one), /1 answer reached the server and waits there for the lead/);
  await one.visit.answer(THE_VISIT, "START-06", 2);
  await one.send();
  putBack(server, backup, "second");
  await one.send();
  assert.deepEqual([atRest(server), waiting(one), server.state.asides.length], [3, 0, 1]);
  assert.match(attention(one), /waits there for the lead/);
});

test("when a restored server hears a tablet's copy first, the tablet no longer calls received what is not there", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  const backup = snapshot(server);
  const { session: copy } = await opened(one.machine.disk, server.network, START_MS, 77);
  const copied = await copy.openVisit(VISIT as VisitId);
  assert.ok("view" in copied);
  await one.visit.answer(THE_VISIT, "START-05", 11);
  await one.send();
  putBack(server, backup, "second");
  await copied.answer(THE_VISIT, "START-05", 12);
  await copy.sendNow();
  await one.send();
  assert.deepEqual(server.state.asides.map(({ code }) => code), ["fork"]);
  assert.deepEqual([one.visit.view.value.saved.received, waiting(one)], [1, 0]);
  assert.match(attention(one), /1 answer reached the server beside another history/);
});

test("a tablet put back to an older day learns from what it pulls that the server has its answers", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = (path) => (path.endsWith("push") ? "reply_lost" : "fine");
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  const old = memoryDisk(one.machine.disk);
  await one.visit.answer(THE_VISIT, "START-05", 11);
  await one.send();
  const { session } = await opened(old, server.network, START_MS, 78);
  await session.sendNow();
  assert.equal(session.sync.value.waiting, 0);
  assert.equal(atRest(server), 2);
});

test("a tablet put back to an older day, which is given nothing, still learns that the server has what it holds", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  server.mayRead = () => false;
  one.weather = (path) => (path.endsWith("push") ? "reply_lost" : "fine");
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  const old = memoryDisk(one.machine.disk);
  await one.visit.answer(THE_VISIT, "START-05", 11);
  await one.send();
  const { session } = await opened(old, server.network, START_MS, 79);
  await session.sendNow();
  assert.deepEqual([session.sync.value.waiting, atRest(server), server.state.asides], [0, 2, []]);
});

test("nothing is called received when the server names another head, or answers without form", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  const lies = [
    (text: string) => text.replace(/"have":\d+,"head":"\w{64}"/g, `"have":1,"head":"${"0".repeat(64)}"`),
    (text: string) => text.replace('"exceptions":[]', '"exceptions":[{"verdict":"quarantined"}]'),
    (text: string) => text.slice(0, -3),
  ];
  for (const lie of lies) {
    server.garble = (path, text) => (path.endsWith("push") || path.endsWith("have") ? lie(text) : text);
    server.spoil = () => "";
    await one.send();
    assert.deepEqual([one.visit.view.value.saved.received, waiting(one)], [0, 1]);
  }
});

test("what the server cannot accept stays on the tablet, is said, and is offered again until it is accepted", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const [[signer, enrolled] = assert.fail()] = server.signers;
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  server.signers.set(signer, { ...enrolled, key: (await freshKeys()).key });
  for (let n = 0; n < 2; n++) {
    await one.send();
    assert.deepEqual([waiting(one), one.visit.view.value.saved.received, atRest(server)], [1, 0, 0]);
    assert.match(attention(one), /1 answer could not be accepted and stays on this tablet/);
  }
  server.signers.set(signer, enrolled);
  await one.restart();
  await one.send();
  assert.deepEqual([waiting(one), one.visit.view.value.saved.received, attention(one)], [0, 1, ""]);
});

test("a token that ended is renewed without a word", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  server.tokenMs = 60_000;
  await one.restart();
  await one.send();
  server.nowMs += server.tokenMs;
  await one.visit.answer(THE_VISIT, "START-05", 14);
  await one.send();
  assert.deepEqual([atRest(server), waiting(one), attention(one)], [2, 0, ""]);
});

test("a colleague's clock set to 2099 does not move the order of what others write", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  two.machine.pass(Date.UTC(2099, 0, 1) - START_MS);
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  for (const each of [two, one]) await each.send();
  assert.equal(value(one, "PREM-02"), "Example Ltd");
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  const [log] = [...server.state.streams.values()].flatMap((all) => all.slice(-1));
  const written = readEntry(log?.lines.at(-1) ?? { header: "", body: "" });
  assert.ok(written.ok && written.value.field === "START-03" && written.value.hlc[0] <= START_MS + 60_000);
  assert.match(attention(two), /minutes fast/);
});

test("what no certificate of this server vouches for is not shown and said, until the certificate comes", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  const [signer, enrolled] = [...server.signers].at(-1) ?? [];
  assert.ok(signer && enrolled);
  const other = await openField();
  await tablet(other, FWA, 2);
  const [forged] = other.signers.values();
  server.signers.set(signer, { ...enrolled, paper: forged?.paper ?? "" });
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  for (const each of [two, one]) await each.send();
  assert.equal(value(one, "PREM-02"), null);
  assert.match(attention(one), /1 part came without proof of who wrote that: not shown/);
  server.signers.set(signer, enrolled);
  await one.send();
  assert.deepEqual([value(one, "PREM-02"), attention(one)], ["Example Ltd", ""]);
});

test("what came in after its author's certificate had ended is not shown and said, and what came before stays", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  await two.send();
  server.nowMs = Date.parse("2026-12-20T08:00:00.001+00:00");
  await two.visit.answer(THE_VISIT, "START-05", 14);
  for (const each of [two, one]) await each.send();
  assert.deepEqual([value(one, "PREM-02"), value(one, "START-05")], ["Example Ltd", null]);
  assert.match(attention(one), /1 part came without proof of who wrote that: not shown/);
  await one.restart();
  assert.deepEqual([value(one, "PREM-02"), value(one, "START-05")], ["Example Ltd", null]);
});

test("what a lead let in is called received by its author's tablet and shown on the others, though the certificate had ended", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  server.nowMs = Date.parse("2026-12-20T08:00:00.001+00:00");
  server.barred = () => "certificate_expired";
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  for (const each of [two, one]) await each.send();
  assert.match(attention(two), /waits there for the lead/);
  assert.equal(value(one, "PREM-02"), null);
  server.barred = () => null;
  letIn(server, "d".repeat(64));
  for (const each of [two, one]) await each.send();
  for (const each of [two, one]) {
    assert.doesNotMatch(attention(two), /waits there/);
    assert.equal(value(one, "PREM-02"), "Example Ltd");
    await each.restart();
  }
});

test("a paper that is no certificate at all harms nothing", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  for (const [signer, enrolled] of server.signers) server.signers.set(signer, { ...enrolled, paper: "not even {json" });
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  await one.restart();
  assert.deepEqual([atRest(server), value(one, "START-03")], [1, "entered"]);
});

test("what came in spoilt is asked for again at the next unlock, and stands from then on", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  for (const name of ["First Ltd", "Second Ltd"]) { await two.visit.answer(THE_VISIT, "PREM-02", name); await two.send(); }
  server.spoil = (page) => page.replace("PREM-02", "PREM-03");
  await one.send();
  assert.notEqual(attention(one), "");
  server.spoil = (page) => page;
  await one.restart();
  await one.send();
  assert.deepEqual([value(one, "PREM-02"), attention(one)], ["Second Ltd", ""]);
  await one.restart();
  assert.deepEqual([value(one, "PREM-02"), attention(one)], ["Second Ltd", ""]);
});

test("text full of quotes and line breaks still fits through the door", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  for (let n = 0; n < 30; n++) assert.ok((await one.visit.addNote('"\n'.repeat(7_000))).ok);
  await one.send();
  assert.deepEqual([atRest(server), waiting(one), attention(one)], [30, 0, ""]);
});

test("an own record that cannot be read is counted and kept, and the work goes on under a new name", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = () => "lost";
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.visit.answer(THE_VISIT, "START-05", 11);
  const [first] = [...one.machine.disk.records].filter(([key]) => key.startsWith("own"));
  assert.ok(first);
  one.machine.disk.records.set(first[0], { ...first[1], ct: utf8("a bad block of the disk") });
  await one.restart();
  assert.match(attention(one), /2 own entries on this tablet cannot be read. They are kept as they are/);
  one.weather = () => "fine";
  assert.ok((await one.visit.answer(THE_VISIT, "START-03", "entered")).ok);
  await one.send();
  const [log] = server.state.logs.keys();
  assert.ok(atRest(server) === 1 && log && !log.endsWith(".1"));
  assert.equal([...one.machine.disk.records.keys()].filter((key) => key.startsWith("own")).length, 3);
});

test("a second officer enrols on the tablet: the first one's unsent answers stay, and neither sees the other's secret work", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = () => "lost";
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  one.session.lock();
  const doors = openDoors(machine(memoryDisk(one.machine.disk), carryingNothing(server), START_MS, 9));
  const enrolled = await doors.enrol("another code", FWA.name, "password", "a tablet");
  assert.ok(enrolled.ok);
  const second = await doors.setSecret(enrolled, `${SECRET} too`);
  assert.ok(second.ok);
  await second.sendNow();
  const visit = await second.openVisit(VISIT as VisitId);
  assert.ok("view" in visit);
  assert.equal(visit.question("START-03", THE_VISIT).value.state, "blank");
  second.lock();
  const boot = await doors.boot();
  assert.ok(boot.state === "locked");
  assert.deepEqual(boot.officers.map(({ name, unsent }) => [name, unsent]).sort(), [["fwa", 0], ["lead", 1]]);
  const lead = boot.officers.find(({ name }) => name === "lead");
  const first = await doors.unlock(lead?.store as NonNullable<typeof lead>["store"], SECRET);
  assert.ok(first.ok);
  await first.sendNow();
  assert.equal(atRest(server), 1);
});

test("an enrolment that was cut off on the disk leaves nobody on the lock screen whom no secret opens", async () => {
  const server = await openField();
  for (const stopAt of [1, 2]) {
    const on = machine(memoryDisk(), server.network, START_MS, 20 + stopAt);
    const doors = openDoors(on);
    const enrolled = await doors.enrol(`code ${stopAt}`, LEAD.name, "password", "a tablet");
    assert.ok(enrolled.ok);
    let writes = 0;
    on.disk.beforeWrite = () => (++writes >= stopAt ? { ok: false, code: "full", why: "no room" } : null);
    assert.deepEqual(await doors.setSecret(enrolled, SECRET), { ok: false, code: "full", why: "no room" });
    assert.equal((await openDoors(machine(memoryDisk(on.disk), server.network, START_MS)).boot()).state, "new");
    on.disk.beforeWrite = () => null;
    const again = await doors.setSecret(enrolled, SECRET);
    assert.ok(again.ok);
    again.lock();
  }
});

test("a round under way when the officer locks writes nothing afterwards", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  const pulled = [...one.machine.disk.records].length;
  server.garble = (path, text) => { if (path.endsWith("push")) one.session.lock(); return text; };
  await one.send();
  assert.equal(atRest(server), 1);
  assert.ok([...one.machine.disk.records].length <= pulled + 1, "the segment that was sealed, and no more");
});

test("two people added with one quick double tap get two numbers", async () => {
  const one = await tablet(await openField(), LEAD);
  await Promise.all([one.visit.addWorker(), one.visit.addWorker()]);
  assert.deepEqual(one.visit.view.value.workers.map(({ label }) => label).sort(), ["W1-1", "W1-2"]);
});
