/** What the law wants erased goes from every tablet that holds it, never before the server has it, and the desk hears where it is done. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT, type EntryId, type OfficerId, type SubjectId } from "../../src/ledger/ids.ts";
import { FWA, LEAD, opened, openField, tablet, type Tablet } from "../support/field.ts";
import { eraseAt } from "../support/erasing.ts";
import { killedAt } from "../support/killed.ts";
import { heldOn, holding, posted } from "../support/on_disk.ts";
import { machine, memoryDisk } from "../support/machine.ts";
import { VISIT } from "../support/papers.ts";
import { atRest, snapshot, type Server } from "../support/server.ts";

const CANARY = "he keeps her passport in a drawer";
const OTHER = "the fire door is chained";
const ORDER = "eeeeeeeeeeeeeeee";
const SAID = "WK4-01";

type Met = { readonly server: Server; readonly one: Tablet; readonly worker: SubjectId };

/** A card with her words, a note on it, a photo, and words about somebody else. Nothing is sent yet. */
async function met(server: Server, one: Tablet): Promise<Met> {
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.visit.answer(THE_VISIT, "PREM-02", OTHER);
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  await one.visit.answer(worker.subject, "WK0-06", "Y");
  await one.visit.answer(worker.subject, SAID, CANARY);
  await one.visit.addNote(`note: ${CANARY}`, worker.subject);
  await photo(one, worker.subject);
  return { server, one, worker: worker.subject };
}

/** The same, and all of it with the server. */
async function withServer(): Promise<Met> {
  const server = await openField();
  const all = await met(server, await tablet(server, LEAD));
  await all.one.send();
  assert.equal(all.one.session.sync.value.waiting + all.one.session.sync.value.filesWaiting, 0);
  return all;
}

async function photo(on: Tablet, subject: SubjectId): Promise<EntryId> {
  const capture = { what: "photo", label: on.visit.nextLabel(), found: "", fromWhom: "", seal: "", question: null } as const;
  const bytes = (size: number) => new Blob([new Uint8Array(size).fill(subject === THE_VISIT ? 7 : 9)], { type: "image/jpeg" });
  const saved = await on.visit.takeExhibit(subject, capture, bytes(300_000), bytes(90));
  assert.ok(saved.ok, JSON.stringify(saved));
  return saved.id;
}

const doneOn = ({ erasures }: Server): number => erasures.on.get(ORDER)?.size ?? 0;
const wordsOn = async ({ machine: { disk } }: Tablet, words = CANARY): Promise<number> => holding(await heldOn(disk), words);

/** Nothing of hers is left, and nothing else is lost. */
async function isGone(on: Tablet, worker: SubjectId): Promise<void> {
  const held = await heldOn(on.machine.disk);
  assert.deepEqual([holding(held, CANARY), held.unreadable], [0, 0]);
  assert.ok(holding(held, OTHER) > 0);
  const { erased, value, note } = on.visit.question(SAID, worker).value;
  assert.deepEqual([erased, value, note], [true, null, null]);
  assert.deepEqual(on.visit.history(SAID, worker).map(({ valueWords }) => valueWords), ["Erased by law"]);
  assert.deepEqual(on.visit.view.value.notes.map(({ text }) => text), ["Erased by law"]);
  assert.equal(on.visit.question("PREM-02", THE_VISIT).value.value, OTHER);
  assert.deepEqual(on.session.search("passport"), []);
}

test("her words go from the tablet that wrote them and from a colleague's, and the desk hears of both", async () => {
  const { server, one, worker } = await withServer();
  const two = await tablet(server, FWA, 2);
  for (const each of [one, two]) {
    await each.send();
    assert.ok((await wordsOn(each)) > 0);
    assert.equal(each.session.search("passport").length, 1);
  }
  eraseAt(server, ORDER, worker);
  for (const [i, each] of [one, two].entries()) {
    await each.send();
    assert.equal(doneOn(server), i + 1, "one contact is enough");
    await isGone(each, worker);
    await each.restart();
    await isGone(each, worker);
    await each.send();
    await isGone(each, worker);
    assert.deepEqual([each.session.sync.value.attention, each.session.sync.value.waiting], [[], 0]);
  }
  assert.equal(atRest(server), 7);
});

