import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT, type EntryId } from "../../src/ledger/ids.ts";
import { MOST_VIEWS_BYTES } from "../../src/sync/views.ts";
import { FWA, LEAD, openField, tablet, type Tablet } from "../support/field.ts";
import type { Server } from "../support/server.ts";

const photo = (size = 5000): Blob => new Blob([new Uint8Array(size).fill(7)], { type: "image/jpeg" });
const bytes = (fill: number, size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).fill(fill);
const stored = (on: Tablet) => [...on.machine.disk.records.keys()].filter((key) => key.includes("view."));

async function take(on: Tablet, label: string): Promise<EntryId> {
  const saved = await on.visit.takeExhibit(THE_VISIT, { what: "photo", label, found: "", fromWhom: "", seal: "", question: null }, photo(), photo(90));
  assert.ok(saved.ok, JSON.stringify(saved));
  return saved.id;
}

/** Two tablets at one visit: the lead has taken so many photos, and the other has heard of them. */
async function shown(count = 1): Promise<{ server: Server; other: Tablet; entries: readonly EntryId[] }> {
  const server = await openField();
  const lead = await tablet(server, LEAD);
  const other = await tablet(server, FWA, 2);
  const entries: EntryId[] = [];
  for (let n = 1; n <= count; n++) entries.push(await take(lead, `L/${n}`));
  await lead.send();
  await other.send();
  return { server, other, entries };
}

const pictures = (on: Tablet) => on.visit.exhibits.value.map(({ picture, hasThumbnail }) => [picture, hasThumbnail]);

async function read(blob: Blob | null): Promise<number[]> {
  return blob ? [...new Uint8Array(await blob.arrayBuffer()).slice(0, 3)] : [];
}

test("a colleague's photo is fetched when asked for, and is there without signal after a restart", async () => {
  const { server, other, entries: [id = "" as EntryId] } = await shown();
  assert.deepEqual(pictures(other), [["there", false]]);
  assert.equal(await other.visit.thumbnail(id), null);
  server.pictures.set(id, bytes(9, 3000));
  assert.deepEqual(await other.visit.fetchPicture(id), { ok: true, id });
  assert.deepEqual(pictures(other), [["fetched", true]]);
  other.weather = () => "lost";
  await other.restart();
  assert.deepEqual(pictures(other), [["fetched", true]]);
  assert.deepEqual(await read(await other.visit.thumbnail(id)), [9, 9, 9]);
  assert.deepEqual(await read(await other.visit.original(id)), [9, 9, 9]);
});

test("what cannot be fetched is said, and nothing is kept of it", async () => {
  const { other, entries: [id = "" as EntryId] } = await shown();
  const whole = await other.visit.fetchPicture(id);
  assert.ok(!whole.ok && whole.why.includes("file_not_whole"));
  other.weather = () => "lost";
  const away = await other.visit.fetchPicture(id);
  assert.ok(!away.ok && away.why === "The server cannot be reached.");
  assert.deepEqual([pictures(other), stored(other)], [[["there", false]], []]);
});

test("nothing of a fetched picture can be read on the disk", async () => {
  const { server, other, entries: [id = "" as EntryId] } = await shown();
  server.pictures.set(id, bytes(0x41, 4096));
  await other.visit.fetchPicture(id);
  assert.equal(stored(other).length, 1);
  const all = [...other.machine.disk.records.values()].map((value) => JSON.stringify(value, (_, part: unknown) => part instanceof Uint8Array ? Buffer.from(part).toString("latin1") : part));
  assert.ok(!all.some((text) => text.includes("A".repeat(32))));
});

test("the pictures of a stream that is taken from the tablet go with its key", async () => {
  const { server, other, entries: [id = "" as EntryId] } = await shown();
  server.pictures.set(id, bytes(9, 3000));
  await other.visit.fetchPicture(id);
  server.gone = [...server.state.streams.keys()];
  await other.send();
  assert.equal(await other.visit.thumbnail(id), null);
  await other.restart();
  assert.equal(await other.visit.thumbnail(id), null);
  const refused = await other.visit.fetchPicture(id);
  assert.equal(refused.ok, false);
});

test("the oldest pictures make room for new ones", async () => {
  const { server, other, entries } = await shown(4);
  const each = Math.ceil(MOST_VIEWS_BYTES / 3);
  for (const id of entries) {
    server.pictures.set(id, bytes(9, each - 10));
    assert.ok((await other.visit.fetchPicture(id)).ok);
  }
  assert.equal(stored(other).length, 3);
  assert.deepEqual(pictures(other).map(([picture]) => picture), ["fetched", "fetched", "fetched", "there"]);
  assert.equal(await other.visit.thumbnail(entries[0] as EntryId), null);
  assert.equal((await other.visit.thumbnail(entries[3] as EntryId))?.size, each - 10);
});
