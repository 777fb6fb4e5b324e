/** Without a network between them and the server, officers of a team share what they wrote, by a file that only those chosen read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url, hex } from "../../src/ledger/bytes.ts";
import { writeEntry } from "../../src/ledger/entry.ts";
import { logId, streamId, THE_VISIT, type OfficerId } from "../../src/ledger/ids.ts";
import { firstHead } from "../../src/ledger/merkle.ts";
import { seal } from "../../src/ledger/segment.ts";
import { fileOf, writeShared } from "../../src/sync/shared.ts";
import { signWith } from "../../src/vault/keys.ts";
import { openSharing, sealPart } from "../../src/vault/sealing.ts";
import type { JsonObject } from "../../src/ledger/json.ts";
import { postOf } from "../../src/vault/post.ts";
import { FWA, HSE, LEAD, openField, START_MS, tablet, type Tablet } from "../support/field.ts";
import { hashOf, papersOf, VISIT, type Member } from "../support/papers.ts";
import { atRest, type Server } from "../support/server.ts";

const CANARY = "eleven passports in a biscuit tin";
const FROM_COLLEAGUE = "from a colleague’s tablet, not yet at the server";

/** Both have had signal once since they enrolled, and have none now. */
async function team(server: Server, ...members: readonly Member[]): Promise<readonly Tablet[]> {
  const tablets: Tablet[] = [];
  for (const [i, member] of members.entries()) tablets.push(await tablet(server, member, i + 1));
  for (const one of tablets) await one.send();
  for (const one of tablets) one.weather = () => "lost";
  return tablets;
}

async function pair(server: Server): Promise<readonly [Tablet, Tablet]> {
  const [one, two] = await team(server, LEAD, FWA);
  assert.ok(one && two);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.visit.answer(THE_VISIT, "PREM-02", CANARY);
  await one.visit.addNote("The back door stands open.");
  return [one, two];
}

async function sealed(from: Tablet, ...to: readonly Member[]): Promise<Uint8Array<ArrayBuffer>> {
  const made = await from.visit.sealFor(to.map(({ officer }) => officer as OfficerId));
  assert.ok(made.ok, JSON.stringify(made));
  assert.equal(made.files.length, 1);
  return made.files[0] as Uint8Array<ArrayBuffer>;
}

const said = (on: Tablet) => on.visit.question("PREM-02", THE_VISIT).value;
const jsonOf = (file: Uint8Array): JsonObject => JSON.parse(Buffer.from(file).toString()) as JsonObject;
const changed = (file: Uint8Array, change: (json: JsonObject) => object): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(JSON.stringify({ ...jsonOf(file), ...change(jsonOf(file)) })));

test("what an officer shares is read by the colleague chosen, is marked, survives a restart, and never doubles", async () => {
  const server = await openField();
  const [one, two] = await pair(server);
  const took = await two.session.takeIn(await sealed(one, FWA));
  assert.deepEqual(took, { ok: true, entries: 3, read: 3 });
  assert.deepEqual([said(two).value, said(two).by?.author, said(two).by?.received, said(two).by?.words], [CANARY, "lead", null, FROM_COLLEAGUE]);
  await two.restart();
  assert.deepEqual([said(two).value, said(two).by?.words], [CANARY, FROM_COLLEAGUE]);
  assert.equal((await two.session.takeIn(await sealed(one, FWA))).ok, true);
  assert.equal(two.visit.view.value.notes.length, 1);
  two.weather = () => "fine";
  await two.send();
  assert.equal(atRest(server), 3);
  assert.match(said(two).by?.words ?? "", /^received/);
  for (const again of [async () => undefined, () => two.restart()]) {
    await again();
    assert.deepEqual([said(two).rivals.length, two.visit.history("PREM-02", THE_VISIT).length, two.visit.view.value.notes.length], [0, 1, 1]);
  }
  const kept = [...two.machine.disk.records.keys()].filter((key) => key.includes(".handed."));
  assert.deepEqual(kept, []);
  one.weather = () => "fine";
  await one.send();
  assert.deepEqual([one.session.sync.value.waiting, one.session.sync.value.attention, atRest(server)], [0, [], 3]);
});

