/** One visit at one moment: its entries folded and evaluated, and all that its views are drawn from. */
import { evaluate, type Evaluation } from "../checklist/evaluation.ts";
import { fold, type Standing } from "../ledger/fold.ts";
import { scopeOf, type SubjectId } from "../ledger/ids.ts";
import type { Author } from "../ledger/rights.ts";
import type { Book } from "../sync/book.ts";
import { count, entryWords, momentWords, type Counts } from "../sync/words.ts";
import { authorOf, standingsOf, type Papers } from "./visit_book.ts";
import type { Said } from "./types.ts";
import { agencyWords } from "./value_words.ts";

export type Scene = {
  readonly papers: Papers;
  readonly evaluation: Evaluation;
  readonly standings: readonly Standing[];
  readonly labels: ReadonlyMap<SubjectId, string>;
  readonly me: Author;
  readonly counts: Counts;
  /** Who said an entry, when, and where it is. */
  said(standing: Standing): Said;
};

export type Moment = { readonly nowMs: number; readonly sending: boolean };

export function sceneOf(book: Book, papers: Papers, { nowMs, sending }: Moment): Scene {
  const standings = standingsOf(book, papers.visit);
  const evaluation = evaluate(papers.checklist, fold(standings, papers.rights), papers.tables);
  const labels = new Map(evaluation.answers.known.workers.map(({ subject, label }, i) => [subject, label ?? `Worker ${i + 1}`]));
  const visit = papers.visit.visit;
  return {
    papers, evaluation, standings, labels,
    me: authorOf(book, book.identity.certificate.signer, papers.visit),
    counts: count(book, (log) => scopeOf(log.log) === visit),
    said: (standing) => saidOf(book, papers, standing, nowMs, sending),
  };
}

const wireTime = (ms: number): string => new Date(ms).toISOString();

function saidOf(book: Book, papers: Papers, standing: Standing, nowMs: number, sending: boolean): Said {
  const { entry, author, received } = standing;
  const own = book.own.logs.get(entry.log);
  const words = own ? entryWords(own, entry.n, sending, nowMs) : `received ${momentWords(received ?? 0, nowMs)}`;
  return {
    entry: entry.id, author: author.name, agency: agencyWords(papers.checklist, author.agency),
    mine: author.officer === book.identity.certificate.officer, happened: entry.happened, recorded: entry.recorded,
    received: received === null ? null : wireTime(received), words,
  };
}
