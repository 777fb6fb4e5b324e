/** What an officer is told of the server's history: a quiet line, or an alarm in words that need no explaining. */
import { readNote } from "../ledger/note.ts";
import type { Book } from "../sync/book.ts";
import type { Alarm } from "../sync/witnessed.ts";
import { momentWords } from "../sync/words.ts";
import type { History } from "./types.ts";

const sizeOf = (note: string): string => (readNote(note)?.tree.size ?? 0).toLocaleString("en-GB");
const CALL = "Tell your lead by telephone. What you recorded is safe on this tablet.";

export function historyOf({ witnessed: { kept, at, proven, alarm } }: Book, nowMs: number): History {
  const last = kept.at(-1);
  const own = proven ? ". One of yours was looked for in it, and is there" : "";
  const words = last === undefined || at === null ? "not checked yet" : `checked up to ${sizeOf(last)} receipts, ${momentWords(at, nowMs)}${own}`;
  return { words, alarm: alarm && !alarm.read ? { grave: alarm.sort !== "restored", title: titleOf(alarm), words: wordsOf(alarm, nowMs) } : null };
}

function titleOf({ sort }: Alarm): string {
  return sort === "restored" ? "The server was put back to an older copy" : "The server’s history does not match what this tablet has kept";
}

function wordsOf(alarm: Alarm, nowMs: number): string {
  const when = momentWords(alarm.at, nowMs);
  switch (alarm.sort) {
    case "restored": return alarm.lost ? `At ${when} it lacked ${alarm.lost} receipts that it once had. Tablets send again what they hold; keep this one open where there is signal.` : `At ${when} nothing that this tablet had seen was missing.`;
    case "shortened": return `At ${when} it showed ${sizeOf(alarm.shown)} receipts; this tablet has seen ${sizeOf(alarm.kept)}. ${CALL}`;
    case "rewritten": return `At ${when} it showed ${sizeOf(alarm.shown)} receipts that do not begin with the ${sizeOf(alarm.kept)} this tablet has seen. ${CALL}`;
    case "missing": return `At ${when} an entry that it had called received could not be shown among its receipts. ${CALL}`;
    case "forged": return `At ${when} it showed a record that was not signed as it should be. ${CALL}`;
  }
}