test("her card stays on every page without a label, and no page breaks on it", async () => {
  const { server, one, worker } = await withServer();
  eraseAt(server, ORDER, worker);
  await one.send();
  const [card] = one.visit.view.value.workers;
  assert.deepEqual([card?.subject, card?.label, card?.statusWords, card?.erased], [worker, "Worker 1", "Erased by law", true]);
  for (const { sections, subject } of one.visit.view.value.workers) {
    for (const { id } of sections) for (const question of one.visit.section(id, subject).value.questions) assert.ok(one.visit.question(question, subject).value.ask);
  }
  assert.equal(one.visit.indicators(worker).value.open, false);
  assert.equal(one.visit.indicators(THE_VISIT).value.open, false);
  const [exhibit] = one.visit.exhibits.value;
  assert.deepEqual([exhibit?.label, exhibit?.file, exhibit?.picture, exhibit?.elsewhere, exhibit?.mayDescribe], ["Erased by law", null, "none", false, false]);
  assert.equal(await one.visit.original(exhibit?.entry ?? ("" as EntryId)), null);
  assert.equal(one.session.visits.value.length, 1);
});

test("those who have no card are erased by their stream, and she is not", async () => {
  const { server, one, worker } = await withServer();
  await one.visit.addNote("the manager shouted");
  await one.send();
  eraseAt(server, ORDER, `${VISIT}.C1`);
  await one.send();
  assert.deepEqual([await wordsOn(one, OTHER), await wordsOn(one, "shouted")], [0, 0]);
  assert.ok((await wordsOn(one)) > 0);
  assert.equal(one.visit.question(SAID, worker).value.value, CANARY);
  assert.equal(one.visit.question("PREM-02", THE_VISIT).value.erased, true);
  assert.equal(doneOn(server), 1);
});

test("what the server lacks is not touched, and the order is done when it has that as well", async () => {
  const { server, one, worker } = await withServer();
  one.weather = () => "lost";
  await one.visit.addNote(`later: ${CANARY}`, worker);
  eraseAt(server, ORDER, worker);
  one.weather = (path) => (path.endsWith("/push") ? "lost" : "fine");
  await one.send();
  assert.deepEqual([await wordsOn(one), doneOn(server), (await posted(one.machine.disk)).length], [1, 0, 1]);
  assert.deepEqual(one.visit.view.value.notes.map(({ text }) => text).sort(), ["Erased by law", `later: ${CANARY}`]);
  await one.restart();
  one.weather = () => "fine";
  await one.send();
  assert.deepEqual([await wordsOn(one), doneOn(server), await posted(one.machine.disk)], [0, 1, []]);
});

test("what is written about her later is sent, is not kept by the server, and is not shown as kept", async () => {
  const { server, one, worker } = await withServer();
  eraseAt(server, ORDER, worker);
  await one.send();
  for (const again of [async () => undefined, () => one.restart()]) {
    await again();
    assert.ok((await one.visit.addNote(`later: ${CANARY}`, worker)).ok);
    assert.ok((await one.visit.addNote(`later: ${OTHER}`)).ok);
    assert.ok((await wordsOn(one)) > 0);
    await one.send();
    assert.equal(await wordsOn(one), 0);
  }
  assert.deepEqual(one.visit.view.value.notes.map(({ text }) => text).sort(), ["Erased by law", "Erased by law", "Erased by law", `later: ${OTHER}`, `later: ${OTHER}`]);
  assert.equal(server.told.filter(({ erased }) => erased).length, 1);
  assert.deepEqual([atRest(server), doneOn(server), one.session.sync.value.waiting], [11, 1, 0]);
});

