import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../src/ledger/bytes.ts";
import type { OfficerId, StoreId } from "../../src/ledger/ids.ts";
import { signedBy } from "../../src/ledger/segment.ts";
import { freshKeys, KDF, verifyWith } from "../../src/vault/keys.ts";
import { countTry, judgeSecret, NO_TRIES, waitUntil } from "../../src/vault/lockout.ts";
import { openVault as openWith, type Vault } from "../../src/vault/vault.ts";
import { CHEAP_LOCKS, memoryDisk, type MemoryDisk } from "../support/machine.ts";

const openVault = (disk: MemoryDisk, nowMs: () => number): Vault => openWith(disk, nowMs, CHEAP_LOCKS);
const SECRET = "four quiet grey herons";
const DAY_MS = 24 * 60 * 60 * 1000;

const holder = (name: string) => ({ officer: name as OfficerId, name, agency: "POL", operation: "Operation X", device: "tablet7" });

async function made(vault: Vault, name: string) {
  const keys = await freshKeys();
  const opened = await vault.create(holder(name), keys, SECRET, []);
  assert.ok(opened.ok);
  return { store: opened.store, keys };
}

const bytesOf = (disk: MemoryDisk): string =>
  [...disk.records.values()].map((value) => JSON.stringify(value, (_key, inner: unknown) =>
    inner instanceof Uint8Array ? Buffer.from(inner).toString("latin1") : inner)).join("\n");

test("what an officer writes is read again after a restart, with the secret alone", async () => {
  const disk = memoryDisk();
  const { store } = await made(openVault(disk, () => 0), "adams");
  assert.deepEqual(await store.write([{ room: "own", name: "1", text: "the back door was locked" }]), { ok: true });
  const again = await openVault(memoryDisk(disk), () => 0).unlock(store.id, SECRET);
  assert.ok(again.ok);
  assert.deepEqual((await again.store.readRooms()).own.records, [{ name: "1", text: "the back door was locked" }]);
});

test("nothing that was written, nor any key, can be read on the disk", async () => {
  const disk = memoryDisk();
  const { store, keys } = await made(openVault(disk, () => 0), "adams");
  await store.write([{ room: "own", name: "1", text: "CANARY-4711" }, { room: "pulled", name: "a", text: "CANARY-4712", under: "tag" }]);
  const found = bytesOf(disk);
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.pair.privateKey)).toString("latin1");
  for (const secret of ["CANARY", SECRET, pkcs8, pkcs8.slice(36, 68)]) assert.ok(!found.includes(secret), secret.slice(0, 8));
});

test("keys in memory cannot be taken out once the store is open, and still sign", async () => {
  const { store, keys } = await made(openVault(memoryDisk(), () => 0), "adams");
  const signature = await store.sign(utf8("fieldops/segment/1\nstatement"));
  assert.ok(await signedBy(keys.key, "statement", signature, verifyWith));
});

test("two officers on one tablet cannot read each other", async () => {
  const disk = memoryDisk();
  const vault = openVault(disk, () => 0);
  const { store: one } = await made(vault, "adams");
  const { store: two } = await made(vault, "baker");
  await one.write([{ room: "own", name: "1", text: "mine" }]);
  assert.deepEqual((await two.readRooms()).own.records, []);
  const moved = disk.records.get(["own", one.id, "1"].join("\u0000")) ?? assert.fail();
  disk.records.set(["own", two.id, "1"].join("\u0000"), moved);
  assert.deepEqual((await two.readRooms()).own, { records: [], unreadable: 1 });
});

test("a record put in another's place is not believed", async () => {
  const disk = memoryDisk();
  const { store } = await made(openVault(disk, () => 0), "adams");
  await store.write([{ room: "own", name: "1", text: "first" }]);
  disk.records.set(["own", store.id, "2"].join("\u0000"), disk.records.get(["own", store.id, "1"].join("\u0000")) ?? assert.fail());
  assert.deepEqual((await store.readRooms()).own, { records: [{ name: "1", text: "first" }], unreadable: 1 });
});

test("what was pulled is beyond reading once its stream is gone, even from a copy of the disk", async () => {
  const disk = memoryDisk();
  const { store } = await made(openVault(disk, () => 0), "adams");
  await store.write([
    { room: "streams", name: "tag", text: "{}" },
    { room: "pulled", name: "tag.1", text: "shared once", under: "tag" },
    { room: "own", name: "1", text: "mine, unsent" },
  ]);
  const copy = disk.records.get(["pulled", store.id, "tag.1"].join("\u0000")) ?? assert.fail();
  assert.deepEqual(await store.forgetUnder("tag", []), { ok: true });
  disk.records.set(["pulled", store.id, "tag.1"].join("\u0000"), copy);
  const again = await openVault(disk, () => 0).unlock(store.id, SECRET);
  assert.ok(again.ok);
  for (const each of [store, again.store]) {
    assert.deepEqual((await each.readRooms()).pulled, { records: [], unreadable: 1 });
    assert.equal((await each.readRooms()).own.records.length, 1);
  }
});

test("a full disk is said in words, and costs nothing that was saved before", async () => {
  const disk = memoryDisk();
  const { store } = await made(openVault(disk, () => 0), "adams");
  await store.write([{ room: "own", name: "1", text: "before" }]);
  disk.beforeWrite = () => ({ ok: false, code: "full", why: "no room" });
  assert.deepEqual(await store.write([{ room: "own", name: "2", text: "after" }]), { ok: false, code: "full", why: "no room" });
  assert.deepEqual((await store.readRooms()).own.records.map(({ text }) => text), ["before"]);
});