test("the colleague goes on from what was shared, and all see the same in the end", async () => {
  const server = await openField();
  const [one, two] = await pair(server);
  await two.session.takeIn(await sealed(one, FWA));
  await two.visit.answer(THE_VISIT, "START-03", "refused");
  await one.session.takeIn(await sealed(two, LEAD));
  for (const on of [one, two]) on.weather = () => "fine";
  for (const on of [two, one, two]) await on.send();
  const views = [one, two].map((on) => on.visit.question("START-03", THE_VISIT).value.rivals.map(({ rivals }) => rivals.map(({ valueWords }) => valueWords)));
  assert.deepEqual(views[0], views[1]);
  assert.equal(atRest(server), 4);
});

test("nobody is given what the agreement on the tablet does not open to them; each of several reads their own part", async () => {
  const server = await openField();
  const papers = new Map(papersOf([LEAD, FWA, HSE]).map(({ kind, text }) => [kind, text]));
  const agreement = withoutC4(papers.get("agreement") ?? "", "HSE");
  const named = (text: string) => text.replace(hashOf(papers.get("agreement") ?? ""), hashOf(agreement));
  server.edition = (kind, text) => (kind === "agreement" ? agreement : named(text));
  const [one, two, three] = await team(server, LEAD, FWA, HSE);
  assert.ok(one && two && three);
  await one.visit.answer(THE_VISIT, "PREM-02", CANARY);
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  assert.deepEqual(one.visit.colleagues.value.map(({ name, entries, hindered }) => [name, entries, hindered]), [["fwa", 2, null], ["hse", 1, null]]);
  const file = await sealed(one, FWA, HSE);
  assert.deepEqual(await two.session.takeIn(file), { ok: true, entries: 2, read: 2 });
  assert.deepEqual(await three.session.takeIn(file), { ok: true, entries: 2, read: 1 });
  assert.deepEqual([two.visit.view.value.workers.length, three.visit.view.value.workers.length, said(three).value], [1, 0, CANARY]);
  const only = await one.visit.sealFor([HSE.officer as OfficerId]);
  assert.ok(only.ok && only.entries === 1);
});

function withoutC4(text: string, agency: string): string {
  const paper = JSON.parse(text) as { terms: { [agency: string]: { [code: string]: object } } };
  return JSON.stringify({ ...paper, terms: { ...paper.terms, [agency]: { C1: paper.terms[agency]?.["C1"] } } });
}

test("a file for another is refused with a sentence, and nothing of it is kept", async () => {
  const [one, two, three] = await team(await openField(), LEAD, FWA, HSE);
  assert.ok(one && two && three);
  await one.visit.answer(THE_VISIT, "PREM-02", CANARY);
  const took = await three.session.takeIn(await sealed(one, FWA));
  assert.ok(!took.ok && took.code === "another" && took.why.includes("sealed to another officer"));
  assert.deepEqual([(await postOf(three.machine.disk).list()).length, said(three).value], [0, null]);
});

type Part = { readonly sealed: string; readonly log: string };
const parts = (json: JsonObject) => json["parts"] as unknown as readonly Part[];
const flip = (text: string): string => `${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`;
const TAMPERING: readonly (readonly [string, (json: JsonObject) => object])[] = [
  ["a byte of a part changed", (json) => ({ parts: parts(json).map((part, i) => (i ? part : { ...part, sealed: flip(part.sealed) })) })],
  ["a part left out", (json) => ({ parts: parts(json).slice(1) })],
  ["a part put in twice", (json) => ({ parts: [...parts(json), parts(json)[0]] })],
  ["the sealed key changed", (json) => ({ for: (json["for"] as unknown as readonly Part[]).map((row) => ({ ...row, sealed: `${row.sealed.slice(0, -8)}AAAAAAAA` })) })],
  ["another log's name", (json) => ({ parts: parts(json).map((part) => ({ ...part, log: part.log.replace(/.$/, "9") })) })],
];
for (const [name, change] of TAMPERING) {
  test(`a file that was altered is refused whole: ${name}`, async () => {
    const [one, two] = await pair(await openField());
    const took = await two.session.takeIn(changed(await sealed(one, FWA), change));
    assert.ok(!took.ok && took.code === "altered", JSON.stringify(took));
    assert.deepEqual([(await postOf(two.machine.disk).list()).length, said(two).value], [0, null]);
  });
}

