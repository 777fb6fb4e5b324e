/**
 * Visits that the server lists no more, as when another team was sent. Absence is not an order: while this tablet holds
 * entries recorded there, their papers stay, so that the officer can still read what they wrote.
 */
import { utf8 } from "../ledger/bytes.ts";
import { scopeOf, type PaperHash } from "../ledger/ids.ts";
import { isObject, readDocument } from "../ledger/json.ts";
import type { Book, PaperLine } from "./book.ts";

/** The visit papers to keep beside what is listed now: one for each visit that is listed no more. */
export function movedFrom(book: Book, listed: readonly PaperLine[]): readonly PaperLine[] {
  const still = new Set(listed.map((line) => visitIn(book, line)));
  const written = new Set<string>([...book.own.logs.values()].filter(({ entries }) => entries.length > 0).map(({ log }) => scopeOf(log)));
  const gone = new Map([...book.moved, ...book.listed].map((line) => [visitIn(book, line), line] as const));
  return [...gone].flatMap(([visit, line]) => (visit !== null && written.has(visit) && !still.has(visit) ? [line] : []));
}

function visitIn(book: Book, { kind, hash }: PaperLine): string | null {
  const text = kind === "visit" ? book.papers.get(hash) : undefined;
  const read = text === undefined ? null : readDocument(utf8(text));
  const visit = read?.ok && isObject(read.value) ? read.value["visit"] : null;
  return typeof visit === "string" ? visit : null;
}

/** These papers, and those that they name. */
export function withNamed(book: Book, lines: readonly PaperLine[]): ReadonlySet<PaperHash> {
  const texts = lines.map(({ hash }) => book.papers.get(hash) ?? "");
  const named = new Set<string>([...lines.map(({ hash }) => hash), ...texts.flatMap((text) => text.match(/[0-9a-f]{64}/g) ?? [])]);
  return new Set([...book.papers.keys()].filter((hash) => named.has(hash)));
}
