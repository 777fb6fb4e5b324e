/** A store is wiped in two phases: nothing is deleted before the server has it, and what is lost by force has its number. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT, type SignerId, type VisitId } from "../../src/ledger/ids.ts";
import { readWord, type SignedOrder } from "../../src/ledger/wipe.ts";
import { openDoors } from "../../src/model/session.ts";
import { postOf } from "../../src/vault/post.ts";
import { FWA, LEAD, opened, openField, SECRET, tablet, type Tablet } from "../support/field.ts";
import { killedAt } from "../support/killed.ts";
import { machine, memoryDisk, type MemoryDisk } from "../support/machine.ts";
import { VISIT } from "../support/papers.ts";
import { atRest, snapshot, type Server } from "../support/server.ts";

const CANARY = "a drawer of other people's bank cards";
const ORDER = "oooooooooooooooo";

async function ordered(server: Server, signer: SignerId, forced = false): Promise<SignedOrder> {
  const order = JSON.stringify({ v: 1, wipe: ORDER, signer, forced, at: "2026-11-22T18:00:00.000+00:00" });
  return { order, signature: await server.sign(`fieldops/wipe/1\n${order}`) };
}

async function answers(on: Tablet): Promise<void> {
  await on.visit.answer(THE_VISIT, "START-03", "entered");
  await on.visit.answer(THE_VISIT, "PREM-04", "lt3m");
  await on.visit.answer(THE_VISIT, "PREM-02", CANARY);
}

async function photo(on: Tablet): Promise<void> {
  const capture = { what: "photo", label: on.visit.nextLabel(), found: "", fromWhom: "", seal: "", question: null } as const;
  const saved = await on.visit.takeExhibit(THE_VISIT, capture, new Blob([new Uint8Array(3000).fill(7)], { type: "image/jpeg" }), null);
  assert.ok(saved.ok);
}

/** A tablet with three answers, of which the server has none, and an order that waits for it. */
async function toBeWiped(forced = false): Promise<{ server: Server; one: Tablet }> {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = () => "lost";
  await answers(one);
  server.wipe = await ordered(server, one.session.me.signer, forced);
  return { server, one };
}

