/**
 * Pictures of what others took, fetched when somebody looks and kept for the next look. Each is sealed under the key of the
 * stream that tells of it: when the stream is taken from this tablet, so is the picture. The oldest make room for new ones.
 */
import { isObject, type Json } from "../ledger/json.ts";
import type { EntryId, StreamId } from "../ledger/ids.ts";
import type { Piece, Plain } from "../vault/store.ts";
import type { Book } from "./book.ts";
import type { Got, Wire } from "./wire.ts";

/** `tag` names the key that seals it. */
export type KeptView = { readonly entry: EntryId; readonly bytes: number; readonly tag: string };

/** All of them together; the server makes none larger than about half a megabyte. */
export const MOST_VIEWS_BYTES = 12 * 1024 * 1024;
export const VIEWS_RECORD = "views";
const MADE_TYPE = "image/jpeg";

const pieceOf = (entry: EntryId): string => `view.${entry}`;
const GONE = { ok: false, code: "gone", why: "That is no longer on this tablet.", status: 0 } as const;

/** The oldest first. */
export function readViews(text: string | undefined): readonly KeptView[] {
  const rows: Json = text === undefined ? [] : (JSON.parse(text) as Json);
  return Array.isArray(rows) ? rows.filter(isObject).map(({ entry, bytes, tag }) => ({ entry: String(entry) as EntryId, bytes: Number(bytes), tag: String(tag) })) : [];
}

/** What the server made to look at of the first file that an entry names. */
export async function fetchView(book: Book, wire: Wire, entry: EntryId, stream: StreamId): Promise<Got<null>> {
  const held = book.replica.streams.get(stream);
  const got = held ? await wire.bytes(`/api/attachments/${entry}/0/view`, null) : GONE;
  if (!got.ok) return got;
  // Taken from this tablet while it came.
  if (!held || book.replica.streams.get(stream)?.tag !== held.tag) return GONE;
  const kept = [...book.views.filter((one) => one.entry !== entry), { entry, bytes: got.value.length, tag: held.tag }];
  const past = tooMany(kept);
  const left = kept.slice(past);
  const pieces: readonly (Plain | Piece)[] = [
    { room: "media", name: pieceOf(entry), bytes: got.value, under: held.tag },
    ...kept.slice(0, past).map((one): Piece => ({ room: "media", name: pieceOf(one.entry), bytes: null })),
    { room: "small", name: VIEWS_RECORD, text: JSON.stringify(left) },
  ];
  const done = await book.store.write(pieces);
  if (!done.ok) return { ok: false, code: done.code, why: done.why, status: 0 };
  book.views = left;
  return { ok: true, value: null };
}

/** How many of the oldest have to go; the newest always stays. */
function tooMany(kept: readonly KeptView[]): number {
  let bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
  let past = 0;
  while (bytes > MOST_VIEWS_BYTES && past < kept.length - 1) bytes -= kept[past++]?.bytes ?? 0;
  return past;
}

/** Without those that a stream's key sealed: what is left, and the write that takes them off the disk. */
export function viewsBeside({ views }: Book, tag: string): { readonly left: readonly KeptView[]; readonly changes: readonly (Plain | Piece)[] } {
  const left = views.filter((one) => one.tag !== tag);
  const gone = views.filter((one) => one.tag === tag).map(({ entry }): Piece => ({ room: "media", name: pieceOf(entry), bytes: null }));
  return { left, changes: gone.length ? [...gone, { room: "small", name: VIEWS_RECORD, text: JSON.stringify(left) }] : [] };
}

/** Null when it is not here, or its stream is not. */
export async function keptView(book: Book, entry: EntryId): Promise<Blob | null> {
  const bytes = isKept(book, entry) ? await book.store.readPiece(pieceOf(entry)) : null;
  return bytes && new Blob([bytes], { type: MADE_TYPE });
}

export const isKept = ({ views, replica }: Book, entry: EntryId): boolean =>
  views.some((one) => one.entry === entry && [...replica.streams.values()].some(({ tag }) => tag === one.tag));
