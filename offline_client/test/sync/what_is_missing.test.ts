import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../src/ledger/bytes.ts";
import { THE_VISIT, type LogId, type SignerId } from "../../src/ledger/ids.ts";
import { openDoors } from "../../src/model/session.ts";
import { isEmptied, lostOf, outstandingOf, readEarlier, saidOf, type Known, type Span } from "../../src/sync/claim.ts";
import type { Call } from "../../src/sync/wire.ts";
import { readTeam } from "../../src/sync/team.ts";
import { freshKeys } from "../../src/vault/keys.ts";
import { FWA, LEAD, SECRET, START_MS, type Tablet, carryingNothing, openField, tablet } from "../support/field.ts";
import { machine, memoryDisk } from "../support/machine.ts";
import type { Server } from "../support/server.ts";
import { vectors } from "../support/vectors.ts";

const MINUTE_MS = 60_000;
const lost = () => "lost" as const;
const fine = () => "fine" as const;
const answer = (on: Tablet) => on.session.receipts.value.answer;
const heldIn = (told: Server["told"][number] | undefined) => told?.claims.reduce((sum, { held }) => sum + held, 0);

type Case = Known & { rule: string; outstanding: Span | null; lost: Span | null; emptied: boolean };
type Row = { log: LogId; held: number; files: number; file_bytes: number };
type Word = { claims: Row[]; whole: boolean; tablet: { stores: SignerId[]; persisted: boolean; quota_mib: number; usage_mib: number; build: string } };

test("what is missing of a log follows from what each side has", () => {
  for (const one of vectors<{ cases: Case[] }>("claims.json").cases) {
    assert.deepEqual([outstandingOf(one), lostOf(one), isEmptied(one)], [one.outstanding, one.lost, one.emptied], one.rule);
  }
});

test("a tablet's word is written as the server reads it", () => {
  const { said } = vectors<{ said: Word }>("claims.json");
  const claims = said.claims.map(({ log, held, files, file_bytes }) => ({ log, held, files, fileBytes: file_bytes }));
  const { stores, persisted, quota_mib, usage_mib, build } = said.tablet;
  assert.deepEqual(saidOf(claims, said.whole, { stores, persisted, quotaMib: quota_mib, usageMib: usage_mib, build }), said);
});

test("at each contact the server is told how much this tablet holds, before anything is sent", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  one.weather = (path) => (path.endsWith("push") ? "fault" : "fine");
  await one.send();
  const told = server.told.at(-1);
  assert.deepEqual([heldIn(told), told?.tablet.stores], [1, [one.session.me.signer]]);
});

test("after the first word only what changed is told, and after a restart all of it again", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  await one.send();
  const words = server.told.map(({ whole, claims }) => [whole, claims.length]);
  assert.deepEqual([words[0], ...words.slice(-2)], [[true, 0], [false, 1], [false, 0]]);
  await one.restart();
  await one.send();
  const whole = server.told.find(({ whole: all, claims }) => all && claims.length > 0);
  assert.equal(heldIn(whole), 1);
});

test("a word that did not arrive is told again", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  one.weather = (path) => (path.endsWith("have") ? "fault" : "fine");
  await one.send();
  one.weather = fine;
  await one.send();
  assert.equal(heldIn(server.told.at(-1)), 1);
});

test("a word that comes late and undoes a later one is noticed, and everything is told again", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  const early = server.told.findLast(({ claims }) => claims.length > 0);
  await one.visit.answer(THE_VISIT, "START-05", 14);
  await one.send();
  assert.ok(early);
  server.told.push(early);
  for (let contact = 0; contact < 2; contact++) await one.send();
  assert.deepEqual([heldIn(early), heldIn(server.told.at(-1))], [1, 2]);
  await one.send();
  assert.equal(server.told.at(-1)?.claims.length, 0);
});

test("a server that was put back is noticed by the word alone, and given everything again", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  server.state = { logs: new Map(), streams: new Map(), asides: [] };
  server.epoch = "second";
  one.weather = (path) => (path.endsWith("pull") ? "fault" : "fine");
  await one.send();
  assert.deepEqual([server.state.logs.size, one.session.sync.value.waiting], [1, 0]);
});