const roomsOn = (disk: MemoryDisk): readonly string[] => [...new Set([...disk.records.keys()].map((key) => key.split("\u0000")[0] ?? ""))].sort();
const isThere = (disk: MemoryDisk): boolean => roomsOn(disk).includes("own");
const boot = (on: Tablet) => openDoors(machine(memoryDisk(on.machine.disk), async () => null, on.machine.nowMs())).boot();
/** What nobody waits for gets the turns that it needs. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !isSo(); turn++) await new Promise((done) => { setImmediate(done); });
  assert.ok(isSo());
}

const wordOf = ({ words }: Server) => readWord(words[0]?.word ?? "") ?? assert.fail("no word came");

test("an order locks what is shown, sends all that is here, and only then removes the store with its keys", async () => {
  const { server, one } = await toBeWiped();
  await photo(one);
  one.weather = (path) => (path.endsWith("/push") ? "lost" : "fine");
  await one.send();
  const { wiping, visits, search } = one.session;
  assert.deepEqual(wiping.value, { entries: 4, files: 1, unread: 0, ordered: true, forced: false, trouble: null, gone: false });
  assert.deepEqual([visits.value, search("")], [[], []]);
  assert.ok(!("view" in (await one.session.openVisit(VISIT as VisitId))));
  assert.ok(isThere(one.machine.disk));
  one.weather = (path) => (path.includes("/attachments/") ? "lost" : "fine");
  await one.send();
  assert.equal(atRest(server), 4);
  assert.ok(isThere(one.machine.disk), "its file is not at the server yet");
  one.weather = () => "fine";
  await one.send();
  assert.equal(wiping.value?.gone, true);
  assert.deepEqual(roomsOn(one.machine.disk), ["officers"]);
  const { wiped, entries, lost, files } = wordOf(server);
  assert.deepEqual({ wiped, entries, lost, files }, { wiped: ORDER, entries: 4, lost: [], files: [] });
});

test("the tablet says that it obeys, and pulls nothing more from then on", async () => {
  const { server, one } = await toBeWiped();
  const paths: string[] = [];
  one.weather = (path) => { paths.push(path); return path.endsWith("/push") ? "lost" : "fine"; };
  await one.send();
  await one.send();
  assert.deepEqual(server.told.find(({ wipe }) => wipe)?.wipe, { order: ORDER, word: "obeyed" });
  assert.equal(server.told.filter(({ wipe }) => wipe).length, 1);
  assert.deepEqual(paths.filter((path) => path.endsWith("/pull")), []);
});

test("a tablet that knows its order keeps to it after a restart without signal", async () => {
  const { one } = await toBeWiped();
  one.weather = (path) => (path.endsWith("/push") ? "lost" : "fine");
  await one.send();
  one.session.lock();
  const { session } = await opened(one.machine.disk, async () => null, one.machine.nowMs(), 7);
  assert.equal(session.wiping.value?.entries, 3);
  assert.deepEqual(session.visits.value, []);
});

test("what the server once had and lost since is not deleted: it is asked again at the last moment", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const before = snapshot(server);
  await answers(one);
  await one.send();
  assert.equal(one.session.sync.value.waiting, 0);
  server.state = before;
  server.wipe = await ordered(server, one.session.me.signer);
  one.weather = (path) => (path.endsWith("/push") ? "lost" : "fine");
  await one.send();
  assert.ok(isThere(one.machine.disk));
  assert.equal(one.session.wiping.value?.entries, 3);
  one.weather = () => "fine";
  await one.send();
  assert.equal(atRest(server), 3);
  assert.equal(one.session.wiping.value?.gone, true);
});

test("an order that this server did not sign so, or for another tablet, is not obeyed, and the server hears of it", async () => {
  const server = await openField();
  const [one, two] = [await tablet(server, LEAD), await tablet(server, FWA, 2)];
  await answers(one);
  const good = await ordered(server, one.session.me.signer);
  const refused = [
    ["forged", { ...good, order: good.order.replace("false", "true") }],
    ["forged", { ...good, signature: "A".repeat(86) }],
    ["not_ours", await ordered(server, two.session.me.signer)],
  ] as const;
  for (const [word, wipe] of refused) {
    server.wipe = wipe;
    await one.send();
    await one.send();
    assert.equal(server.told.at(-2)?.wipe?.word ?? server.told.at(-1)?.wipe?.word, word);
    assert.equal(one.session.wiping.value, null);
    assert.match(one.session.sync.value.attention.join(), /was not obeyed/);
  }
  server.wipe = null;
  await one.send();
  assert.ok(isThere(one.machine.disk), "absence is no order, and neither is any of these");
});

test("a forced wipe loses by number, and its word reaches the server whenever there is signal", async () => {
  const { server, one } = await toBeWiped(true);
  await photo(one);
  one.weather = (path) => (path.endsWith("/have") || path.startsWith("/api/tablet/token") || path.startsWith("/api/tablet/nonce") ? "fine" : "lost");
  await one.send();
  assert.equal(one.session.wiping.value?.gone, true);
  assert.deepEqual(server.words, []);
  one.session.lock();
  assert.deepEqual(roomsOn(one.machine.disk), ["officers"]);
  const later = machine(memoryDisk(one.machine.disk), server.network, one.machine.nowMs());
  const doors = openDoors(later);
  const found = await doors.boot();
  assert.ok(found.state === "new");
  assert.deepEqual(found.wiped.map(({ entries, lost, files }) => [entries, lost, files]), [[4, 4, 1]]);
  assert.equal(found.missing, null);
  await until(() => server.words.length > 0);
  const word = wordOf(server);
  assert.equal(word.forced, true);
  assert.equal(word.lost.reduce((sum, { from, to }) => sum + to - from + 1, 0), 4);
  assert.equal(word.files.length, 1);
  await doors.wipedSeen();
  assert.equal(later.disk.records.size - [...later.disk.records.keys()].filter((key) => key.includes("numbers")).length, 0);
});

test("the officer at the tablet may force what was ordered, without any network, and nothing of it can be opened again", async () => {
  const { server, one } = await toBeWiped();
  one.weather = (path) => (path.endsWith("/push") ? "lost" : "fine");
  await one.send();
  one.weather = () => "lost";
  const entries = (await postOf(one.machine.disk).list()).length;
  assert.ok(entries > 0, "until then the sealed outbox can be handed over");
  await one.session.forceWipe();
  assert.equal(one.session.wiping.value?.gone, true);
  assert.deepEqual(roomsOn(one.machine.disk), ["officers"]);
  const doors = openDoors(machine(memoryDisk(one.machine.disk), server.network, one.machine.nowMs()));
  assert.equal((await doors.boot()).state, "new");
  assert.ok(!(await doors.unlock(one.session.me.signer as string as never, SECRET)).ok);
});

test("killed at any write of a wipe, the store is whole or gone with its word, and never gone without", async () => {
  for (let kill = 0; ; kill++) {
    const { server, one } = await toBeWiped();
    one.weather = () => "fine";
    const { disk } = one.machine;
    const before = memoryDisk(disk);
    const killed = await killedAt(one, kill);
    const keys = [...disk.records.keys()];
    const [card, word] = ["card", "wiped"].map((name) => keys.some((key) => key.startsWith("officers") && key.endsWith(name)));
    assert.notEqual(card, word, `write ${kill}`);
    if (card) assert.ok([...before.records.keys()].filter((key) => key.startsWith("own")).every((key) => disk.records.has(key)));
    one.session.lock();
    const next = machine(memoryDisk(disk), server.network, one.machine.nowMs());
    await openDoors(next).boot();
    if (word) await until(() => roomsOn(next.disk).join() === "officers" && server.words.length > 0);
    assert.ok(atRest(server) === 3 || card, `write ${kill}: gone before the server had it`);
    if (!killed) {
      assert.ok(kill > 5, "it takes some writes");
      break;
    }
  }
});

test("an officer removes their own store at the end only when the server has all of it, and else is told what is missing", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = () => "lost";
  await answers(one);
  const early = await one.session.removeStore();
  assert.ok(!early.ok && early.why.includes("3 entries"), JSON.stringify(early));
  assert.ok(isThere(one.machine.disk));
  assert.equal(one.session.wiping.value, null);
  one.weather = () => "fine";
  assert.deepEqual(await one.session.removeStore(), { ok: true });
  assert.deepEqual(roomsOn(one.machine.disk), ["officers"]);
  assert.equal(wordOf(server).wiped, null);
  assert.equal((await boot(one)).state, "new");
});

test("with all received and no signal, nothing is removed: the server must be asked", async () => {
  const one = await tablet(await openField(), LEAD);
  await answers(one);
  await one.send();
  one.weather = () => "lost";
  const told = await one.session.removeStore();
  assert.ok(!told.ok && told.why.includes("could not be asked"), JSON.stringify(told));
  assert.ok(isThere(one.machine.disk));
});

test("an answer that is being written when the order is carried out is kept and sent, or refused aloud", async () => {
  const { server, one } = await toBeWiped();
  one.weather = () => "fine";
  const sent = one.send();
  const saved = await one.visit.answer(THE_VISIT, "PREM-03", "Y");
  await sent;
  await one.send();
  assert.equal(one.session.wiping.value?.gone, true);
  assert.equal(atRest(server), saved.ok ? 4 : 3);
});

test("a colleague's store on the same tablet is left as it is", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await answers(one);
  await one.send();
  one.session.lock();
  const shared = machine(memoryDisk(one.machine.disk), server.network, one.machine.nowMs(), 5);
  const doors = openDoors(shared);
  await doors.boot();
  const enrolled = await doors.enrol("code-5", FWA.name, "password", "a tablet");
  assert.ok(enrolled.ok);
  const second = await doors.setSecret(enrolled, SECRET);
  assert.ok(second.ok);
  server.wipe = await ordered(server, second.me.signer);
  await second.sendNow();
  assert.equal(second.wiping.value?.gone, true);
  second.lock();
  server.wipe = null;
  const { session } = await opened(shared.disk, server.network, one.machine.nowMs(), 11);
  assert.equal(session.me.name, LEAD.name);
  assert.equal(session.wiping.value, null);
});