test("a wrong secret is counted on the disk before it is judged, so killing the app gains no try", async () => {
  const disk = memoryDisk();
  const { store } = await made(openVault(disk, () => 0), "adams");
  let now = 0;
  for (let attempt = 1; attempt <= 4; attempt++) {
    const refused = await openVault(memoryDisk(disk), () => now).unlock(store.id, "not the secret");
    assert.ok(!refused.ok);
    const restarted = memoryDisk(disk);
    const vault = openVault(restarted, () => now);
    await vault.unlock(store.id, "not the secret");
    disk.records.clear();
    for (const [key, value] of restarted.records) disk.records.set(key, value);
    now += 1;
  }
  const locked = await openVault(disk, () => now).unlock(store.id, SECRET);
  assert.ok(!locked.ok && locked.waitUntil !== null && locked.waitUntil > now);
});

test("a secret is not judged while its count is not on the disk", async () => {
  const disk = memoryDisk();
  const { store } = await made(openVault(disk, () => 0), "adams");
  for (const secret of [SECRET, "not the secret"]) {
    disk.beforeWrite = () => ({ ok: false, code: "full", why: "no room" });
    const refused = await openVault(disk, () => 0).unlock(store.id, secret);
    assert.ok(!refused.ok && refused.why === "no room" && refused.triesLeft === 10);
    disk.beforeWrite = () => "died";
    const killed = openVault(disk, () => 0).unlock(store.id, secret);
    const turns = async () => { for (let turn = 0; turn < 200; turn++) await new Promise((next) => { setImmediate(next); }); };
    assert.equal(await Promise.race([killed, turns()]), undefined);
  }
});

test("what is written right after unlocking is there when the rooms are read", async () => {
  const disk = memoryDisk();
  const { store } = await made(openVault(disk, () => 0), "adams");
  const again = await openVault(disk, () => 0).unlock(store.id, SECRET);
  assert.ok(again.ok && (await again.store.write([{ room: "own", name: "1", text: "late" }])).ok);
  assert.deepEqual((await again.store.readRooms()).own.records, [{ name: "1", text: "late" }]);
});

test("the wait grows to a day, a right secret after it opens, and the count starts anew", async () => {
  const disk = memoryDisk();
  let now = 0;
  const vault = openVault(disk, () => now);
  const { store } = await made(vault, "adams");
  for (let wrong = 0; wrong < 11; wrong++) {
    await vault.unlock(store.id, "not the secret");
    now += DAY_MS;
  }
  const [line] = await vault.holders();
  assert.equal(line?.waitUntil, null);
  assert.ok((await vault.unlock(store.id, SECRET)).ok);
  const next = await vault.unlock(store.id, "wrong again");
  assert.deepEqual(next.ok || [next.triesLeft, next.waitUntil], [9, null]);
});

test("setting the clock back does not shorten a wait", () => {
  let tries = NO_TRIES;
  for (let wrong = 0; wrong < 6; wrong++) tries = countTry(tries, 1_000_000_000);
  const wait = tries.waitUntilMs - tries.lastTryMs;
  assert.equal(waitUntil(tries, 0), wait);
  assert.equal(waitUntil(tries, tries.waitUntilMs), null);
});

test("a secret that is guessed at once is not taken", () => {
  for (const weak of ["", "short", "12345678", "1234567890", "aaaaaaaaaaaa", "abababab"]) assert.ok(judgeSecret(weak) !== null, weak);
  for (const good of [SECRET, "8301749265 ", "größe-und-ä"]) assert.equal(judgeSecret(good), null, good);
});

test("a second enrolment of the same officer leaves the first store and its unsent entries alone", async () => {
  const disk = memoryDisk();
  const vault = openVault(disk, () => 0);
  const { store: first } = await made(vault, "adams");
  await first.write([{ room: "own", name: "1", text: "unsent" }]);
  await first.noteUnsent(1);
  const { store: second } = await made(vault, "adams");
  assert.notEqual(first.id, second.id);
  assert.deepEqual((await vault.holders()).map(({ store, unsent }) => [store, unsent]).sort(),
    [[first.id, 1], [second.id, 0]].sort() as [StoreId, number][]);
  assert.equal((await first.readRooms()).own.records.length, 1);
});

test("two officers of one tablet never give two workers the same number", async () => {
  const vault = openVault(memoryDisk(), () => 0);
  assert.deepEqual([await vault.nextNumber(), await vault.nextNumber(), await vault.nextNumber()], [1, 2, 3]);
  assert.deepEqual(await vault.holders(), []);
});

test("a guess at a secret costs what the standard asks, and a store remembers what it was made with", async () => {
  const disk = memoryDisk();
  const { store } = await made(openWith(disk, () => 0, { ...CHEAP_LOCKS, kdf: KDF }), "adams");
  const card = disk.records.get(["officers", store.id, "card"].join("\u0000")) ?? assert.fail();
  assert.deepEqual((card["wrapped"] as { kdf: unknown }).kdf, { memoryKiB: 19_456, passes: 2, lanes: 1 });
  assert.ok((await openVault(disk, () => 0).unlock(store.id, SECRET)).ok);
});