test("at the end of the shift one plain answer: no while something is here alone, yes when the server said so", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  assert.match(answer(one), /^Nothing to send\./);
  one.weather = lost;
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.visit.answer(THE_VISIT, "START-05", 14);
  await one.send();
  assert.equal(answer(one), "No. 2 entries of 2 are only on this tablet.");
  assert.equal(one.session.receipts.value.all, false);
  assert.match(one.session.receipts.value.todo.join(" "), /Go where there is signal.*do not hand it back/);
  one.weather = (path) => (path.endsWith("push") ? "reply_lost" : "fine");
  await one.send();
  assert.equal(one.session.receipts.value.all, false);
  one.weather = fine;
  await one.send();
  assert.match(answer(one), /^Yes\. At \d\d:\d\d the server had all 2 of your entries\.$/);
  assert.deepEqual([one.session.receipts.value.all, one.session.receipts.value.todo], [true, []]);
});

test("the other tablets of the team are told as the server said, and stay told without signal", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  server.team = [
    { number: 9, name: "blue", officers: ["fwa"], outstanding: 3, lost: 0, files: 1, last_heard_at: "2026-11-22T09:20:00.000+00:00", revoked_at: null },
    { number: 8, name: "red", officers: ["hse"], outstanding: 0, lost: 0, files: 0, last_heard_at: null, revoked_at: null },
    { number: 7, name: "green", officers: ["hse"], outstanding: 0, lost: 2, files: 0, last_heard_at: "2026-11-22T09:20:00.000+00:00", revoked_at: "2026-11-22T09:21:00.000+00:00" },
    { number: 6, name: "grey", officers: ["fwa"], outstanding: 0, lost: 0, files: 0, last_heard_at: "2026-11-22T09:20:00.000+00:00", revoked_at: null },
  ];
  await one.session.lookAround();
  const told = one.session.around.value.team.map(({ words, all }) => [words.replace(/\d\d:\d\d/, "hh:mm"), all]);
  assert.deepEqual(told, [
    ["Last heard hh:mm: at least 3 entries not yet in, 1 file not yet in", false],
    ["Not heard of since it was enrolled", false],
    ["Taken out of use, last heard hh:mm: 2 entries lost with its store", false],
    ["Last heard hh:mm: all that it told of is in", true],
  ]);
  one.weather = lost;
  await one.restart();
  await one.session.lookAround();
  assert.equal(one.session.around.value.team.length, 4);
});

test("an answer about the team that has not its form is not believed", () => {
  for (const row of [{}, { number: 1, name: 2, officers: [] }, { number: 1, name: "a", officers: [3], outstanding: 0, lost: 0, files: 0 }]) {
    assert.equal(readTeam({ time: 1, tablets: [row] }), null);
  }
  assert.equal(readEarlier({ earlier: [{ log: "x", have: 1, held: 0, most: 2 }] }), null);
});

test("what was lost with an earlier store is said by its numbers", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  const log = server.told.at(-1)?.claims[0]?.log.replace(/\.[a-z2-7]{26}\./, `.${"q".repeat(26)}.`) ?? assert.fail();
  server.earlier = [{ log, have: 120, held: 0, most: 123 }, { log: log.replace("C1", "C2"), have: 7, held: 0, most: 7 }];
  await one.send();
  const [line, ...more] = one.session.receipts.value.lost;
  assert.match(line ?? "", /^Visit \S+, class C\d+: entries 121 to 123\. The server has 120\.$/);
  assert.deepEqual([more, one.session.receipts.value.all, answer(one)], [[], false, "No. Entries that this tablet held are lost."]);
});

test("a store that the browser cleared is missed at the next start, with what had not been sent", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  one.weather = lost;
  await one.visit.answer(THE_VISIT, "START-05", 14);
  one.session.lock();
  const emptied = memoryDisk();
  emptied.shelf = one.machine.disk.shelf;
  const doors = openDoors(machine(emptied, server.network, START_MS, 5));
  const missing = { officers: 1, entries: 2, unsent: 1 };
  assert.deepEqual(await doors.boot(), { state: "new", missing, wiped: [] });
  await doors.missingSeen();
  assert.deepEqual(await doors.boot(), { state: "new", missing: null, wiped: [] });
});

