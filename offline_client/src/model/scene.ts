/** One visit at one moment: its entries folded and evaluated, and all that its views are drawn from. */
import { evaluate, type Evaluation } from "../checklist/evaluation.ts";
import { fold, questionOf, type Register, type Standing } from "../ledger/fold.ts";
import { scopeOf, type SubjectId } from "../ledger/ids.ts";
import type { Author } from "../ledger/rights.ts";
import type { Book } from "../sync/book.ts";
import { count, entryWords, momentWords, type Counts } from "../sync/words.ts";
import { authorOf, stampOf, standingsOf, type Papers } from "./visit_book.ts";
import type { Said } from "./types.ts";
import { agencyWords } from "./value_words.ts";

export type Scene = {
  readonly papers: Papers;
  readonly evaluation: Evaluation;
  readonly standings: readonly Standing[];
  readonly labels: ReadonlyMap<SubjectId, string>;
  readonly me: Author;
  readonly counts: Counts;
  /** Registers by subject and question. */
  readonly registers: ReadonlyMap<string, readonly Register[]>;
  /** Who said an entry, when, and where it is. */
  said(standing: Standing): Said;
};

export type Moment = { readonly nowMs: number; readonly sending: boolean };

function sceneOf(book: Book, papers: Papers, { nowMs, sending }: Moment): Scene {
  const standings = standingsOf(book, papers.visit);
  const evaluation = evaluate(papers.checklist, fold(standings, papers.rights), papers.tables);
  const labels = new Map(evaluation.answers.known.workers.map(({ subject, label }, i) => [subject, label ?? `Worker ${i + 1}`]));
  const visit = papers.visit.visit;
  return {
    papers, evaluation, standings, labels, registers: byQuestion(evaluation.answers.known.registers.values()),
    me: authorOf(book, book.identity.certificate.signer, papers.visit),
    counts: count(book, (log) => scopeOf(log.log) === visit),
    said: (standing) => saidOf(book, papers, standing, nowMs, sending),
  };
}

export const questionKey = (subject: SubjectId, question: string): string => `${subject} ${question}`;

function byQuestion(registers: Iterable<Register>): ReadonlyMap<string, readonly Register[]> {
  const out = new Map<string, Register[]>();
  for (const register of registers) {
    const key = questionKey(register.subject, questionOf(register.field));
    const held = out.get(key);
    if (held) held.push(register);
    else out.set(key, [register]);
  }
  return out;
}

/** The scene of each visit as it was last worked out: its card and its open page look at the same one. */
const last = new WeakMap<Book, Map<string, { readonly stamp: string; readonly scene: Scene }>>();

export function sceneAt(book: Book, papers: Papers, moment: Moment): Scene {
  const scenes = last.get(book) ?? new Map<string, { readonly stamp: string; readonly scene: Scene }>();
  last.set(book, scenes);
  const stamp = `${stampOf(book, papers.visit.visit)}|${moment.sending}|${new Date(moment.nowMs).toDateString()}`;
  const held = scenes.get(papers.visit.visit);
  if (held?.stamp === stamp && held.scene.papers.visit === papers.visit) return held.scene;
  const scene = sceneOf(book, papers, moment);
  scenes.set(papers.visit.visit, { stamp, scene });
  return scene;
}

const HANDED = "from a colleague’s tablet, not yet at the server";
const wireTime = (ms: number): string => new Date(ms).toISOString();

function saidOf(book: Book, papers: Papers, standing: Standing, nowMs: number, sending: boolean): Said {
  const { entry, author, received } = standing;
  const own = book.own.logs.get(entry.log);
  const theirs = received === null ? HANDED : `received ${momentWords(received, nowMs)}`;
  const words = own ? entryWords(own, entry.n, sending, nowMs) : theirs;
  return {
    entry: entry.id, author: author.name, agency: agencyWords(papers.checklist, author.agency),
    mine: author.officer === book.identity.certificate.officer, happened: entry.happened, recorded: entry.recorded,
    received: received === null ? null : wireTime(received), words,
  };
}
