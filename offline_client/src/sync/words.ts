/** What an officer is told of saving and sending. "Received" is said only on the server's own word. */
import type { Book } from "./book.ts";
import { isReceived, namings } from "./files.ts";
import { sumsOf, whereabouts, type HeldApart, type OwnLog } from "./own.ts";

export type Counts = {
  readonly onTablet: number;
  readonly sent: number;
  readonly received: number;
  /** Server time of the last confirmation, ms. */
  readonly receivedAt: number | null;
  /** Of these, entries with a file, and of those, such as the server has with every file of theirs. */
  readonly files: number;
  readonly filesReceived: number;
  readonly attention: readonly string[];
};

const pad = (n: number): string => String(n).padStart(2, "0");

/** The 24-hour clock of this tablet's place, as "14:02". */
export function clockWords(ms: number): string {
  const at = new Date(ms);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** With the day, unless it is today. */
export function momentWords(ms: number, nowMs: number): string {
  const at = new Date(ms);
  const same = at.toDateString() === new Date(nowMs).toDateString();
  return same ? clockWords(ms) : `${at.getDate()}/${at.getMonth() + 1} ${clockWords(ms)}`;
}

const answers = (count: number): string => (count === 1 ? "1 answer" : `${count} answers`);

export function heldWords({ verdict, from, to, detail }: HeldApart): string {
  const count = answers(to - from + 1);
  const why = detail ? `: ${detail}` : "";
  if (verdict === "quarantined") return `${count} reached the server and waits there for the lead to look at${why}`;
  if (verdict === "fork") return `${count} reached the server beside another history of this tablet; the lead has been told${why}`;
  return `${count} could not be accepted and stays on this tablet${why}`;
}

/** Of the own logs that `wanted` lets through. */
export function count(book: Book, wanted: (log: OwnLog) => boolean): Counts {
  const { troubles, ...files } = filesOf(book, wanted);
  const counts = { onTablet: 0, sent: 0, received: 0, ...files };
  const attention = new Set<string>(troubles);
  let lastReceived = 0;
  for (const log of book.own.logs.values()) {
    if (!wanted(log)) continue;
    const sums = sumsOf(log);
    counts.onTablet += log.entries.length;
    counts.sent += sums.sent;
    counts.received += sums.received;
    lastReceived = Math.max(lastReceived, sums.lastReceived);
    for (const held of sums.apart) attention.add(heldWords(held));
  }
  return { ...counts, receivedAt: counts.received ? lastReceived : null, attention: [...attention] };
}

type Files = { readonly files: number; readonly filesReceived: number; readonly troubles: readonly string[] };

/** Entries that have files, of which the server has all files, and what hinders others. */
function filesOf(book: Book, wanted: (log: OwnLog) => boolean): Files {
  const logs = new Set([...book.own.logs.values()].filter(wanted).map(({ log }) => log as string));
  const named = namings(book).filter(({ log }) => logs.has(log));
  return {
    files: named.length,
    filesReceived: named.filter(({ files }) => files.every((file) => isReceived(book, file))).length,
    troubles: named.flatMap(({ files }) => files.flatMap(({ trouble }) => (trouble === null ? [] : [`A file is not with the server: ${trouble}`]))),
  };
}

export function countWords(counts: Counts, nowMs: number): string {
  if (!counts.onTablet) return "Nothing written yet";
  const received = counts.received ? `${counts.received} received ${momentWords(counts.receivedAt ?? 0, nowMs)}` : "none received yet";
  const all = counts.received === counts.onTablet;
  const entries = all ? `All ${received}` : `${counts.onTablet} saved on this tablet, ${received}`;
  const words = counts.files ? `${entries}. ${countedFiles(counts)}` : entries;
  return counts.attention.length ? `${words}. Needs attention: ${counts.attention[0]}` : words;
}

function countedFiles({ files, filesReceived }: Counts): string {
  if (files === filesReceived) return files === 1 ? "Its file received" : `All ${files} files received`;
  return `${filesReceived} of ${files === 1 ? "1 file" : `${files} files`} received`;
}

/** One entry's way in words. */
export function entryWords(log: OwnLog, n: number, sending: boolean, nowMs: number): string {
  const where = whereabouts(log, n);
  if (where.state === "received") return `received ${momentWords(where.at, nowMs)}`;
  if (where.state === "attention") return `needs attention: ${heldWords(where.held)}`;
  return sending ? "sending" : "saved on this tablet";
}
