/**
 * One officer's store, open. Every record is sealed on its own, bound to its owner, room and name, so that none can be put
 * in another's place. What was pulled is sealed under a key of its stream: when the stream is gone, so is the key.
 */
import { textOf, utf8 } from "../ledger/bytes.ts";
import type { StoreId } from "../ledger/ids.ts";
import type { Sign } from "../ledger/segment.ts";
import type { SignedWord } from "../ledger/wipe.ts";
import type { Change, Disk, Done, Named, Room, Sealed, Stored } from "./disk.ts";
import { chance, freshStreamKey, openStreamKey, signWith, type Keys } from "./keys.ts";
import { readerOf } from "./reader_key.ts";
import type { OwnKey } from "./sealing.ts";
import { clearRooms, farewell } from "./wiped.ts";

/** Rooms whose records an open store reads and writes; what lies in `media` is read a piece at a time. */
export type SealedRoom = Exclude<Room, "officers" | "media" | "outbox">;
/** A text to keep, or null to remove. `under` names the stream whose key seals it. */
export type Plain = { readonly room: SealedRoom; readonly name: string; readonly text: string | null; readonly under?: string };
/** A part of a file, or null to remove it. `under` as above. */
export type Piece = { readonly room: "media"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> | null; readonly under?: string };
export type Opened = { readonly name: string; readonly text: string };
/** The readable records of a room by name, and how many could not be opened: those are kept, and said. */
export type Found = { readonly records: readonly Opened[]; readonly unreadable: number };
/** What an officer's rooms hold, sealed, as it was read while their secret was being stretched. */
export type Held = ReadonlyMap<Room, readonly Named[]>;

const SEALED_ROOMS = ["own", "segments", "streams", "pulled", "papers", "small", "files"] as const satisfies readonly SealedRoom[];
export type AllFound = { readonly [room in SealedRoom]: Found };

export type Store = {
  readonly id: StoreId;
  readonly sign: Sign;
  /** The officer's own sealing key; null when it could not be made. */
  reader(): Promise<OwnKey | null>;
  /** Every room, opened side by side. */
  readRooms(): Promise<AllFound>;
  /** All of it with what lies `beside`, or nothing; `ok` only when it is durably on the disk. */
  write(changes: readonly (Plain | Piece)[], beside?: readonly Change[]): Promise<Done>;
  /** Whether so many bytes more would be taken, tried on the disk itself: what browsers tell of their room is a guess. */
  hasRoom(bytes: number): Promise<Done>;
  /** Null when there is none, or it cannot be opened. */
  readPiece(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The records of one room, as they are now. */
  readRoom(room: SealedRoom): Promise<Found>;
  /** Erases what was pulled under a stream's key, and first of all the key. `beside` is in the same write. */
  forgetUnder(tag: string, beside: readonly (Plain | Piece)[]): Promise<Done>;
  /** Kept readable before unlocking, so that the lock screen can say how much is unsent. */
  noteUnsent(count: number): Promise<Done>;
  /** Erases all of it, the keys first, in one write with the word that says so. From the call on nothing is written any more. */
  erase(word: () => Promise<SignedWord>): Promise<Done>;
};

/** A record that is written and removed in one transaction. */
const TRIAL = "trial";

type StreamKey = { readonly key: CryptoKey; readonly wrapped: Sealed };
type Inside = {
  readonly disk: Disk;
  readonly id: StoreId;
  readonly keys: Keys;
  readonly streams: Map<string, StreamKey>;
  erased: boolean;
};
const ERASED: Done = { ok: false, code: "closed", why: "This store is being removed from the tablet: nothing more is written." };

const aad = (id: string, room: string, name: string): Uint8Array<ArrayBuffer> => utf8(`fieldops/vault/1\n${id}\n${room}\n${name}`);

type Bytes = Uint8Array<ArrayBuffer>;

async function sealBytes(key: CryptoKey, bytes: Bytes, additionalData: Bytes): Promise<Sealed> {
  const iv = chance(12);
  const ct = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, bytes);
  return { iv, ct: new Uint8Array(ct) };
}

async function openBytes(key: CryptoKey, sealed: Sealed, additionalData: Bytes): Promise<Bytes | null> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData }, key, sealed.ct));
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

export const gather = (disk: Disk, id: StoreId): Promise<Held> => disk.gather(SEALED_ROOMS, id);

/** `held`, where it was read already, serves the first reading of all rooms, unless something was written since. */
export async function openStore(disk: Disk, id: StoreId, keys: Keys, held: Held | null): Promise<Store> {
  const inside: Inside = { disk, id, keys, streams: new Map(), erased: false };
  await loadStreamKeys(inside, held?.get("streams") ?? []);
  let first = held;
  return {
    id,
    sign: (bytes) => signWith(keys.signing, bytes),
    reader: () => readerOf(disk, id, keys),
    readRooms: async () => {
      const all = first ?? (await gather(disk, id));
      first = null;
      return openRooms(inside, all);
    },
    write: async (changes, beside = []) => {
      first = null;
      const sealed = await Promise.all(changes.map((change) => sealChange(inside, change)));
      return inside.erased ? ERASED : disk.write([...sealed, ...beside]);
    },
    hasRoom: (bytes) => disk.write([
      { room: "media", owner: id, name: TRIAL, put: { ct: new Uint8Array(bytes) } }, { room: "media", owner: id, name: TRIAL, put: null },
    ]),
    readPiece: (name) => readPiece(inside, name),
    readRoom: async (room) => openAll(inside, room, await disk.list(room, id)),
    forgetUnder: (tag, beside) => {
      first = null;
      return forgetUnder(inside, tag, beside);
    },
    noteUnsent: (count) => noteUnsent(disk, id, count),
    erase: (word) => erase(inside, word),
  };
}

