import assert from "node:assert/strict";
import { test } from "node:test";
import { CHUNK_BYTES } from "../../src/ledger/attachment.ts";
import { THE_VISIT } from "../../src/ledger/ids.ts";
import type { Capture } from "../../src/model/types.ts";
import { FWA, LEAD, openField, tablet, type Tablet } from "../support/field.ts";
import { dice } from "../support/machine.ts";
import type { Server } from "../support/server.ts";
import { emptyShelf, wholeOf } from "../support/shelf.ts";

const lost = () => "lost" as const;
const fine = () => "fine" as const;

/** Bytes like those of a camera: no two files and no two chunks alike. */
function bytesOf(seed: number, size: number): Uint8Array<ArrayBuffer> {
  const draw = dice(seed);
  return Uint8Array.from({ length: size }, () => Math.floor(draw() * 256));
}
const picture = (seed: number, size: number): Blob => new Blob([bytesOf(seed, size)], { type: "image/jpeg" });

const capture = (on: Tablet, more: Partial<Capture> = {}): Capture => ({
  what: "photo", label: on.visit.nextLabel(), found: "", fromWhom: "", seal: "", question: null, ...more,
});

async function take(on: Tablet, original: Blob | null, more: Partial<Capture> = {}, thumbnail: Blob | null = null) {
  const saved = await on.visit.takeExhibit(THE_VISIT, capture(on, more), original, thumbnail);
  assert.ok(saved.ok, JSON.stringify(saved));
  return saved.id;
}

const files = (server: Server) => [...server.shelf.sent.values()].map(wholeOf);
const words = (on: Tablet) => on.visit.exhibits.value.map(({ file }) => file?.words);
const stored = (on: Tablet) => [...on.machine.disk.records.keys()].filter((key) => key.startsWith("media")).length;

test("a photo taken without signal is saved, survives a restart, and reaches the server byte for byte", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = lost;
  const original = picture(1, 3 * CHUNK_BYTES + 17);
  await take(one, original, {}, picture(2, 900));
  await one.send();
  assert.deepEqual(words(one), ["saved on this tablet"]);
  await one.restart();
  one.weather = fine;
  await one.send();
  assert.match(words(one)[0] ?? "", /^received \d\d:\d\d$/);
  assert.ok(files(server).some((file) => file && Buffer.from(file).equals(Buffer.from(bytesOf(1, 3 * CHUNK_BYTES + 17)))));
  assert.match(one.visit.view.value.words, /^All 1 received \d\d:\d\d\. Its file received$/);
});

test("an upload that is cut after every part goes on where it was, and sends no part twice but the one that was cut", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const size = 6 * CHUNK_BYTES + 5;
  await take(one, picture(3, size));
  let cuts = 0;
  for (let round = 0; round < 20 && !files(server).some(Boolean); round++) {
    let parts = 0;
    one.weather = (path) => (path.includes("/attachments/") && ++parts > 1 ? (cuts++, "reply_lost") : "fine");
    await one.send();
    if (round % 2) await one.restart();
  }
  assert.ok(cuts >= 3);
  assert.ok(server.shelf.arrived <= size + cuts * CHUNK_BYTES, `${server.shelf.arrived} bytes for ${size}, ${cuts} cuts`);
  assert.equal(server.shelf.order.length, 7, "a part whose answer was lost is not sent a second time");
  assert.deepEqual(Buffer.from(files(server)[0] ?? []), Buffer.from(bytesOf(3, size)));
});

test("entries go before files, thumbnails and signatures before photos, photos before recordings", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = lost;
  await take(one, picture(4, 800), { what: "audio" });
  await take(one, picture(5, 700), { what: "photo" }, picture(6, 90));
  await take(one, picture(7, 600), { what: "signature" });
  const calls: string[] = [];
  one.weather = (path) => { calls.push(path); return "fine"; };
  await one.send();
  const sizes = server.shelf.order.map((name) => [...server.shelf.sent].find(([key]) => key.endsWith(name))?.[1].manifest.size);
  assert.deepEqual(sizes, [90, 600, 700, 800]);
  assert.ok(calls.indexOf("/api/sync/push") < calls.indexOf("/api/sync/need"));
  assert.ok(calls.lastIndexOf("/api/sync/pull") < calls.indexOf("/api/sync/need"));
});

