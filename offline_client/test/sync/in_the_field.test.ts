import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { THE_VISIT, type StreamId, type SubjectId, type VisitId } from "../../src/ledger/ids.ts";
import type { Network } from "../../src/sync/wire.ts";
import { COMMAND, FWA, HSE, LEAD, openField, opened, rule, START_MS, tablet } from "../support/field.ts";
import { VISIT } from "../support/papers.ts";
import { atRest, openServer, snapshot } from "../support/server.ts";

const lost = () => "lost" as const;
const fine = () => "fine" as const;

test("what is answered without signal is saved, survives a restart, and is received when signal returns", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = lost;
  assert.ok((await one.visit.answer(THE_VISIT, "START-03", "entered")).ok);
  await one.send();
  assert.equal(one.visit.view.value.words, "1 saved on this tablet, none received yet");
  assert.equal(one.session.sync.value.words, "1 saved on this tablet, waiting for signal");
  await one.restart();
  assert.equal(one.visit.question("START-03", THE_VISIT).value.value, "entered");
  one.weather = fine;
  await one.send();
  assert.deepEqual([atRest(server), one.session.sync.value.waiting], [1, 0]);
  assert.match(one.visit.view.value.words, /^All 1 received \d\d:\d\d$/);
});

test("a lost reply costs nothing: what the server has is not sent into the log a second time", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  one.weather = (path) => (path.endsWith("push") ? "reply_lost" : "fine");
  await one.send();
  assert.deepEqual([atRest(server), one.session.sync.value.waiting], [1, 1]);
  one.weather = fine;
  await one.send();
  assert.deepEqual([atRest(server), one.session.sync.value.waiting], [1, 0]);
});

test("a failing push never holds back what others wrote", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd 01234567");
  await two.send();
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  one.weather = (path) => (path.endsWith("push") ? "fault" : "fine");
  await one.send();
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.value, "Example Ltd 01234567");
  assert.equal(one.session.sync.value.waiting, 1);
  assert.deepEqual(one.session.sync.value.attention, ["The server answered 500."]);
});

test("two agencies answer the same question offline: both values stand with their authors until one rules", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  await two.send();
  await one.visit.answer(THE_VISIT, "PREM-04", "lt3m");
  await two.visit.answer(THE_VISIT, "PREM-04", "gt3y");
  for (const each of [one, two, one]) await each.send();
  for (const each of [one, two]) {
    const [conflict] = each.visit.view.value.conflicts;
    assert.equal(each.visit.question("PREM-04", THE_VISIT).value.state, "disputed");
    assert.deepEqual(conflict?.rivals.map(({ author, valueWords }) => `${author}: ${valueWords}`).sort(),
      ["fwa: Over 3 years", "lead: Under 3 months"]);
  }
  assert.ok((await rule(one, "PREM-04", "Over 3 years", "the lease says 2019")).ok);
  for (const each of [one, two]) await each.send();
  for (const each of [one, two]) {
    const view = each.visit.question("PREM-04", THE_VISIT).value;
    assert.deepEqual([view.state, view.value, view.rivals.length], ["answered", "gt3y", 0]);
    assert.equal(each.visit.history("PREM-04", THE_VISIT).length, 3);
  }
});

test("the operation's lead rules on what neither their agency nor their place at the visit lets them write", async () => {
  const server = await openServer([LEAD, FWA, HSE, COMMAND], START_MS);
  const [one, two, three] = [await tablet(server, LEAD), await tablet(server, FWA, 2), await tablet(server, COMMAND, 3)];
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  await two.send();
  await one.visit.answer(THE_VISIT, "PREM-04", "lt3m");
  await two.visit.answer(THE_VISIT, "PREM-04", "gt3y");
  for (const each of [one, two, three]) await each.send();
  assert.equal(three.visit.question("PREM-04", THE_VISIT).value.mayWrite, false);
  assert.ok((await rule(three, "PREM-04", "Over 3 years", "the lease says 2019")).ok);
  for (const each of [three, one, two]) await each.send();
  for (const each of [one, two, three]) {
    const view = each.visit.question("PREM-04", THE_VISIT).value;
    assert.deepEqual([view.state, view.value], ["answered", "gt3y"]);
  }
});

