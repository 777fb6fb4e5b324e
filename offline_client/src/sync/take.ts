/**
 * Taking a file in: hashed, sealed and strictly on the disk in pieces, byte for byte as it was given. What is told to be
 * saved is the file together with the entry that names it; before that it can vanish, and does when there is no room.
 */
import { ANY_TYPE, CHUNK_BYTES, manifestLine, MEDIA_TYPES } from "../ledger/attachment.ts";
import { base32, hex } from "../ledger/bytes.ts";
import { hashing } from "../ledger/sha256.ts";
import type { DiskFault, Done } from "../vault/disk.ts";
import type { Piece } from "../vault/store.ts";
import type { Book } from "./book.ts";
import { beginRecord, keptFile, pieceNames, removal, type HalfTaken, type KeptFile, type Turn } from "./files.ts";
import type { Chance } from "./record.ts";

export type Taken = { readonly ok: true; readonly file: KeptFile } | { readonly ok: false; readonly why: string };

/** Kept free for what is typed: an answer is a thousandth of a picture, and must still find room when no picture does. */
export const RESERVE_BYTES = 4 * 1024 * 1024;
export const NO_ROOM = "There is no room for this on the tablet: what is left is kept for answers. Send what is here, or free some space.";

const TAG_BYTES = 10;
/** Pieces written together: each write waits for the disk, and each piece is in memory until then. */
const AT_ONCE = 8;
/** What a manifest of 64 KiB can name. */
export const MOST_FILE_BYTES = 900 * CHUNK_BYTES;

/** The published type of a file; what is none of these is kept and sent all the same, and only never shown. */
export function typeOf(given: string): string {
  const bare = given.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return MEDIA_TYPES.includes(bare) ? bare : ANY_TYPE;
}

export async function takeFile(book: Book, source: Blob, turn: Turn, chance: Chance): Promise<Taken> {
  const unfit = await unfitness(book, source.size);
  if (unfit !== null) return { ok: false, why: unfit };
  const half: HalfTaken = { tag: base32(chance(TAG_BYTES)), pieces: Math.ceil(source.size / CHUNK_BYTES) };
  const line = await takeIn(book, half, source);
  const file = line.ok ? keptFile(half.tag, line.line, turn) : null;
  const known = file ? book.files.get(file.name) : undefined;
  if (file && !known) return { ok: true, file };
  // What cannot be removed now, as on a full disk, is removed at the next unlocking.
  book.halfTaken.push(half);
  await clearHalfTaken(book);
  return known ? { ok: true, file: known } : { ok: false, why: line.ok ? "The file could not be taken in." : line.why };
}

/** Why a file of this size is not taken, or null. */
async function unfitness(book: Book, bytes: number): Promise<string | null> {
  if (!bytes) return "The file is empty.";
  if (bytes > MOST_FILE_BYTES) return `The file is larger than ${MOST_FILE_BYTES >> 20} MB. Take it in parts, or write its stick down as an object.`;
  return (await book.store.hasRoom(RESERVE_BYTES)).ok ? null : NO_ROOM;
}

type Line = { readonly ok: true; readonly line: string } | { readonly ok: false; readonly why: string };

const notKept = ({ code, why }: DiskFault): Line => ({ ok: false, why: code === "full" ? NO_ROOM : why });

async function takeIn(book: Book, half: HalfTaken, source: Blob): Promise<Line> {
  const begun = await book.store.write([beginRecord(half)]);
  if (!begun.ok) return notKept(begun);
  const whole = hashing();
  const chunks: string[] = [];
  let waiting: Piece[] = [];
  for (const [i, name] of pieceNames(half).entries()) {
    const bytes = await readPart(source, i);
    if (!bytes) return { ok: false, why: "The file could not be read to its end. Take it again." };
    whole.add(bytes);
    chunks.push(hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));
    waiting.push({ room: "media", name, bytes });
    if (waiting.length < AT_ONCE && i < half.pieces - 1) continue;
    const done: Done = await book.store.write(waiting);
    if (!done.ok) return notKept(done);
    waiting = [];
  }
  return { ok: true, line: manifestLine({ size: source.size, type: typeOf(source.type), chunks, sha256: hex(whole.end()) }) };
}

/** Null when the file went away or changed under the hand, as one on a card that was taken out. */
async function readPart(source: Blob, i: number): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await source.slice(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES).arrayBuffer());
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** Removes what was left half taken. What cannot be removed now is tried again after the next unlocking. */
export async function clearHalfTaken(book: Book): Promise<void> {
  for (const half of book.halfTaken.splice(0)) if (!(await book.store.write(removal(half))).ok) return;
}

/** The file as it was taken in, or null when a piece of it cannot be read. */
export async function fileBytes(book: Book, { tag, manifest }: KeptFile): Promise<readonly Uint8Array<ArrayBuffer>[] | null> {
  const out: Uint8Array<ArrayBuffer>[] = [];
  for (const name of pieceNames({ tag, pieces: manifest.chunks.length })) {
    const piece = await book.store.readPiece(name);
    if (!piece) return null;
    out.push(piece);
  }
  return out;
}
