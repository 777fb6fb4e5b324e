/** Without a network, or without the secret: what was recorded leaves the tablet sealed, and reaches the server once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT, type VisitId } from "../../src/ledger/ids.ts";
import type { GivenFile } from "../../src/model/environment.ts";
import { openDoors } from "../../src/model/session.ts";
import type { Unlocked } from "../../src/model/types.ts";
import { readBundle, writeBundle } from "../../src/sync/bundle.ts";
import { postOf } from "../../src/vault/post.ts";
import { FWA, HSE, LEAD, openField, SECRET, tablet, type Tablet } from "../support/field.ts";
import { machine, memoryDisk, type MemoryDisk } from "../support/machine.ts";
import { VISIT } from "../support/papers.ts";
import { atRest, type Server } from "../support/server.ts";

const CANARY = "eleven passports in a biscuit tin";
const waitingOn = (disk: MemoryDisk) => postOf(disk).list();
const sealedOn = async ({ machine: { disk } }: Tablet): Promise<number> =>
  (await waitingOn(disk)).reduce((sum, { part }) => sum + part.to - part.from + 1, 0);

async function offline(server: Server, member = LEAD, seed = 1): Promise<Tablet> {
  const one = await tablet(server, member, seed);
  one.weather = () => "lost";
  return one;
}

async function answers(on: Tablet): Promise<void> {
  await on.visit.answer(THE_VISIT, "START-03", "entered");
  await on.visit.answer(THE_VISIT, "PREM-04", "lt3m");
  await on.visit.answer(THE_VISIT, "PREM-02", CANARY);
}

/** Nobody unlocks: the tablet is started anew and asked for what it holds. */
async function handedOver(on: Tablet): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const locked = machine(memoryDisk(on.machine.disk), async () => null, on.machine.nowMs());
  const doors = openDoors(locked);
  assert.equal((await doors.boot()).state, "locked");
  const done = await doors.handOver("save");
  assert.ok(done.ok, JSON.stringify(done));
  return locked.saved.map(({ bytes }) => bytes);
}

async function take(session: Unlocked, files: readonly Uint8Array<ArrayBuffer>[]): Promise<number> {
  let entries = 0;
  for (const file of files) {
    const took = await session.takeIn(file);
    assert.ok(took.ok, JSON.stringify(took));
    entries += took.entries;
  }
  return entries;
}

test("each tap is sealed in the same write as the entry itself, and let go only with the server's word", async () => {
  const server = await openField();
  const one = await offline(server);
  const writes: string[][] = [];
  one.machine.disk.beforeWrite = (changes) => {
    writes.push(changes.filter(({ put }) => put).map(({ room }) => room));
    return null;
  };
  await answers(one);
  const entries = writes.filter((rooms) => rooms.includes("own"));
  assert.equal(entries.length, 3);
  assert.ok(entries.every((rooms) => rooms.includes("outbox")), JSON.stringify(entries));
  assert.equal(await sealedOn(one), 3);
  one.weather = () => "reply_lost";
  await one.send();
  assert.equal(await sealedOn(one), 3);
  one.weather = () => "fine";
  await one.send();
  assert.equal(atRest(server), 3);
  assert.equal(await sealedOn(one), 0);
});

test("with the secret forgotten, a colleague's tablet carries what was not sent, and the server has it under its author", async () => {
  const server = await openField();
  const one = await offline(server);
  await answers(one);
  const files = await handedOver(one);
  const two = await tablet(server, FWA, 2);
  two.weather = () => "lost";
  assert.equal(await take(two.session, files), 3);
  await two.restart();
  await two.send();
  assert.deepEqual(two.session.carried.value, { entries: 3, officers: 1 });
  two.weather = () => "fine";
  await two.send();
  assert.equal(atRest(server), 3);
  assert.deepEqual(two.session.carried.value, { entries: 0, officers: 0 });
  await two.send();
  assert.equal(two.visit.question("PREM-02", THE_VISIT).value.value, CANARY);
  one.weather = () => "fine";
  await one.send();
  assert.equal(one.session.sync.value.waiting, 0);
  assert.deepEqual(one.session.sync.value.attention, []);
});

test("a locked tablet hands its outbox to the server itself: at once, again, and in bad weather", async () => {
  const server = await openField();
  const one = await offline(server);
  await answers(one);
  one.session.lock();
  let away = true;
  const locked = machine(memoryDisk(one.machine.disk), async (call) => (away ? null : server.network(call)), one.machine.nowMs());
  const doors = openDoors(locked);
  await doors.boot();
  assert.deepEqual([(await doors.sendSealed()).ok, await doors.waiting()], [false, { entries: 3, officers: 1 }]);
  away = false;
  assert.deepEqual(await doors.sendSealed(), { ok: true, entries: 3, left: 0 });
  assert.equal(atRest(server), 3);
  assert.deepEqual(await doors.waiting(), { entries: 0, officers: 0 });
  const boot = await doors.boot();
  assert.ok(boot.state === "locked" && boot.officers[0]);
  const session = await doors.unlock(boot.officers[0].store, SECRET);
  assert.ok(session.ok);
  await session.sendNow();
  assert.deepEqual([session.sync.value.waiting, session.sync.value.attention, atRest(server)], [0, [], 3]);
});

test("what the server does not say that it has stays on the locked tablet", async () => {
  const server = await openField();
  const one = await offline(server);
  await answers(one);
  const locked = machine(memoryDisk(one.machine.disk), server.network, one.machine.nowMs());
  const doors = openDoors(locked);
  await doors.boot();
  server.garble = (path, answer) => (path === "/api/sync/sealed" ? JSON.stringify({ brought: 2 }) : answer);
  assert.deepEqual(await doors.sendSealed(), { ok: true, entries: 0, left: 3 });
  assert.deepEqual(await doors.waiting(), { entries: 3, officers: 1 });
});

