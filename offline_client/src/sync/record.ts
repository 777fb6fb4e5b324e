/**
 * Writing entries down: placed, hashed, sealed and durably on the disk, in that order and one batch at a time. Only what
 * the disk acknowledged moves the log on, so a full disk costs the tap that met it and nothing before.
 */
import { base32 } from "../ledger/bytes.ts";
import { tick } from "../ledger/clock.ts";
import { cleanValue, readEntry, writeEntry, type Draft, type Lines } from "../ledger/entry.ts";
import type { EntryId, LogId, StreamId } from "../ledger/ids.ts";
import { fitsKind } from "../ledger/kinds.ts";
import type { Plain } from "../vault/store.ts";
import type { Book } from "./book.ts";
import { addOwn, logFor, placeIn } from "./own.ts";
import { entryRecord } from "./own_records.ts";
import { postFresh, type Fresh } from "./outbox.ts";
import { notePosted } from "./outbox_state.ts";
import { noteId } from "./replica.ts";
import { postChange } from "../vault/post.ts";

export type Recorded = { readonly ok: true; readonly ids: readonly EntryId[] } | { readonly ok: false; readonly why: string };
export type RecordIo = { readonly nowMs: () => number; readonly monotonicMs: () => number; readonly chance: Chance };
export type Filed = { readonly stream: StreamId; readonly draft: Draft };
export type Chance = (bytes: number) => Uint8Array<ArrayBuffer>;
/** `also` is written with the entries or not at all. `make` is called when all that was recorded before is on the disk and seen: what it supersedes is then complete. */
export type Recorder = (make: () => readonly Filed[], also?: readonly Plain[]) => Promise<Recorded>;

const SALT_BYTES = 16;
const INCARNATION_BYTES = 5;

/** Batches queue behind one another: an entry's place is known only when the one before it is on the disk. */
export function recorderFor(book: Book, io: RecordIo, onWritten: () => void): Recorder {
  let last: Promise<unknown> = Promise.resolve();
  return (make, also = []) => {
    book.recording++;
    const done = last.then(async () => {
      const recorded = await record(book, { filed: make(), also }, io);
      if (recorded.ok) onWritten();
      return recorded;
    }).finally(() => { book.recording--; });
    last = done.catch(() => undefined);
    return done;
  };
}

type Batch = { readonly filed: readonly Filed[]; readonly also: readonly Plain[] };

async function record(book: Book, { filed, also }: Batch, io: RecordIo): Promise<Recorded> {
  if (!filed.length) return { ok: true, ids: [] };
  const placed = place(book, filed, io);
  if (typeof placed === "string") return { ok: false, why: placed };
  const changes = placed.ready.map(({ lines, id }, i) => entryRecord(book.nextEntry + i, lines, id));
  const posted = await postFresh(book, placed.ready, io);
  const done = await book.store.write([...changes, ...also], posted.map(postChange));
  if (!done.ok) return { ok: false, why: done.why };
  book.nextEntry += placed.ready.length;
  book.hlc = placed.hlc;
  for (const { lines } of placed.ready) takeIn(book, lines);
  notePosted(book.outbox, posted);
  return { ok: true, ids: placed.ready.map(({ id }) => id) };
}

function place(book: Book, filed: readonly Filed[], { nowMs, chance }: RecordIo) {
  const ready: Fresh[] = [];
  const logs = new Map<StreamId, { readonly log: LogId; n: number }>();
  let hlc = book.hlc;
  for (const { stream, draft } of filed) {
    const value = cleanValue(draft.value);
    if (fitsKind(draft.kind, value) !== "ok") return "This value does not fit the question.";
    const at = logs.get(stream) ?? placeIn(book.own, logFor(book.own, stream, () => base32(chance(INCARNATION_BYTES))));
    logs.set(stream, { log: at.log, n: at.n + 1 });
    hlc = tick(hlc, nowMs());
    const written = writeEntry({ ...draft, value }, { log: at.log, n: at.n, hlc }, chance(SALT_BYTES));
    if (!written.ok) return `This could not be written down: ${written.detail}.`;
    ready.push({ lines: written.value, id: written.value.id, log: at.log, n: at.n });
  }
  return { ready, hlc };
}

function takeIn(book: Book, { header, body }: Lines): void {
  const entry = readEntry({ header, body });
  if (!entry.ok) return;
  addOwn(book.own, entry.value, { header, body });
  noteId(book.replica, entry.value.log, entry.value.n, entry.value.id);
}