test("no file is offered before its entry is with the server", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const calls: string[] = [];
  one.weather = (path) => { calls.push(path); return path.endsWith("push") ? "fault" : "fine"; };
  await take(one, picture(8, 100));
  await one.send();
  assert.ok(!calls.includes("/api/sync/need"));
  assert.deepEqual(words(one), ["saved on this tablet"]);
});

test("with the switch on, photos wait for Wi-Fi while thumbnails and signatures go", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.machine.wifi = false;
  one.session.setHoldMedia(true);
  await take(one, picture(9, 500), {}, picture(10, 50));
  await one.send();
  assert.deepEqual(words(one), ["saved on this tablet, waits for Wi-Fi"]);
  assert.deepEqual(files(server).map((file) => file?.length), [50]);
  assert.equal(one.session.sync.value.fileWords, "1 file saved on this tablet, waits for Wi-Fi");
  one.machine.wifi = true;
  await one.send();
  assert.match(words(one)[0] ?? "", /^received/);
});

test("where the browser does not say what it is connected by, photos wait until the officer says so, also after a restart", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.session.setHoldMedia(true);
  await take(one, picture(11, 500));
  await one.restart();
  await one.send();
  assert.deepEqual([one.session.tellsWifi, one.session.holdMedia.value], [false, true]);
  assert.deepEqual(words(one), ["saved on this tablet, waits until you send photos and recordings"]);
  one.session.setHoldMedia(false);
  await one.send();
  assert.match(words(one)[0] ?? "", /^received/);
});

test("an answer written while a large file goes out does not wait for its end", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await take(one, picture(12, 5 * CHUNK_BYTES));
  const calls: string[] = [];
  let written: Promise<unknown> | null = null;
  one.weather = async (path) => {
    calls.push(path.includes("/attachments/") ? "part" : path);
    if (path.includes("/attachments/")) await (written ??= one.visit.answer(THE_VISIT, "START-03", "entered"));
    return fine();
  };
  await one.send();
  await one.send();
  const pushes = calls.flatMap((path, i) => (path === "/api/sync/push" ? [i] : []));
  assert.ok((pushes[1] ?? Infinity) < calls.lastIndexOf("part"), calls.join(" "));
  assert.match(words(one)[0] ?? "", /^received/);
});

test("a photo that finds no room is refused in plain words, and answers are still taken", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.machine.free = 5_000_000;
  const big = await one.visit.takeExhibit(THE_VISIT, capture(one), picture(13, 2_000_000), null);
  assert.ok(!big.ok);
  assert.match(big.why, /^There is no room for this on the tablet: what is left is kept for answers\./);
  assert.ok((await one.visit.answer(THE_VISIT, "START-03", "entered")).ok);
  assert.deepEqual([one.visit.exhibits.value.length, stored(one)], [0, 0]);
});

test("a photo small enough to fit is refused all the same when it would leave no room for answers", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.machine.disk.beforeWrite = (changes) =>
    changes.some(({ put }) => (put?.["ct"] as Uint8Array | undefined)?.length === 4 * 1024 * 1024) ? { ok: false, code: "full", why: "" } : null;
  const taken = await one.visit.takeExhibit(THE_VISIT, capture(one), picture(26, 100), null);
  assert.ok(!taken.ok && taken.why.startsWith("There is no room"));
  assert.ok((await one.visit.answer(THE_VISIT, "START-03", "entered")).ok);
});

test("a disk that fills up in mid-photo leaves nothing of it behind, and no exhibit without its file", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  let writes = 0;
  one.machine.disk.beforeWrite = (changes) =>
    changes.some(({ room, put }) => room === "media" && put) && ++writes > 1 ? { ok: false, code: "full", why: "No room left." } : null;
  const taken = await one.visit.takeExhibit(THE_VISIT, capture(one), picture(14, 12 * CHUNK_BYTES), null);
  assert.ok(!taken.ok && taken.why.startsWith("There is no room"));
  assert.deepEqual([one.visit.exhibits.value.length, stored(one)], [0, 0]);
  assert.ok((await one.visit.answer(THE_VISIT, "START-03", "entered")).ok);
});

