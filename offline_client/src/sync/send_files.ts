/**
 * The last part of a round: files, a chunk at a time, each only after the entry that names it. The server says which chunks
 * it has, so a cut, a restart or another week costs the chunk that was under way and nothing else.
 */
import { readBitmap } from "../ledger/attachment.ts";
import { hex } from "../ledger/bytes.ts";
import { isObject, type Json, type JsonObject } from "../ledger/json.ts";
import { sha256 } from "../ledger/sha256.ts";
import type { Book } from "./book.ts";
import { fileRecord, isReceived, namings, pieceName, retirement, type KeptFile, type Turn } from "./files.ts";
import type { Io } from "./offer.ts";
import type { Fault, Got } from "./wire.ts";

export type FilesIo = Io & {
  /** Whether pictures, recordings and documents may go now; thumbnails and signatures always may. */
  readonly mayMedia: () => boolean;
  /** Something more urgent waits: the round ends after this chunk and another begins at once. */
  readonly hurry: () => boolean;
};

/** So that a long upload holds up nothing that others wrote: after this long the round ends and another begins. */
const ROUND_MS = 45_000;
const MOST_LINES = 50;
const MOST_BYTES = 400 * 1024;
const ORDER: readonly Turn[] = ["first", "picture", "other"];

const DONE = { ok: true, value: null } as const;
const garbled: Fault = { ok: false, code: "garbled", why: "The server's answer could not be read.", status: 0 };

/** What is to be sent, in its order. A file of an entry that the server lacks waits for that. */
export function filesToSend(book: Book, mayMedia: boolean): readonly KeptFile[] {
  const wanted = new Set(namings(book).filter(({ known }) => known).flatMap(({ files }) => files));
  return ORDER.filter((turn) => turn === "first" || mayMedia).flatMap((turn) =>
    [...wanted].filter((file) => file.turn === turn && !isReceived(book, file)));
}

/** `value` says whether files are left that could go at once. */
export async function sendFiles(book: Book, io: FilesIo, onProgress: () => void): Promise<Got<boolean>> {
  const until = io.monotonicMs() + ROUND_MS;
  const stop = () => io.hurry() || io.monotonicMs() > until;
  const files = filesToSend(book, io.mayMedia());
  for (const batch of batches(files)) {
    const asked = await ask(book, io, batch);
    if (!asked.ok) return asked;
    onProgress();
    for (const file of batch) {
      const sent = await sendFile(book, io, file, { stop, progress: onProgress });
      if (!sent.ok) return sent;
      if (stop()) return { ok: true, value: true };
    }
    const settled = await ask(book, io, batch.filter((file) => !isReceived(book, file) && file.have.every(Boolean)));
    onProgress();
    if (!settled.ok) return settled;
  }
  const retired = await retireOld(book, io);
  return retired.ok ? { ok: true, value: false } : retired;
}

/** How long an original stays on the tablet after the server had it whole. Small pictures and signatures stay. */
export const KEPT_MS = 7 * 24 * 3600 * 1000;

const isOld = (book: Book, file: KeptFile, before: number): boolean =>
  file.turn !== "first" && !file.gone && isReceived(book, file) && (file.received?.at ?? before) < before;

/** Removes originals that the server has had for long enough and, asked anew at this moment, still has. By the server's clock alone. */
async function retireOld(book: Book, io: FilesIo): Promise<Got<null>> {
  const before = (book.contact?.serverMs ?? 0) - KEPT_MS;
  const old = [...book.files.values()].filter((file) => isOld(book, file, before)).slice(0, MOST_LINES);
  const asked = await ask(book, io, old);
  if (!asked.ok) return asked;
  for (const file of old.filter((one) => isReceived(book, one))) {
    const done = await book.store.write(retirement(file));
    if (!done.ok) return { ok: false, code: done.code, why: done.why, status: 0 };
    file.gone = true;
  }
  return DONE;
}

/** Asks anew for every file, also such as the server once said it has whole. */
export async function confirmFiles(book: Book, io: Pick<FilesIo, "wire">): Promise<Got<null>> {
  for (const batch of batches([...new Set(namings(book).flatMap(({ files }) => files))])) {
    const asked = await ask(book, io, batch);
    if (!asked.ok) return asked;
  }
  return DONE;
}

