/**
 * One officer's store, open. Every record is sealed on its own, bound to its owner, room and name, so that none can be put
 * in another's place. What was pulled is sealed under a key of its stream: when the stream is gone, so is the key.
 */
import { textOf, utf8 } from "../ledger/bytes.ts";
import type { StoreId } from "../ledger/ids.ts";
import type { Sign } from "../ledger/segment.ts";
import type { Change, Disk, Done, Room, Sealed, Stored } from "./disk.ts";
import { chance, freshStreamKey, openStreamKey, signWith, type Keys } from "./keys.ts";

/** Rooms whose records an open store reads and writes. */
export type SealedRoom = Exclude<Room, "officers">;
/** A text to keep, or null to remove. `under` names the stream whose key seals it. */
export type Plain = { readonly room: SealedRoom; readonly name: string; readonly text: string | null; readonly under?: string };
export type Opened = { readonly name: string; readonly text: string };

export type Store = {
  readonly id: StoreId;
  readonly sign: Sign;
  read(room: SealedRoom, name: string): Promise<string | null>;
  /** All readable records of a room by name, and how many could not be opened: those are kept, and said. */
  readAll(room: SealedRoom): Promise<{ readonly records: readonly Opened[]; readonly unreadable: number }>;
  /** All of it, or nothing; `ok` only when it is durably on the disk. */
  write(changes: readonly Plain[]): Promise<Done>;
  /** Erases what was sealed under a stream's key, and first of all the key. */
  forgetUnder(tag: string): Promise<Done>;
  /** Kept readable before unlocking, so that the lock screen can say how much is unsent. */
  noteUnsent(count: number): Promise<Done>;
};

type StreamKey = { readonly key: CryptoKey; readonly wrapped: Sealed };
type Inside = { readonly disk: Disk; readonly id: StoreId; readonly keys: Keys; readonly streams: Map<string, StreamKey> };

const aad = (id: string, room: string, name: string): Uint8Array<ArrayBuffer> => utf8(`fieldops/vault/1\n${id}\n${room}\n${name}`);

async function sealText(key: CryptoKey, text: string, additionalData: Uint8Array<ArrayBuffer>): Promise<Sealed> {
  const iv = chance(12);
  const ct = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, utf8(text));
  return { iv, ct: new Uint8Array(ct) };
}

async function openText(key: CryptoKey, sealed: Sealed, additionalData: Uint8Array<ArrayBuffer>): Promise<string | null> {
  try {
    return textOf(new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData }, key, sealed.ct)));
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

export async function openStore(disk: Disk, id: StoreId, keys: Keys): Promise<Store> {
  const inside: Inside = { disk, id, keys, streams: new Map() };
  await loadStreamKeys(inside);
  return {
    id,
    sign: (bytes) => signWith(keys.signing, bytes),
    read: async (room, name) => {
      const stored = await disk.get(room, id, name);
      return stored && openRecord(inside, room, name, stored);
    },
    readAll: (room) => readAll(inside, room),
    write: async (changes) => disk.write(await Promise.all(changes.map((change) => sealChange(inside, change)))),
    forgetUnder: (tag) => forgetUnder(inside, tag),
    noteUnsent: (count) => noteUnsent(disk, id, count),
  };
}

async function loadStreamKeys(inside: Inside): Promise<void> {
  for (const { name, value } of await inside.disk.list("streams", inside.id)) {
    const wrapped = value["key"] as Sealed;
    inside.streams.set(name, { key: await openStreamKey(inside.keys.data, wrapped), wrapped });
  }
}

async function readAll(inside: Inside, room: SealedRoom) {
  const stored = await inside.disk.list(room, inside.id);
  const texts = await Promise.all(stored.map(({ name, value }) => openRecord(inside, room, name, value)));
  const records = stored.flatMap(({ name }, i) => {
    const text = texts[i];
    return typeof text === "string" ? [{ name, text }] : [];
  });
  return { records, unreadable: stored.length - records.length };
}

async function openRecord(inside: Inside, room: SealedRoom, name: string, stored: Stored): Promise<string | null> {
  const under = stored["under"];
  const key = typeof under === "string" ? inside.streams.get(under)?.key : inside.keys.data;
  return key ? openText(key, stored as unknown as Sealed, aad(inside.id, room, name)) : null;
}

async function sealChange(inside: Inside, { room, name, text, under }: Plain): Promise<Change> {
  if (text === null) {
    if (room === "streams") inside.streams.delete(name);
    return { room, owner: inside.id, name, put: null };
  }
  const extra = room === "streams" ? { key: (await keyOfStream(inside, name)).wrapped } : {};
  const key = under === undefined ? inside.keys.data : (await keyOfStream(inside, under)).key;
  const sealed = await sealText(key, text, aad(inside.id, room, name));
  return { room, owner: inside.id, name, put: { ...sealed, ...extra, ...(under === undefined ? {} : { under }) } };
}

/** Two records of one new stream are sealed at once, so the key is made by the first and waited for by the second. */
const making = new WeakMap<Inside, Map<string, Promise<StreamKey>>>();

async function keyOfStream(inside: Inside, tag: string): Promise<StreamKey> {
  const known = inside.streams.get(tag);
  if (known) return known;
  const underway = making.get(inside) ?? new Map<string, Promise<StreamKey>>();
  making.set(inside, underway);
  const fresh = underway.get(tag) ?? freshStreamKey(inside.keys.data);
  underway.set(tag, fresh);
  const made = await fresh;
  inside.streams.set(tag, made);
  underway.delete(tag);
  return made;
}

async function forgetUnder({ disk, id, streams }: Inside, tag: string): Promise<Done> {
  const sealed = (await disk.list("pulled", id)).filter(({ value }) => value["under"] === tag);
  const removed = sealed.map(({ name }): Change => ({ room: "pulled", owner: id, name, put: null }));
  const done = await disk.write([{ room: "streams", owner: id, name: tag, put: null }, ...removed]);
  if (done.ok) streams.delete(tag);
  return done;
}

async function noteUnsent(disk: Disk, id: StoreId, count: number): Promise<Done> {
  const record = await disk.get("officers", id, "card");
  if (!record || record["unsent"] === count) return { ok: true };
  return disk.write([{ room: "officers", owner: id, name: "card", put: { ...record, unsent: count } }]);
}