test("her photo goes with its entry, sent or not, and another's stays", async () => {
  const server = await openField();
  const { one, worker } = await met(server, await tablet(server, LEAD));
  await photo(one, THE_VISIT);
  one.weather = (path) => (path.includes("/attachments/") ? "lost" : "fine");
  await one.send();
  eraseAt(server, ORDER, worker);
  one.weather = () => "fine";
  const before = server.shelf.arrived;
  await one.send();
  const { pieces } = await heldOn(one.machine.disk);
  assert.deepEqual([...pieces.values()].map((bytes) => bytes[0]), [7, 7, 7]);
  assert.equal(server.shelf.arrived - before, 300_090, "hers is not sent any more");
  assert.deepEqual([one.session.sync.value.filesWaiting, doneOn(server)], [0, 1]);
  await one.restart();
  await one.send();
  assert.equal((await heldOn(one.machine.disk)).pieces.size, 3);
});

test("a number that an erased exhibit had is not given again", async () => {
  const { server, one, worker } = await withServer();
  assert.equal(one.visit.nextLabel(), "L/2");
  eraseAt(server, ORDER, worker);
  await one.send();
  assert.equal(one.visit.nextLabel(), "L/2");
  await photo(one, THE_VISIT);
  assert.equal(one.visit.nextLabel(), "L/3");
});

test("a picture that a colleague fetched goes with the stream that told of it", async () => {
  const { server, one, worker } = await withServer();
  const two = await tablet(server, FWA, 2);
  const [exhibit] = two.visit.exhibits.value;
  assert.ok(exhibit);
  server.pictures.set(exhibit.entry, new Uint8Array(3000).fill(9));
  assert.ok((await two.visit.fetchPicture(exhibit.entry)).ok);
  eraseAt(server, ORDER, worker);
  await two.send();
  assert.deepEqual([...two.machine.disk.records.keys()].filter((key) => key.includes("view.")), []);
  assert.equal(await two.visit.thumbnail(exhibit.entry), null);
  assert.ok(one);
});

test("what a colleague handed over goes as well, and what else was in it is still shown", async () => {
  const server = await openField();
  const [one, two] = [await tablet(server, LEAD), await tablet(server, FWA, 2)];
  for (const each of [one, two, one]) await each.send();
  const olga = await one.visit.addWorker();
  assert.ok(olga.ok);
  await one.visit.addNote("Olga said nothing", olga.subject);
  one.weather = () => "lost";
  const { worker } = await met(server, one);
  const sealed = await one.visit.sealFor([FWA.officer as OfficerId]);
  assert.ok(sealed.ok);
  two.weather = (path) => (path.endsWith("/bundle") ? "lost" : "fine");
  for (const file of sealed.files) assert.ok((await two.session.takeIn(file)).ok);
  assert.ok((await wordsOn(two)) > 0);
  eraseAt(server, ORDER, worker);
  await two.send();
  for (const again of [async () => undefined, () => two.restart()]) {
    await again();
    assert.equal(await wordsOn(two), 0);
    assert.deepEqual(two.visit.view.value.notes.map(({ text }) => text).sort(), ["Erased by law", "Olga said nothing"]);
    assert.equal(two.visit.question("PREM-02", THE_VISIT).value.value, OTHER);
  }
  two.weather = () => "fine";
  await two.send();
  one.weather = () => "fine";
  for (const each of [one, two]) await each.send();
  for (const each of [one, two]) assert.equal(await wordsOn(each), 0);
  assert.deepEqual([doneOn(server), two.session.sync.value.attention], [2, []]);
});

test("done is told after a restart too, and once more where the answer was lost", async () => {
  const { server, one, worker } = await withServer();
  eraseAt(server, ORDER, worker);
  let calls = 0;
  one.weather = (path) => (path.endsWith("/have") && ++calls > 1 ? "lost" : "fine");
  await one.send();
  assert.deepEqual([await wordsOn(one), doneOn(server)], [0, 0]);
  one.weather = (path) => (path.endsWith("/have") ? "reply_lost" : "fine");
  await one.restart();
  await one.send();
  assert.equal(doneOn(server), 1);
  one.weather = () => "fine";
  const before = server.told.length;
  await one.send();
  await one.send();
  assert.deepEqual(server.told.slice(before).map(({ erased }) => erased), [[ORDER], undefined]);
});