async function erase(inside: Inside, word: () => Promise<SignedWord>): Promise<Done> {
  inside.erased = true;
  const { disk, id } = inside;
  const done = await disk.write(farewell(id, await word()));
  // Without the keys the rest is noise; should this be cut short, the next start goes on.
  if (done.ok) return clearRooms(disk, id);
  inside.erased = false;
  return done;
}

async function loadStreamKeys({ keys, streams }: Inside, stored: readonly Named[]): Promise<void> {
  await Promise.all(stored.map(async ({ name, value }) => {
    const wrapped = value["key"] as Sealed;
    streams.set(name, { key: await openStreamKey(keys.data, wrapped), wrapped });
  }));
}

async function openRooms(inside: Inside, held: Held): Promise<AllFound> {
  const found = await Promise.all(SEALED_ROOMS.map(async (room) => [room, await openAll(inside, room, held.get(room) ?? [])] as const));
  return Object.fromEntries(found) as AllFound;
}

async function openAll(inside: Inside, room: SealedRoom, stored: readonly Named[]): Promise<Found> {
  const texts = await Promise.all(stored.map(({ name, value }) => openRecord(inside, room, name, value)));
  const records = stored.flatMap(({ name }, i) => {
    const text = texts[i];
    return typeof text === "string" ? [{ name, text }] : [];
  });
  return { records, unreadable: stored.length - records.length };
}

async function openRecord(inside: Inside, room: SealedRoom, name: string, stored: Stored): Promise<string | null> {
  const bytes = await openStored(inside, room, name, stored);
  return bytes && textOf(bytes);
}

async function readPiece(inside: Inside, name: string): Promise<Bytes | null> {
  const stored = await inside.disk.get("media", inside.id, name);
  return stored && openStored(inside, "media", name, stored);
}

/** Null also when the key of its stream is gone. */
async function openStored({ id, keys, streams }: Inside, room: Room, name: string, stored: Stored): Promise<Bytes | null> {
  const under = stored["under"];
  const key = typeof under === "string" ? streams.get(under)?.key : keys.data;
  return key ? openBytes(key, stored as unknown as Sealed, aad(id, room, name)) : null;
}

async function sealChange(inside: Inside, change: Plain | Piece): Promise<Change> {
  return change.room === "media" ? sealPiece(inside, change) : sealPlain(inside, change);
}

async function sealPiece(inside: Inside, { room, name, bytes, under }: Piece): Promise<Change> {
  return { room, owner: inside.id, name, put: bytes && (await sealUnder(inside, under, bytes, aad(inside.id, room, name))) };
}

/** Sealed under the key of this stream, or where none is named the officer's own. */
async function sealUnder(inside: Inside, under: string | undefined, bytes: Bytes, additionalData: Bytes): Promise<Stored> {
  if (under === undefined) return { ...(await sealBytes(inside.keys.data, bytes, additionalData)) };
  const { key } = await keyOfStream(inside, under);
  return { ...(await sealBytes(key, bytes, additionalData)), under };
}

async function sealPlain(inside: Inside, { room, name, text, under }: Plain): Promise<Change> {
  if (text === null) {
    if (room === "streams") inside.streams.delete(name);
    return { room, owner: inside.id, name, put: null };
  }
  const extra = room === "streams" ? { key: (await keyOfStream(inside, name)).wrapped } : {};
  const sealed = await sealUnder(inside, under, utf8(text), aad(inside.id, room, name));
  return { room, owner: inside.id, name, put: { ...sealed, ...extra } };
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

async function forgetUnder(inside: Inside, tag: string, beside: readonly (Plain | Piece)[]): Promise<Done> {
  const { disk, id, streams } = inside;
  const sealed = (await disk.list("pulled", id)).filter(({ value }) => value["under"] === tag);
  const removed = sealed.map(({ name }): Change => ({ room: "pulled", owner: id, name, put: null }));
  const others = await Promise.all(beside.map((change) => sealChange(inside, change)));
  if (inside.erased) return ERASED;
  const done = await disk.write([{ room: "streams", owner: id, name: tag, put: null }, ...removed, ...others]);
  if (done.ok) streams.delete(tag);
  return done;
}

/** The server has so many of them more, by another officer's hand. */
export async function noteSent(disk: Disk, id: StoreId, count: number): Promise<Done> {
  const record = await disk.get("officers", id, "card");
  return record ? noteUnsent(disk, id, Math.max(0, Number(record["unsent"]) - count)) : { ok: true };
}

async function noteUnsent(disk: Disk, id: StoreId, count: number): Promise<Done> {
  const record = await disk.get("officers", id, "card");
  if (!record || record["unsent"] === count) return { ok: true };
  return disk.write([{ room: "officers", owner: id, name: "card", put: { ...record, unsent: count } }]);
}
