/**
 * The files that this officer attached to entries, as records of the vault. A file's record is written first, then its
 * pieces, and it counts only with the entry that names it: what a kill left half taken is removed, never shown.
 */
import { manifestName, readManifest, type Manifest } from "../ledger/attachment.ts";
import type { EntryId, LogId } from "../ledger/ids.ts";
import { serialName } from "../vault/disk.ts";
import type { Found, Piece, Plain } from "../vault/store.ts";
import type { Book } from "./book.ts";
import { heldAt } from "./own.ts";

/** In which turn a file is sent: first what is small and tells most. */
export type Turn = "first" | "picture" | "other";

export type KeptFile = {
  /** Under which its pieces lie here. */
  readonly tag: string;
  readonly line: string;
  /** The name of its manifest, as entries name it. */
  readonly name: string;
  readonly manifest: Manifest;
  readonly turn: Turn;
  /** Which chunks the server has, as far as it said since unlocking. */
  have: readonly boolean[];
  /** The server's word that it has the whole file, in which epoch of it. */
  received: { readonly at: number; readonly epoch: string } | null;
  /** Why the server does not take it, or why it cannot be sent. */
  trouble: string | null;
  /** Removed from this tablet after the server had had it for long enough. */
  gone: boolean;
};

/** A file whose entry was never written: its pieces are to be removed. */
export type HalfTaken = { readonly tag: string; readonly pieces: number };

type Record = {
  readonly pieces: number;
  readonly line?: string;
  readonly turn?: Turn;
  readonly received?: KeptFile["received"];
  readonly trouble?: string | null;
  readonly gone?: boolean;
};

const recordOf = (tag: string, record: Record): Plain => ({ room: "files", name: tag, text: JSON.stringify(record) });

export const beginRecord = ({ tag, pieces }: HalfTaken): Plain => recordOf(tag, { pieces });

export const fileRecord = ({ tag, manifest, line, turn, received, trouble, gone }: KeptFile): Plain =>
  recordOf(tag, { pieces: manifest.chunks.length, line, turn, received, trouble, gone });

export const pieceName = (tag: string, n: number): string => `${tag}.${serialName(n)}`;

/** Names of all the pieces of a file, in their order. */
export const pieceNames = ({ tag, pieces }: HalfTaken): readonly string[] =>
  Array.from({ length: pieces }, (_, i) => pieceName(tag, i));

/** Removes a file that no entry names. */
export const removal = (half: HalfTaken): readonly (Plain | Piece)[] => [
  ...pieceNames(half).map((name): Piece => ({ room: "media", name, bytes: null })),
  { room: "files", name: half.tag, text: null },
];

export function keptFile(tag: string, line: string, turn: Turn): KeptFile | null {
  const manifest = readManifest(line);
  if (!manifest.ok) return null;
  const have = manifest.value.chunks.map(() => false);
  return { tag, line, name: manifestName(line), manifest: manifest.value, turn, have, received: null, trouble: null, gone: false };
}

/** Answers how many records say nothing that can be read. */
export function loadFiles(book: Book, { records, unreadable }: Found): number {
  let unread = unreadable;
  for (const { name: tag, text } of records) {
    const record = JSON.parse(text) as Record;
    const file = record.line === undefined ? null : fromRecord(tag, record.line, record);
    if (file) book.files.set(file.name, file);
    else if (record.line === undefined) book.halfTaken.push({ tag, pieces: record.pieces });
    else unread++;
  }
  return unread;
}

function fromRecord(tag: string, line: string, { turn = "other", received = null, trouble = null, gone = false }: Record): KeptFile | null {
  const file = keptFile(tag, line, turn);
  return file && { ...file, received, trouble, gone };
}

/** Takes the pieces off the tablet; that there was such a file stays. */
export const retirement = (file: KeptFile): readonly (Plain | Piece)[] => [
  ...pieceNames({ tag: file.tag, pieces: file.manifest.chunks.length }).map((name): Piece => ({ room: "media", name, bytes: null })),
  fileRecord({ ...file, gone: true }),
];

/** Whether the server has all of it, as it stands now: one that was put back to an older day is asked again. */
export const isReceived = ({ epoch }: Book, { received }: KeptFile): boolean => received !== null && (epoch === null || received.epoch === epoch);

export const partsDone = ({ have }: KeptFile): number => have.filter(Boolean).length;

/** An entry of this officer's that names files, in the order written, and whether the server has it. */
export type Naming = { readonly id: EntryId; readonly log: LogId; readonly n: number; readonly files: readonly KeptFile[]; readonly known: boolean };

export function namings(book: Book): readonly Naming[] {
  const out: Naming[] = [];
  if (!book.files.size) return out;
  for (const log of book.own.logs.values()) {
    for (const { id, n, att } of log.entries) {
      const files = att.flatMap((name) => book.files.get(name) ?? []);
      const held = heldAt(log, n);
      if (files.length) out.push({ id, log: log.log, n, files, known: held ? held.verdict !== "refused" : n <= log.confirmed });
    }
  }
  return out;
}


/** What the server does not have whole: of each entry, as one, with the bytes of its files. */
export const filesLeft = (book: Book): readonly { readonly log: string; readonly bytes: number }[] =>
  namings(book).flatMap(({ log, files }) => {
    const left = files.filter((file) => !isReceived(book, file));
    return left.length ? [{ log, bytes: left.reduce((sum, { manifest }) => sum + manifest.size, 0) }] : [];
  });