test("a note in the open that cannot be read costs no start", async () => {
  const server = await openField();
  const disk = memoryDisk();
  disk.shelf = "{";
  assert.deepEqual(await openDoors(machine(disk, server.network, START_MS, 6)).boot(), { state: "new", missing: null, wiped: [] });
});

test("a tablet says before it leaves what it lacks, and that it is ready when nothing lacks", async () => {
  const server = await openField();
  const one = await tablet(server, FWA, 3);
  const unfit = () => one.session.readiness.value.filter(({ fit }) => !fit).map(({ name }) => name);
  assert.deepEqual(unfit(), []);
  one.weather = lost;
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  assert.deepEqual(unfit(), ["Sent"]);
  one.machine.pass(13 * 60 * MINUTE_MS);
  await one.send();
  assert.deepEqual(unfit(), ["Last contact", "Sent"]);
  assert.ok(one.session.readiness.value.every(({ fit, todo }) => fit === (todo === null)));
});

test("another officer's store on the same tablet is told of by its count alone", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = lost;
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  one.session.lock();
  const doors = openDoors(machine(memoryDisk(one.machine.disk), carryingNothing(server), START_MS, 9));
  const enrolled = await doors.enrol("another", FWA.name, "password", "a tablet");
  assert.ok(enrolled.ok);
  const second = await doors.setSecret(enrolled, SECRET);
  assert.ok(second.ok);
  await second.sendNow();
  await second.lookAround();
  assert.deepEqual(second.around.value.others.map(({ name, all }) => [name, all]), [[LEAD.name, false]]);
  assert.equal(server.told.at(-1)?.tablet.stores.length, 2);
});

test("what a lost reply had confirmed is called received with the time at which the server next said so", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = (path) => (path.endsWith("push") ? "reply_lost" : "fine");
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  assert.equal(one.visit.view.value.saved.received, 0);
  server.nowMs += 3 * 60 * MINUTE_MS;
  one.weather = fine;
  await one.restart();
  await one.send();
  assert.deepEqual(one.visit.view.value.saved.receivedAt, new Date(server.nowMs).toISOString());
});

test("what was sent and could not be accepted is not called received at the end of the shift", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const [[signer, enrolled] = assert.fail()] = server.signers;
  server.signers.set(signer, { ...enrolled, key: (await freshKeys()).key });
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  assert.equal(one.session.receipts.value.all, false);
  assert.match(one.session.receipts.value.todo.join(" "), /could not be accepted\. Show this page to the desk/);
});

test("a server that cannot keep the word is asked without it, and what is sent does not hang on it", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const network = server.network;
  const keeps = (body: Uint8Array<ArrayBuffer> | null) => !Buffer.from(body ?? []).includes("claims");
  const refused = { status: 507, bytes: utf8('{"code":"storage_full"}') };
  Object.assign(server, { network: async (call: Call) => (call.path.endsWith("have") && !keeps(call.body) ? refused : network(call)) });
  one.weather = (path) => (path.endsWith("push") ? "reply_lost" : "fine");
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  one.weather = (path) => (path.endsWith("push") ? "lost" : "fine");
  await one.restart();
  await one.send();
  assert.deepEqual([one.session.sync.value.waiting, one.session.sync.value.attention], [0, []]);
});

test("files count at the end of the shift, and the server's number of them is set right in the round that sent them", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = lost;
  const capture = { what: "photo", label: one.visit.nextLabel(), found: "", fromWhom: "", seal: "", question: null } as const;
  const taken = await one.visit.takeExhibit(THE_VISIT, capture, new Blob(["a picture"], { type: "image/jpeg" }), null);
  assert.ok(taken.ok);
  await one.send();
  assert.equal(answer(one), "No. 1 entry of 1 and the files of 1 exhibit are only on this tablet.");
  one.weather = (path) => (path.includes("attachments") ? "fault" : "fine");
  await one.send();
  assert.equal(answer(one), "No. Not all of the files of 1 exhibit are with the server.");
  const told = () => server.told.flatMap(({ claims }) => claims.map(({ files }) => files));
  assert.equal(told().at(-1), 1);
  one.weather = fine;
  await one.send();
  assert.match(answer(one), /^Yes\. At \d\d:\d\d the server had your 1 entry and the files of 1 exhibit\.$/);
  assert.equal(told().at(-1), 0);
});
