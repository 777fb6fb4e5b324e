/** A page that came damaged or cut short: nothing of it is believed, the place is kept, and the next round has it all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT, type VisitId } from "../../src/ledger/ids.ts";
import { FWA, HSE, LEAD, openField, opened, tablet, type Tablet } from "../support/field.ts";
import { VISIT } from "../support/papers.ts";
import { snapshot, type Server } from "../support/server.ts";

const shown = (one: Tablet) => one.visit.question("PREM-02", THE_VISIT).value.value;
const told = (one: Tablet): string => one.session.sync.value.attention.join();

/** A tablet that has everything but what a colleague wrote twice since. */
async function behind(): Promise<{ readonly server: Server; readonly one: Tablet; readonly two: Tablet }> {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  for (const name of ["First Ltd", "Second Ltd"]) { await two.visit.answer(THE_VISIT, "PREM-02", name); await two.send(); }
  return { server, one, two };
}

test("a page that was cut short, at a line's end or within one, moves nothing on", async () => {
  const { server, one } = await behind();
  const ends = [0.2, 0.5, 0.8, 0.99].map((part) => (page: string) => Math.floor(page.length * part));
  const lines = [1, 2, 3, 4, 5].map((count) => (page: string) => page.split("\n").slice(0, count).join("\n").length + 1);
  const newline = (page: string) => page.length - 1;
  for (const end of [...ends, ...lines, newline]) {
    server.spoil = (page) => page.slice(0, end(page));
    await one.send();
    assert.equal(shown(one), null);
  }
  server.spoil = (page) => page;
  await one.send();
  assert.deepEqual([shown(one), told(one)], ["Second Ltd", ""]);
});

test("what stands under another's name with a signature that is not theirs is not shown, and is said", async () => {
  const { server, one } = await behind();
  server.spoil = (page) => page.replaceAll(/"signature":"(.)/g, (_, first: string) => `"signature":"${first === "A" ? "B" : "A"}`);
  await one.send();
  assert.equal(shown(one), null);
  assert.notEqual(told(one), "");
});

test("a part that is given twice in place of another moves nothing on", async () => {
  const { server, one, two } = await behind();
  await two.visit.answer(THE_VISIT, "PREM-02", "Third Ltd");
  await two.send();
  server.spoil = (page) => {
    const [head = "", ...lines] = page.split("\n");
    return [head, ...lines.slice(0, 3), ...lines.slice(6, 9), ...lines.slice(6)].join("\n");
  };
  await one.send();
  assert.equal(shown(one), null);
  assert.match(told(one), /missing/);
});

test("what follows on another history than the one that is held is not shown, though its author signed it", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  const before = snapshot(server);
  const { session: copy } = await opened(two.machine.disk, server.network, server.nowMs, 77);
  const copied = await copy.openVisit(VISIT as VisitId);
  assert.ok("view" in copied);
  await two.visit.answer(THE_VISIT, "PREM-02", "First Ltd");
  for (const each of [two, one]) await each.send();
  assert.equal(shown(one), "First Ltd");
  server.state = before;
  for (const name of ["Other Ltd", "Second Ltd"]) { await copied.answer(THE_VISIT, "PREM-02", name); await copy.sendNow(); }
  await one.send();
  assert.equal(shown(one), "First Ltd");
  assert.notEqual(told(one), "");
});

test("what a copy of this tablet wrote in its place does not make this tablet's own answer received", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const { session: copy } = await opened(one.machine.disk, server.network, server.nowMs, 77);
  const copied = await copy.openVisit(VISIT as VisitId);
  assert.ok("view" in copied);
  await copied.answer(THE_VISIT, "PREM-02", "Copied Ltd");
  await copy.sendNow();
  await one.visit.answer(THE_VISIT, "PREM-02", "Own Ltd");
  one.weather = (path) => (path.endsWith("push") ? "fault" : "fine");
  await one.send();
  assert.deepEqual([one.visit.view.value.saved.received, one.session.sync.value.waiting], [0, 1]);
});

test("a tablet that could not keep that the server was put back reads each stream from its beginning, also after a restart", async () => {
  const { server, one, two } = await behind();
  const three = await tablet(server, HSE, 3);
  await one.send();
  Object.assign(server, { state: { logs: new Map(), streams: new Map(), asides: [] }, epoch: "another" });
  await three.visit.answer(THE_VISIT, "PREM-02", "Third Ltd");
  for (const each of [three, two]) await each.send();
  one.machine.disk.beforeWrite = (changes) => (changes.some(({ room }) => room === "streams") ? { ok: false, code: "full", why: "No room." } : null);
  await one.send();
  one.machine.disk.beforeWrite = () => null;
  one.weather = (path) => (path.endsWith("pull") ? "lost" : "fine");
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  one.weather = () => "fine";
  await one.restart();
  await one.send();
  const standing = one.visit.history("PREM-02", THE_VISIT).map(({ valueWords }) => valueWords).sort();
  assert.deepEqual([standing, told(one)], [["First Ltd", "Second Ltd", "Third Ltd"], ""]);
});
