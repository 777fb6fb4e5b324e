/**
 * One visit's entries out of the book, with who stands behind each, and its papers read once. What was pulled and not
 * proven is not in here: it is counted elsewhere and shown as needing attention.
 */
import { isOpen, parseAgreement, unseenBy, type Onlooker } from "../checklist/agreement.ts";
import { parseClasses, type Classes } from "../checklist/classes.ts";
import type { Tables } from "../checklist/evaluation.ts";
import { parseIndicators, type IndicatorSet } from "../checklist/indicators.ts";
import { parseChecklist, rightOf, type Checklist } from "../checklist/paper.ts";
import { parseRates } from "../checklist/rates.ts";
import type { Standing } from "../ledger/fold.ts";
import { classOf, scopeOf, signerOfLog, streamOfLog, type LogId, type OfficerId, type PaperHash, type SignerId, type VisitId } from "../ledger/ids.ts";
import { isObject, type Json } from "../ledger/json.ts";
import type { Author, Rights } from "../ledger/rights.ts";
import type { Book, PaperLine } from "../sync/book.ts";
import { whereabouts } from "../sync/own.ts";
import { isShown } from "../sync/replica.ts";
import type { VisitPaper } from "./types.ts";

export type Papers = {
  readonly visit: VisitPaper;
  readonly checklist: Checklist;
  readonly indicators: IndicatorSet;
  readonly classes: Classes;
  readonly tables: Tables;
  readonly rights: Rights;
};

/** Papers never change, so each is read once, however often a card is drawn. */
const readPapers = new WeakMap<Book, Map<string, Json | null>>();

export function paperJson(book: Book, hash: string): Json | null {
  const known = readPapers.get(book) ?? new Map<string, Json | null>();
  readPapers.set(book, known);
  const held = known.get(hash);
  if (held !== undefined) return held;
  const text = book.papers.get(hash as PaperHash);
  if (text === undefined) return null;
  const read = parsed(text);
  known.set(hash, read);
  return read;
}