test("what is signed in another's name is refused, though it is sealed to the colleague rightly", async () => {
  const server = await openField();
  const [one, two] = await team(server, LEAD, FWA);
  assert.ok(one && two);
  const forger = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const log = logId(streamId(VISIT, "C1"), one.session.me.signer, "1");
  const note = { kind: "note", happened: "2026-11-22T09:30:00.000+00:00", recorded: "2026-11-22T09:30:00.000+00:00", schema: "fieldops/acts/1", subject: THE_VISIT, field: "note", value: "forged", supersedes: [] };
  const written = writeEntry(note, { log, n: 1, hlc: [START_MS, 0] }, new Uint8Array(16));
  assert.ok(written.ok);
  const run = { log, from: 1, prev: hex(firstHead(log)), entries: [written.value] };
  const segment = await seal(run, { server: null, device: 1, monotonic: 1 }, (bytes) => signWith(forger.privateKey, bytes));
  const { line } = JSON.parse(server.signers.get(two.session.me.signer)?.readerKey ?? "") as { line: string };
  const { point } = JSON.parse(line) as { point: string };
  const sharing = await openSharing(fromBase64url(point) ?? new Uint8Array(), two.session.operation.id);
  assert.ok(sharing);
  const parts = [await sealPart(sharing.sealer, { log, from: 1, to: 1 }, JSON.stringify(segment))];
  const files = await writeShared([{ sharing, to: [{ signer: two.session.me.signer, point }], parts }]);
  const took = await two.session.takeIn(fileOf(files?.[0] ?? {}));
  assert.ok(!took.ok && took.code === "altered", JSON.stringify(took));
  assert.equal(two.visit.view.value.notes.length, 0);
});

test("no word of it, and not whose it is by name, can be read in the file", async () => {
  const [one] = await pair(await openField());
  const words = Buffer.from(await sealed(one, FWA)).toString();
  for (const secret of [CANARY, "PREM-02", "entered", "salt", "back door"]) assert.ok(!words.includes(secret), secret);
});

test("a colleague whose key is not on the tablet is named with the reason, and nothing is sealed to them", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD, 1);
  one.weather = () => "lost";
  await one.visit.answer(THE_VISIT, "PREM-02", CANARY);
  assert.ok(one.visit.colleagues.value.every(({ hindered }) => hindered?.startsWith("No sealing key")));
  const made = await one.visit.sealFor([FWA.officer as OfficerId]);
  assert.ok(!made.ok && made.code === "nothing");
});

test("what was shared goes from the tablet when its visit does, or when the agreement closes it", async () => {
  const server = await openField();
  const [one, two] = await pair(server);
  await two.session.takeIn(await sealed(one, FWA));
  two.weather = (path) => (path === "/api/sync/bundle" ? "fault" : "fine");
  server.mayRead = () => false;
  server.edition = (kind, text) => (kind === "visit" ? null : text);
  await two.send();
  assert.deepEqual([...two.machine.disk.records.keys()].filter((key) => key.includes(".handed.")), []);
});

test("what was shared stays while the server does not know of it yet, whatever else comes from there", async () => {
  const server = await openField();
  const [one, two] = await pair(server);
  await two.session.takeIn(await sealed(one, FWA));
  two.weather = (path) => (path === "/api/sync/bundle" ? "fault" : "fine");
  await two.send();
  await two.restart();
  await two.send();
  assert.deepEqual([atRest(server), said(two).value, said(two).by?.words], [0, CANARY, FROM_COLLEAGUE]);
});

test("a full disk takes nothing of the file, and says so", async () => {
  const [one, two] = await pair(await openField());
  const file = await sealed(one, FWA);
  two.machine.disk.beforeWrite = () => ({ ok: false, code: "full", why: "The storage is full." });
  const took = await two.session.takeIn(file);
  assert.deepEqual([took.ok, said(two).value], [false, null]);
});

test("the file reaches the server by whoever carries it, the server opening what the colleague reads", async () => {
  const server = await openField();
  const [one, two] = await pair(server);
  await two.session.takeIn(await sealed(one, FWA));
  two.weather = () => "fine";
  await two.send();
  assert.deepEqual([atRest(server), two.session.carried.value], [3, { entries: 0, officers: 0 }]);
});