test("a tablet killed in mid-photo has either the exhibit with its whole file, or nothing of it", async () => {
  for (let kill = 1; kill <= 5; kill++) {
    const server = await openField();
    const one = await tablet(server, LEAD);
    let writes = 0;
    let reached: () => void = () => undefined;
    const dead = new Promise<void>((done) => { reached = done; });
    one.machine.disk.beforeWrite = (changes) => {
      if (!changes.some(({ room }) => room === "files" || room === "media") || ++writes !== kill) return null;
      reached();
      return "died";
    };
    void one.visit.takeExhibit(THE_VISIT, capture(one), picture(15, 12 * CHUNK_BYTES), null);
    await dead;
    await one.restart();
    await one.send();
    assert.deepEqual([one.visit.exhibits.value.length, stored(one)], [0, 0], `killed at write ${kill}`);
    assert.ok((await one.visit.answer(THE_VISIT, "START-03", "entered")).ok);
  }
});

test("a part that rots on the tablet is never sent, and the officer is told", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = lost;
  await take(one, picture(16, 2 * CHUNK_BYTES));
  const key = [...one.machine.disk.records.keys()].find((name) => name.startsWith("media")) ?? assert.fail();
  const record = one.machine.disk.records.get(key) as { iv: Uint8Array; ct: Uint8Array };
  one.machine.disk.records.set(key, { ...record, ct: record.ct.map((byte, i) => (i ? byte : byte ^ 1)) });
  one.weather = fine;
  await one.send();
  assert.equal(server.shelf.arrived, 0);
  assert.deepEqual(words(one), ["needs attention: A part of it cannot be read on this tablet any more."]);
  assert.match(one.session.sync.value.attention.join(), /A file is not with the server/);
});

test("a file that the server does not take is told with its reason, and costs no other file", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  server.shelf.refuses = ({ size }) => (size === 111 ? "storage_full" : null);
  await take(one, picture(17, 111));
  await take(one, picture(18, 222));
  await one.send();
  assert.match(words(one)[0] ?? "", /^received/);
  assert.equal(words(one)[1], "needs attention: Refused: storage_full.");
  server.shelf.refuses = () => null;
  await one.send();
  assert.match(words(one)[1] ?? "", /^received/, "asked again once there is room");
});

test("a server put back to an older day is sent again the files that it lost", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await take(one, picture(19, 300));
  await one.send();
  server.shelf = emptyShelf();
  server.epoch = "second";
  await one.restart();
  await one.send();
  assert.deepEqual(files(server).map((file) => file?.length), [300]);
});

test("an exhibit tells through whose hands it went, in the order of the times, on every tablet that may read of it", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  const id = await take(one, picture(20, 400), { found: "Under the till", fromWhom: "The manager", seal: "A1001" });
  const at = (hour: number) => `2026-11-22T${hour}:00:00.000+00:00`;
  await one.send();
  await two.send();
  assert.ok((await two.visit.handOver(id, { from: "fwa", to: "Store at Mill Lane", at: at(15), seal: "A1003" })).ok);
  assert.ok((await one.visit.handOver(id, { from: "lead", to: "fwa", at: at(13), seal: "A1002", why: "to be copied" })).ok);
  for (const each of [two, one, two]) await each.send();
  for (const each of [one, two]) {
    const [exhibit] = each.visit.exhibits.value;
    assert.deepEqual([exhibit?.label, exhibit?.found, exhibit?.fromWhom, exhibit?.seal], ["L/1", "Under the till", "The manager", "A1001"]);
    assert.deepEqual(exhibit?.moves.map(({ from, to, seal }) => `${from} > ${to} ${seal}`), ["lead > fwa A1002", "fwa > Store at Mill Lane A1003"]);
    assert.equal(exhibit?.elsewhere, each === two);
  }
});

test("what was taken where a worker's own words are asked is closed as those are", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await take(one, picture(21, 100));
  await take(one, null, { what: "object", question: "WK4-01" });
  await one.send();
  assert.deepEqual([...server.state.streams.keys()].map((stream) => stream.split(".")[1]).sort(), ["C1", "C4"]);
});