/** A paper is named by its hash and was compared with it when it came, so what it says is as the server published it. */
function parsed(text: string): Json | null {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

function once<T>(parse: (json: Json) => T | null): (json: Json) => T | null {
  const parsed = new WeakMap<object, T>();
  return (json) => {
    if (!isObject(json)) return null;
    const value = parsed.get(json) ?? parse(json);
    if (value !== null) parsed.set(json, value as T);
    return value;
  };
}

const checklistOnce = once(parseChecklist);
const ratesOnce = once(parseRates);

/** The visits this officer is sent to, by the papers that the server listed last. */
export const visitPapers = (book: Book): readonly VisitPaper[] => visitsIn(book, book.listed);

/** Visits that moved to another team after this officer had recorded there. */
export const movedPapers = (book: Book): readonly VisitPaper[] => visitsIn(book, book.moved);

function visitsIn(book: Book, lines: readonly PaperLine[]): readonly VisitPaper[] {
  return lines
    .filter(({ kind }) => kind === "visit")
    .map(({ hash }) => book.opened.get(hash) ?? paperJson(book, hash))
    .filter((json) => isObject(json) && json["kind"] === "visit") as unknown as readonly VisitPaper[];
}

/** Null while a paper is still missing, as when the first fetch was cut short. */
export function papersFor(book: Book, visit: VisitPaper): Papers | null {
  const checklist = checklistOnce(paperJson(book, visit.checklist));
  const indicators = parseIndicators(paperJson(book, visit.indicators));
  const classes = parseClasses(paperJson(book, visit.classes));
  const rates = ratesOnce(paperJson(book, visit.rates));
  const agreement = parseAgreement(paperJson(book, visit.agreement));
  if (!checklist || !indicators || !classes || !rates || !agreement) return null;
  const unseen = unseenBy(agreement, classes, onlooker(book, visit), grantedIn(book, visit.visit));
  return {
    visit, checklist, indicators, classes,
    tables: { rates, day: visit.day, sectionsOn: new Set(agreement.sections_on), unseen },
    rights: (field) => rightOf(checklist, field),
  };
}

/** Whether an entry of this log is for this officer: the server granted its stream, or the agreement opens it at a visit of theirs. */
export function mayReadHere(book: Book, log: LogId): boolean {
  const visit = visitPapers(book).find((one) => one.visit === scopeOf(log));
  const agreement = visit && parseAgreement(paperJson(book, visit.agreement));
  if (!visit || !agreement) return false;
  const granted = book.replica.streams.get(streamOfLog(log));
  return (granted !== undefined && !granted.handed) || isOpen(agreement, onlooker(book, visit), classOf(log));
}

/** Whether the author of a log is on the roster of its visit: what anybody else writes there waits at the server for the lead. */
export function isSent(book: Book, log: LogId): boolean {
  const officer = book.certificates.get(signerOfLog(log))?.officer;
  const visit = visitPapers(book).find((one) => one.visit === scopeOf(log));
  return visit?.roster.some((line) => line.officer === officer) ?? false;
}

function onlooker({ identity: { certificate: { agency, officer } } }: Book, visit: VisitPaper): Onlooker {
  return { agency, sent: visit.roster.some((line) => line.officer === officer) };
}

/** Classes of a visit of which the server gave us anything. */
function grantedIn({ replica }: Book, visit: VisitId): ReadonlySet<string> {
  return new Set([...replica.streams.keys()].filter((stream) => scopeOf(stream) === visit).map(classOf));
}

const NOBODY = { name: "Unknown officer", agency: "?" } as const;

export function authorOf(book: Book, signer: SignerId, visit: VisitPaper): Author {
  const certificate = book.certificates.get(signer);
  const officer = certificate?.officer ?? (signer as string as Author["officer"]);
  return {
    signer, officer, name: certificate?.name ?? NOBODY.name, agency: certificate?.agency ?? NOBODY.agency,
    ...leadership(visit, officer),
  };
}

/** What an officer's word counts as at a visit: what it did when they led it stands, whatever was moved since. */
export const leadership = (visit: VisitPaper, officer: OfficerId): Pick<Author, "visitLead" | "operationLead"> => ({
  visitLead: visit.visit_leads?.includes(officer) ?? visit.roster.some((line) => line.lead && line.officer === officer),
  operationLead: visit.leads?.includes(officer) ?? false,
});

const NO_FLAGS: Standing["flags"] = new Set();

export function standingsOf(book: Book, visit: VisitPaper): readonly Standing[] {
  const authors = new Map<SignerId, Author>();
  const author = (log: LogId): Author => {
    const signer = signerOfLog(log);
    const known = authors.get(signer) ?? authorOf(book, signer, visit);
    authors.set(signer, known);
    return known;
  };
  const out: Standing[] = [];
  for (const log of book.own.logs.values()) {
    if (scopeOf(log.log) !== visit.visit) continue;
    for (const entry of log.entries) {
      const where = whereabouts(log, entry.n);
      out.push({ entry, author: author(log.log), received: where.state === "received" ? where.at : null, flags: NO_FLAGS });
    }
  }
  for (const pulled of book.replica.entries.values()) {
    if (scopeOf(pulled.entry.log) !== visit.visit || !isShown(book.replica, pulled)) continue;
    out.push({ entry: pulled.entry, author: author(pulled.entry.log), received: pulled.received, flags: NO_FLAGS });
  }
  return out;
}

/** Changes whenever anything that a visit shows may have changed; cheap to compute. */
export function stampOf(book: Book, visit: VisitId): string {
  let own = "";
  for (const log of book.own.logs.values()) {
    if (scopeOf(log.log) === visit) own += `${log.entries.length}.${log.confirmed}.${log.sent}.${log.heldApart.length};`;
  }
  let pulled = "";
  for (const { stream, position } of book.replica.streams.values()) if (scopeOf(stream) === visit) pulled += `${position};`;
  return `${own}|${pulled}|${book.filesHeard}|${book.replica.epoch}|${book.certificates.size}|${book.replica.settled}|${book.replica.holes.size}`;
}