test("an officer without the write right cannot put another's answer aside by tapping over it", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, HSE, 2);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  await two.send();
  assert.equal(two.visit.question("START-03", THE_VISIT).value.mayWrite, false);
  await two.visit.answer(THE_VISIT, "START-03", "closed");
  await two.send();
  await one.send();
  assert.equal(one.visit.question("START-03", THE_VISIT).value.state, "disputed");
});

test("a server put back to an older day is given again what it lost", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  const backup = snapshot(server);
  await one.visit.answer(THE_VISIT, "START-05", 14);
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  for (const each of [one, two]) await each.send();
  server.state = backup;
  server.epoch = "second";
  await one.visit.answer(THE_VISIT, "START-06", 2);
  for (const each of [one, two]) { await each.restart(); await each.send(); }
  for (const each of [one, two]) await each.send();
  assert.equal(atRest(server), 4);
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.value, "Example Ltd");
  assert.equal(two.visit.question("START-05", THE_VISIT).value.value, 14);
  assert.deepEqual([one, two].map((each) => each.session.sync.value.waiting), [0, 0]);
});

test("a page that was cut short changes nothing, and the next one brings it all", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  await two.send();
  for (const part of [0.3, 0.6, 0.95]) {
    server.spoil = (page) => page.slice(0, Math.floor(page.length * part));
    await one.send();
    assert.equal(one.visit.question("PREM-02", THE_VISIT).value.state, "blank");
  }
  server.spoil = (page) => page;
  await one.send();
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.value, "Example Ltd");
});

test("an entry that was changed on the way is kept aside, never shown, and said", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  await two.send();
  server.spoil = (page) => page.replace("Example", "Another");
  await one.send();
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.state, "blank");
  assert.deepEqual(one.session.sync.value.attention, ["Of what other tablets wrote, 1 part could not be verified: not shown, and asked for again"]);
  await one.restart();
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.state, "blank");
});

test("a hole in what came moves nothing on, and is asked for again", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  for (const value of ["A", "B"]) { await two.visit.answer(THE_VISIT, "PREM-02", value); await two.send(); }
  server.spoil = (page) => page.replace('"from":1,', '"from":2,');
  await one.send();
  assert.match(one.session.sync.value.attention.join(), /missing/);
  server.spoil = (page) => page;
  await one.send();
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.value, "B");
  assert.deepEqual(one.session.sync.value.attention, []);
});

test("access that ended takes what was pulled, and leaves what the officer wrote", async () => {
  const server = await openField();
  const one = await tablet(server, HSE);
  const two = await tablet(server, FWA, 2);
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  await two.send();
  await one.send();
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.value, "Example Ltd");
  one.weather = lost;
  await one.visit.answer(THE_VISIT, "HSE-01", "Y");
  server.gone = [`${VISIT}.C1` as StreamId];
  one.weather = (path) => (path.endsWith("push") ? "lost" : "fine");
  await one.send();
  one.weather = fine;
  await one.send();
  await one.restart();
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.state, "blank");
  assert.equal(one.visit.question("HSE-01", THE_VISIT).value.value, "Y");
});

test("what a revoked tablet wrote reaches quarantine once, and its officer is told", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  server.barred = () => "device_revoked";
  await one.send();
  await one.send();
  assert.equal(server.state.asides.length, 1);
  assert.equal(one.session.sync.value.waiting, 0);
  assert.match(one.visit.view.value.saved.attention.join(), /waits there for the lead/);
});

test("a tablet that was copied forks: both branches are kept, and each goes on under a name of its own", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  const { session: copy } = await opened(one.machine.disk, server.network, START_MS, 77);
  const copied = await copy.openVisit(VISIT as VisitId);
  assert.ok("view" in copied);
  await one.visit.answer(THE_VISIT, "START-05", 11);
  await one.send();
  await copied.answer(THE_VISIT, "START-05", 12);
  await copy.sendNow();
  assert.deepEqual(server.state.asides.map(({ code }) => code), ["fork"]);
  assert.match(copied.view.value.saved.attention.join(), /beside another history/);
  await copied.answer(THE_VISIT, "START-06", 3);
  await copy.sendNow();
  assert.equal(copy.sync.value.waiting, 0);
  assert.equal(server.state.logs.size, 2);
});