test("no order, or what is none, erases nothing", async () => {
  const { server, one, worker } = await withServer();
  const bad = [null, "all", [{ order: ORDER, of: "visit" }], [{ order: ORDER, of: VISIT }], [{ order: "no id", of: worker }], [{ of: worker }]];
  for (const erase of bad) {
    server.garble = (path, text) => (path.endsWith("/have") ? JSON.stringify({ ...(JSON.parse(text) as object), erase }) : text);
    await one.send();
    assert.ok((await wordsOn(one)) > 1, JSON.stringify(erase));
  }
  assert.equal(one.visit.question(SAID, worker).value.value, CANARY);
  assert.equal(server.told.some(({ erased }) => erased), false);
});

test("a server that was put back to before her words is given the headers again, and no words", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const before = snapshot(server);
  const { worker } = await met(server, one);
  await one.send();
  eraseAt(server, ORDER, worker);
  await one.send();
  server.state = before;
  server.epoch = "second";
  await one.send();
  assert.deepEqual([atRest(server), one.session.sync.value.waiting, one.session.sync.value.attention], [7, 0, []]);
  assert.ok(![...server.state.streams.values()].flat().some(({ lines }) => lines.some(({ body }) => body.includes(CANARY))));
  await isGone(one, worker);
});

test("own entries that were packed into one record, or will be, are all there, without her words", async () => {
  const { server, one, worker } = await withServer();
  for (let n = 0; n < 40; n++) assert.ok((await one.visit.addNote(`note ${n} ${n % 2 ? CANARY : OTHER}`, n % 2 ? worker : THE_VISIT)).ok);
  await one.send();
  eraseAt(server, ORDER, worker);
  const next = await opened(one.machine.disk, server.network, one.machine.nowMs(), 99);
  await next.session.sendNow();
  assert.equal(doneOn(server), 1);
  next.session.lock();
  for (const seed of [100, 101]) {
    const later = await opened(next.machine.disk, server.network, one.machine.nowMs(), seed);
    await later.session.sendNow();
    assert.deepEqual([later.session.sync.value.attention, later.session.sync.value.waiting], [[], 0]);
    const held = await heldOn(later.machine.disk);
    assert.deepEqual([holding(held, CANARY), held.unreadable], [0, 0]);
    assert.equal(held.texts.join("\n").match(new RegExp(OTHER, "g"))?.length, 21);
    later.session.lock();
    next.machine.disk.records.clear();
    for (const [key, value] of later.machine.disk.records) next.machine.disk.records.set(key, value);
  }
  assert.equal(atRest(server), 47);
});

test("killed at any write, the order is done at the next contact, and the desk hears of nothing that is not done", async () => {
  for (let kill = 0; ; kill++) {
    const { server, one, worker } = await withServer();
    await one.visit.addNote(`unsent: ${CANARY}`, worker);
    const two = await tablet(server, FWA, 2);
    eraseAt(server, ORDER, worker);
    let killed = false;
    for (const each of [one, two]) {
      killed = (await killedAt(each, kill)) || killed;
      const told = server.erasures.on.get(ORDER)?.has(each.session.me.signer) ?? false;
      const left = holding(await heldOn(each.machine.disk), CANARY);
      assert.ok(!told || left === 0, `write ${kill}: told, and ${left} records hold her words`);
      each.session.lock();
      const next = machine(memoryDisk(each.machine.disk), server.network, each.machine.nowMs());
      const { session, machine: on } = await opened(next.disk, server.network, next.nowMs(), 50 + kill);
      await session.sendNow();
      const held = await heldOn(on.disk);
      assert.deepEqual([holding(held, CANARY), held.unreadable, session.sync.value.waiting, session.sync.value.attention], [0, 0, 0, []], `write ${kill}`);
      assert.ok(holding(held, OTHER) > 0);
      session.lock();
    }
    assert.equal(doneOn(server), 2, `write ${kill}`);
    assert.equal(atRest(server), 8);
    if (!killed) {
      assert.ok(kill > 5, "it takes some writes");
      break;
    }
  }
});