test("labels count on under the officer's initials, whatever was taken where", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await take(one, null, { what: "object" });
  await take(one, picture(22, 10));
  await one.restart();
  assert.deepEqual(one.visit.exhibits.value.map(({ label, file }) => [label, file === null]), [["L/2", false], ["L/1", true]]);
  assert.equal(one.visit.nextLabel(), "L/3");
});

test("the same bytes taken twice are two exhibits and one file", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await take(one, picture(23, CHUNK_BYTES + 1));
  await take(one, picture(23, CHUNK_BYTES + 1));
  assert.equal(stored(one), 2);
  await one.send();
  assert.deepEqual([server.shelf.arrived, words(one).length], [CHUNK_BYTES + 1, 2]);
});

test("the picture can be looked at as it was taken, with no network at all", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = lost;
  const id = await take(one, picture(24, CHUNK_BYTES + 9), {}, picture(25, 60));
  await one.restart();
  assert.deepEqual(new Uint8Array(await (await one.visit.original(id))?.arrayBuffer() ?? new ArrayBuffer(0)), bytesOf(24, CHUNK_BYTES + 9));
  assert.equal((await one.visit.thumbnail(id))?.size, 60);
});

test("what was taken in haste is described later, by who took it and until it changes hands; its file is not sent twice", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const two = await tablet(server, FWA, 2);
  const id = await take(one, picture(27, 400));
  await one.send();
  await two.send();
  const [before] = one.visit.exhibits.value;
  assert.deepEqual([before?.found, before?.mayDescribe, two.visit.exhibits.value[0]?.mayDescribe], ["Example Stitching", true, false]);
  one.machine.pass(60_000);
  const said = await one.visit.describe(id, { found: "Ledger, top shelf", fromWhom: "The manager", seal: "" });
  assert.ok(said.ok);
  await one.send();
  await two.send();
  assert.equal(server.shelf.arrived, 400);
  for (const each of [one, two]) {
    const [after, ...rest] = each.visit.exhibits.value;
    assert.deepEqual([after?.found, after?.fromWhom, after?.happened, rest.length], ["Ledger, top shelf", "The manager", before?.happened, 0]);
  }
  assert.ok((await one.visit.handOver(said.id, { from: "lead", to: "fwa", at: "2026-11-22T13:00:00.000+00:00", seal: "none" })).ok);
  assert.equal(one.visit.exhibits.value[0]?.mayDescribe, false);
});

test("an original leaves the tablet a week after the server had it whole, and only while the server still has it", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const id = await take(one, picture(28, 2 * CHUNK_BYTES), {}, picture(29, 50));
  await take(one, picture(30, 60), { what: "signature" });
  await one.send();
  assert.equal(stored(one), 4);
  one.machine.pass(400 * 24 * 3600 * 1000);
  await one.send();
  assert.equal(stored(one), 4, "this tablet's clock alone removes nothing");
  const held = server.shelf;
  server.nowMs += 8 * 24 * 3600 * 1000;
  server.shelf = emptyShelf();
  await one.send();
  assert.equal(stored(one), 4, "what the server lost meanwhile stays, and is sent again");
  server.shelf = held;
  await one.send();
  server.nowMs += 8 * 24 * 3600 * 1000;
  await one.send();
  assert.equal(stored(one), 2);
  await one.restart();
  const photo = one.visit.exhibits.value.find(({ what }) => what === "photo");
  assert.deepEqual([photo?.file?.gone, photo?.file?.state, await one.visit.original(id)], [true, "received", null]);
  assert.equal((await one.visit.thumbnail(id))?.size, 50);
});

test("a file whose entry lies aside at the server goes there all the same", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  server.barred = () => "device_lost";
  await take(one, picture(28, CHUNK_BYTES + 3));
  await one.send();
  assert.deepEqual([server.state.streams.size, server.state.asides.length], [0, 1]);
  assert.deepEqual(files(server).map((file) => file?.length), [CHUNK_BYTES + 3]);
});