function batches(files: readonly KeptFile[]): readonly (readonly KeptFile[])[] {
  const out: KeptFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const last = out.at(-1);
    if (last && last.length < MOST_LINES && bytes + file.line.length <= MOST_BYTES) last.push(file);
    else { out.push([file]); bytes = 0; }
    bytes += file.line.length + 64;
  }
  return out;
}

/** Asks which chunks the server has, and keeps its word on those files that it has whole. */
async function ask(book: Book, io: Pick<FilesIo, "wire">, files: readonly KeptFile[]): Promise<Got<null>> {
  if (!files.length) return DONE;
  const reply = await io.wire.json("/api/sync/need", { manifests: files.map(({ line }) => line) });
  if (!reply.ok) return reply;
  const said = readNeed(reply.value);
  if (!said?.rows.every((row) => hear(files, row, said.heard))) return garbled;
  const done = await book.store.write(files.map(fileRecord));
  book.filesHeard++;
  return done.ok ? DONE : { ok: false, code: done.code, why: done.why, status: 0 };
}

type Heard = NonNullable<KeptFile["received"]>;

function readNeed(json: Json): { readonly heard: Heard; readonly rows: readonly Json[] } | null {
  if (!isObject(json)) return null;
  const { time, epoch, files } = json;
  const whole = typeof time === "number" && typeof epoch === "string" && Array.isArray(files);
  return whole ? { heard: { at: time, epoch }, rows: files as readonly Json[] } : null;
}

/** An entry may reach the server by another way than this: then it is asked again, and nothing is wrong. */
const NOT_NAMED = "not_named";
/** What the server does not know of yet, or was spoilt on the way, is asked for again in the next round. */
const ASKED_AGAIN: readonly string[] = [NOT_NAMED, "chunk_hash"];

/** False when the row has not its form, or is about a file that was not asked about. */
function hear(files: readonly KeptFile[], row: Json, heard: Heard): boolean {
  const said = isObject(row) ? row : {};
  const file = files.find(({ name }) => name === said["manifest"]);
  if (!file) return false;
  return typeof said["refused"] === "string" ? hearRefusal(file, said["refused"], said) : hearHave(file, said, heard);
}

function hearRefusal(file: KeptFile, code: string, said: JsonObject): boolean {
  file.trouble = code === NOT_NAMED ? null : String(said["detail"] ?? code);
  file.received = null;
  return true;
}

function hearHave(file: KeptFile, { have: bitmap, whole }: JsonObject, heard: Heard): boolean {
  const have = typeof bitmap === "string" ? readBitmap(bitmap, file.manifest.chunks.length) : null;
  if (!have || typeof whole !== "boolean") return false;
  file.have = have;
  file.trouble = null;
  // When it was first said stays, so that it is known for how long the server has had it.
  file.received = whole ? (file.received?.epoch === heard.epoch ? file.received : heard) : null;
  return true;
}

async function sendFile(book: Book, io: FilesIo, file: KeptFile, pass: { stop(): boolean; progress(): void }): Promise<Got<null>> {
  const missing = file.received || file.trouble ? [] : [...file.have.keys()].filter((n) => !file.have[n]);
  for (const n of missing) {
    const sent = await sendChunk(book, io, file, n);
    if (!sent.ok) return ASKED_AGAIN.includes(sent.code) ? DONE : sent;
    pass.progress();
    if (file.trouble || pass.stop()) return DONE;
  }
  return DONE;
}

const GONE = "The server had it whole and has it no more; from this tablet it was removed.";

async function sendChunk(book: Book, { wire }: FilesIo, file: KeptFile, n: number): Promise<Got<null>> {
  const bytes = await book.store.readPiece(pieceName(file.tag, n));
  if (!bytes || hex(sha256(bytes)) !== file.manifest.chunks[n]) {
    file.trouble = file.gone ? GONE : "A part of it cannot be read on this tablet any more.";
    book.filesHeard++;
    return DONE;
  }
  const sent = await wire.put(`/api/sync/attachments/${file.name}/${n}`, bytes);
  if (sent.ok) file.have = file.have.with(n, true);
  return sent;
}