test("what is shared by the sheet is the same file; a sheet that does not take it costs a download, a change of mind nothing", async () => {
  const one = await offline(await openField());
  await answers(one);
  const shared: (readonly GivenFile[])[] = [];
  for (const [outcome, saved] of [["shared", 0], ["stopped", 0], ["cannot", 1]] as const) {
    const share = async (files: readonly GivenFile[]) => { shared.push(files); return outcome; };
    const locked = { ...machine(memoryDisk(one.machine.disk), async () => null, one.machine.nowMs()), share };
    const done = await openDoors(locked).handOver("share");
    assert.deepEqual([done.ok, done.ok && done.shared, locked.saved.length], [outcome !== "stopped", outcome === "shared", saved]);
  }
  assert.deepEqual(shared.map((files) => files.length), [1, 1, 1]);
});

test("no word of an entry can be read in the outbox or in the file", async () => {
  const one = await offline(await openField());
  await answers(one);
  const [file] = await handedOver(one);
  const words = Buffer.from(file ?? []).toString();
  for (const secret of [CANARY, "PREM-02", "lt3m", "salt", "happened"]) assert.ok(!words.includes(secret), secret);
  for (const { part } of await waitingOn(one.machine.disk)) {
    assert.ok(!Buffer.from(part.sealed).toString("latin1").includes("passports"));
  }
});

test("an officer who forgot the secret enrols anew on the same tablet, and its outbox goes with their next round", async () => {
  const server = await openField();
  const one = await offline(server);
  await answers(one);
  one.session.lock();
  const again = machine(memoryDisk(one.machine.disk), server.network, one.machine.nowMs() + 60_000, 9);
  const doors = openDoors(again);
  await doors.boot();
  const enrolled = await doors.enrol("code-9", LEAD.name, "password", "a tablet");
  assert.ok(enrolled.ok);
  const session = await doors.setSecret(enrolled, "another five quiet herons");
  assert.ok(session.ok);
  await session.sendNow();
  assert.equal(atRest(server), 3);
  const visit = await session.openVisit(VISIT as VisitId);
  assert.ok("view" in visit);
  await session.sendNow();
  assert.equal(visit.question("PREM-02", THE_VISIT).value.value, CANARY);
  const boot = await openDoors(machine(memoryDisk(again.disk), server.network, again.nowMs())).boot();
  assert.ok(boot.state === "locked");
  assert.deepEqual(boot.officers.map(({ unsent, earlier }) => [unsent, earlier]), [[0, false], [0, true]]);
});

test("a file taken in twice, or by two colleagues, is at the server once", async () => {
  const server = await openField();
  const one = await offline(server);
  await answers(one);
  const files = await handedOver(one);
  for (const [member, seed] of [[FWA, 2], [HSE, 3]] as const) {
    const other = await tablet(server, member, seed);
    await take(other.session, [...files, ...files]);
    await other.send();
  }
  assert.equal(atRest(server), 3);
});

test("what was changed on the way is not taken for received: it stays with the carrier, and the rest arrives", async () => {
  const server = await openField();
  const one = await offline(server);
  await answers(one);
  const [file] = await handedOver(one);
  const parts = readBundle(file ?? new Uint8Array()) ?? [];
  const spoilt = parts.map((part, i) => (i === parts.length - 1 ? { ...part, sealed: part.sealed.map((byte) => byte ^ 1) } : part));
  const two = await tablet(server, FWA, 2);
  await take(two.session, [Buffer.from(JSON.stringify(writeBundle(spoilt)))]);
  await two.send();
  assert.equal(atRest(server), 2);
  assert.deepEqual(two.session.carried.value, { entries: 1, officers: 1 });
  await take(two.session, [file ?? new Uint8Array()]);
  await two.send();
  assert.equal(atRest(server), 3);
});

test("a forged file takes no place of what lies in the outbox of another officer on the same tablet", async () => {
  const server = await openField();
  const one = await offline(server);
  await answers(one);
  const [file] = await handedOver(one);
  const before = await waitingOn(one.machine.disk);
  const forged = (readBundle(file ?? new Uint8Array()) ?? []).map((part) => ({ ...part, sealed: new Uint8Array(40) }));
  await postOf(one.machine.disk).carry(forged);
  const after = new Map((await waitingOn(one.machine.disk)).map(({ name, part }) => [name, part]));
  for (const { name, part } of before) assert.deepEqual(after.get(name), part);
  assert.equal(after.size, 2 * before.length);
});

test("what an app before the outbox recorded, and what a restored server lost, is sealed after the next round", async () => {
  const server = await openField();
  const one = await offline(server);
  await answers(one);
  for (const key of one.machine.disk.records.keys()) if (key.startsWith("outbox")) one.machine.disk.records.delete(key);
  await one.restart();
  await one.send();
  assert.equal(await sealedOn(one), 3);
});

test("a full disk costs the tap that met it, and neither half of it is there", async () => {
  const one = await offline(await openField());
  await answers(one);
  one.machine.disk.beforeWrite = () => ({ ok: false, code: "full", why: "full" });
  const saved = await one.visit.answer(THE_VISIT, "PREM-03", "Y");
  one.machine.disk.beforeWrite = () => null;
  assert.equal(saved.ok, false);
  assert.equal(await sealedOn(one), 3);
});

test("a file that is none is told so, and nothing is kept of it", async () => {
  const one = await offline(await openField());
  const took = await one.session.takeIn(new Uint8Array([1, 2, 3]));
  assert.deepEqual(took.ok, false);
  assert.equal((await waitingOn(one.machine.disk)).length, 0);
});