test("a full disk refuses the tap in words; the taps before it stand, and the next one goes on", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  one.machine.disk.beforeWrite = () => ({ ok: false, code: "full", why: "This tablet has no room left." });
  assert.deepEqual(await one.visit.answer(THE_VISIT, "START-05", 11), { ok: false, why: "This tablet has no room left." });
  one.machine.disk.beforeWrite = () => null;
  assert.ok((await one.visit.answer(THE_VISIT, "START-05", 12)).ok);
  await one.send();
  assert.deepEqual([atRest(server), one.visit.question("START-05", THE_VISIT).value.value], [2, 12]);
});

test("a disk that fills while others' entries come in keeps the place, and nothing is missed", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  await two.send();
  one.machine.disk.beforeWrite = (changes) =>
    changes.some(({ room }) => room === "pulled") ? { ok: false, code: "full", why: "no room" } : null;
  await one.send();
  await one.restart();
  await one.send();
  await one.restart();
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.value, "Example Ltd");
});

test("what is offered again after a restart is what was signed before the first try, byte for byte", async () => {
  const server = await openField();
  const offered: string[] = [];
  let lose = true;
  const network: Network = async (call) => {
    if (!call.path.endsWith("push")) return server.network(call);
    offered.push(Buffer.from(call.headers["content-encoding"] === "gzip" ? gunzipSync(call.body ?? "") : call.body ?? "").toString());
    return lose ? null : server.network(call);
  };
  const one = await tablet({ ...server, network }, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  await one.restart();
  lose = false;
  await one.send();
  assert.ok(offered.length > 1);
  assert.equal(new Set(offered).size, 1);
});

test("others' entries that found no room are given again at the next round, with no restart between", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  await two.visit.answer(THE_VISIT, "PREM-02", "Example Ltd");
  await two.send();
  const { disk } = one.machine;
  const room = disk.beforeWrite;
  disk.beforeWrite = (changes) => changes.some((one) => one.room === "pulled") ? { ok: false, code: "full", why: "no room" } : null;
  await one.send();
  disk.beforeWrite = room;
  await one.send();
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.value, "Example Ltd");
});

test("what comes a second time is neither kept nor shown twice, and one's own never comes back as another's", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  await one.visit.addNote("by the lead");
  await two.visit.addNote("by the colleague");
  const kept = () => [...one.machine.disk.records.keys()].filter((key) => key.startsWith("pulled")).length;
  for (const each of [one, two, one]) await each.send();
  assert.equal(kept(), 1);
  server.epoch = "second";
  for (const each of [one, one]) await each.send();
  await one.restart();
  assert.equal(kept(), 1);
  assert.deepEqual(one.visit.view.value.notes.map(({ text }) => text).sort(), ["by the colleague", "by the lead"]);
});

test("two taps in a row on one question leave one answer, the second", async () => {
  const one = await tablet(await openField(), LEAD);
  await Promise.all([
    one.visit.answer(THE_VISIT, "START-03", "entered"),
    one.visit.answer(THE_VISIT, "START-03", "closed"),
    one.visit.answer(THE_VISIT, "START-03", "refused"),
  ]);
  const view = one.visit.question("START-03", THE_VISIT).value;
  assert.deepEqual([view.state, view.value], ["answered", "refused"]);
});

test("a worker's card, an option kept in a stricter class, and a note all reach the colleague", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  await one.visit.answer(worker.subject, "WK0-06", "Y");
  await one.visit.choose(worker.subject, "WK1-08", "status", true);
  await one.visit.addNote("seen at the back", worker.subject);
  for (const each of [one, two]) await each.send();
  const [card] = two.visit.view.value.workers;
  assert.equal(card?.label, "W1-1");
  const status = two.visit.question("WK1-08", worker.subject as SubjectId).value.options.find(({ value }) => value === "status");
  assert.equal(status?.selected, true);
  assert.deepEqual(two.visit.view.value.notes.map(({ text }) => text), ["seen at the back"]);
  assert.deepEqual([...server.state.streams.keys()].map((stream) => stream.split(".")[1]).sort(), ["C4", "C7p"]);
});
