/** The badge and its sentence: what is not with the server yet, and whatever needs a person. */
import { offsetMs, type Book } from "../sync/book.ts";
import { isReceived, namings, partsDone } from "../sync/files.ts";
import { unconfirmed } from "../sync/own.ts";
import { broken, unvouched } from "../sync/replica.ts";
import type { Doing } from "../sync/round.ts";
import type { Fault } from "../sync/wire.ts";
import { count, momentWords } from "../sync/words.ts";
import { clockTrouble } from "./clock.ts";
import type { Way } from "./exhibits.ts";
import { historyOf } from "./history.ts";
import type { SyncState } from "./types.ts";

const FAR_OFF_MS = 5 * 60_000;
/** Faults of the way rather than of what was sent: the next try is the cure. */
const PASSING = new Set(["offline", "garbled", "paper_hash"]);

const isRefused = (answer: Book["answer"]): boolean => answer !== null && answer.word !== "obeyed";
const NOT_OBEYED = "An order to clear this tablet was not this server’s word for it. It was not obeyed, and the desk is told";

/** What the session knows beside the book. */
export type Standing = { readonly doing: Doing; readonly fault: Fault | null; readonly storageKept: boolean | null; readonly way: Way };

export function syncState(book: Book, { doing, fault, storageKept, way }: Standing, nowMs: number): SyncState {
  const waiting = unconfirmed(book.own);
  const attention = attentionOf(book, doing, fault, nowMs);
  return {
    doing, waiting, attention, storageKept, ...filesState(book, way),
    words: wordsOf(doing, fault, waiting) ?? (attention.length ? `needs attention: ${attention[0]}` : restWords(book, fault, nowMs)),
    lastContact: book.contact ? new Date(book.contact.serverMs).toISOString() : null,
    clockOffsetMs: offsetMs(book), history: historyOf(book, nowMs),
  };
}

/** The files that are still to go, and the words for them. */
function filesState(book: Book, { sending, waitsFor }: Way): Pick<SyncState, "filesWaiting" | "filesHeld" | "fileWords" | "fileParts"> {
  const left = namings(book).filter(({ files }) => files.some((file) => !isReceived(book, file)));
  const held = waitsFor === null ? [] : left.filter(({ files }) => files.every((file) => file.turn !== "first" || isReceived(book, file)));
  const files = left.flatMap((naming) => naming.files);
  const [done, of] = [files.reduce((sum, file) => sum + partsDone(file), 0), files.reduce((sum, file) => sum + file.have.length, 0)];
  const some = left.length === 1 ? "1 file" : `${left.length} files`;
  const words = sending && held.length < left.length ? `sending ${some}, ${done} of ${of} parts` : `${some} saved on this tablet`;
  const fileWords = held.length && held.length === left.length ? `${some} saved on this tablet, ${waitsFor}` : words;
  return { filesWaiting: left.length, filesHeld: held.length, fileWords: left.length ? fileWords : "", fileParts: { done, of } };
}

const saved = (waiting: number): string => (waiting === 1 ? "1 saved on this tablet" : `${waiting} saved on this tablet`);

function wordsOf(doing: Doing, fault: Fault | null, waiting: number): string | null {
  if (!waiting) return null;
  if (doing === "sending") return "sending";
  return fault?.code === "offline" ? `${saved(waiting)}, waiting for signal` : saved(waiting);
}

function restWords(book: Book, fault: Fault | null, nowMs: number): string {
  if (!book.contact) return fault ? "no contact with the server yet" : "nothing to send";
  const when = momentWords(book.contact.serverMs, nowMs);
  return book.own.logs.size ? `received ${when}` : `in contact ${when}`;
}

function attentionOf(book: Book, doing: Doing, fault: Fault | null, nowMs: number): readonly string[] {
  const grave = historyOf(book, nowMs).alarm;
  const out = [...(grave?.grave ? [grave.title] : []), ...book.faults, ...count(book, () => true).attention];
  if (fault && !PASSING.has(fault.code)) out.push(fault.why);
  if (isRefused(book.answer)) out.push(NOT_OBEYED);
  out.push(...notShown(book, doing));
  const clock = clockTrouble(nowMs);
  if (clock !== null) out.push(clock);
  const offset = offsetMs(book) ?? 0;
  if (Math.abs(offset) > FAR_OFF_MS) out.push(`This tablet's clock is ${minutes(offset)}. The server's time is ${momentWords(nowMs + offset, nowMs)}`);
  return out;
}

function notShown({ replica }: Book, doing: Doing): readonly string[] {
  const out: string[] = [];
  const spoilt = broken(replica).length;
  if (spoilt) out.push(`${parts(spoilt)} could not be verified: not shown, and asked for again`);
  const unknown = doing === "idle" ? unvouched(replica) : 0;
  if (unknown) out.push(`${parts(unknown)} came without proof of who wrote that: not shown`);
  if (replica.holes.size) out.push("Something is missing in what came from the server. It will be asked for again");
  return out;
}

const parts = (n: number): string => `Of what other tablets wrote, ${n === 1 ? "1 part" : `${n} parts`}`;
const minutes = (offset: number): string => `${Math.round(Math.abs(offset) / 60_000)} minutes ${offset > 0 ? "slow" : "fast"}`;
