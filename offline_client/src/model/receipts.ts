/** The end of a shift in words: is everything received, and if not, how much is where, and what to do about it. */
import { classOf, scopeOf } from "../ledger/ids.ts";
import type { Book } from "../sync/book.ts";
import { lostOf, type Earlier } from "../sync/claim.ts";
import { filesLeft } from "../sync/files.ts";
import { unconfirmed } from "../sync/own.ts";
import type { TeamTablet } from "../sync/team.ts";
import type { Fault } from "../sync/wire.ts";
import { count, momentWords, type Counts } from "../sync/words.ts";
import type { HolderLine } from "../vault/vault.ts";
import type { Around, Receipts } from "./types.ts";
import { movedPapers, visitPapers } from "./visit_book.ts";

const entries = (n: number): string => (n === 1 ? "1 entry" : `${n} entries`);

const HELD = "Photos and recordings wait: let them go under Menu.";
const LOST = "No. Entries that this tablet held are lost.";

export function receiptsOf(book: Book, fault: Fault | null, nowMs: number): Receipts {
  const waiting = unconfirmed(book.own);
  const files = filesLeft(book).length;
  const every = count(book, () => true);
  const listed = new Set<string>([...visitPapers(book), ...movedPapers(book)].map(({ visit }) => visit));
  const elsewhere = count(book, ({ log }) => !listed.has(scopeOf(log)));
  const lost = book.earlier.flatMap((one) => lostWords(book, one));
  return {
    all: waiting + files === 0 && book.contact !== null && !lost.length,
    answer: !waiting && lost.length ? LOST : answerOf(book, every, { waiting, files }, nowMs),
    todo: waiting + files ? [...(files && book.holdMedia ? [HELD] : []), ...todoOf(book, fault)] : [],
    attention: every.attention,
    lost,
    elsewhere: { onTablet: elsewhere.onTablet, received: elsewhere.received },
  };
}

type Left = { readonly waiting: number; readonly files: number };

const filesOf = (exhibits: number): string => `the files of ${exhibits === 1 ? "1 exhibit" : `${exhibits} exhibits`}`;

function leftWords(held: number, { waiting, files }: Left): string {
  if (!waiting) return `No. Not all of ${filesOf(files)} are with the server.`;
  const some = `No. ${entries(waiting)} of ${held}`;
  return files ? `${some} and ${filesOf(files)} are only on this tablet.` : `${some} ${waiting === 1 ? "is" : "are"} only on this tablet.`;
}

function answerOf({ contact }: Book, { onTablet: held, files }: Counts, left: Left, nowMs: number): string {
  if (left.waiting + left.files) return leftWords(held, left);
  if (!contact) return "Not known. This tablet has not been in contact with the server yet.";
  const when = momentWords(contact.serverMs, nowMs);
  if (!held) return `Nothing to send. You wrote nothing on this tablet; last contact ${when}.`;
  const all = held === 1 ? "your 1 entry" : `all ${held} of your entries`;
  return `Yes. At ${when} the server had ${all}${files ? ` and ${filesOf(files)}` : ""}.`;
}

function todoOf(book: Book, fault: Fault | null): readonly string[] {
  const stuck = [...book.own.logs.values()].some((log) => log.heldApart.some(({ verdict }) => verdict === "refused"));
  const way = fault?.code === "offline"
    ? "Go where there is signal, keep the app open and unlocked, and press Send now."
    : "Press Send now, and keep the app open and unlocked until this page says Yes.";
  const hold = "Until then keep this tablet: do not hand it back, clear its browser or enrol it anew.";
  return stuck ? [way, "Some entries could not be accepted. Show this page to the desk.", hold] : [way, hold];
}

/** Of a store that is gone: what was in it and at no server, by its numbers. */
function lostWords(book: Book, one: Earlier): readonly string[] {
  const lost = lostOf(one);
  if (!lost) return [];
  const [first, last] = lost;
  const scope = scopeOf(one.log);
  const code = [...visitPapers(book), ...movedPapers(book)].find(({ visit }) => visit === scope)?.premises.code;
  const which = first === last ? `entry ${first}` : `entries ${first} to ${last}`;
  return [`${code ? `Visit ${code}` : "A visit that is not listed here"}, class ${classOf(one.log)}: ${which}. The server has ${one.have}.`];
}

export function aroundOf({ store, team }: Book, holders: readonly HolderLine[], nowMs: number): Around {
  const others = holders.filter((one) => one.store !== store.id);
  return {
    others: others.map(({ name, unsent }) => ({
      name, all: unsent === 0,
      words: unsent ? `${unsent} not yet received when they locked. They must unlock and send.` : "All received when they locked",
    })),
    team: (team?.tablets ?? []).map((one) => ({
      name: `${one.name}, number ${one.number} (${one.officers.join(", ")})`, all: isIn(one), words: teamWords(one, nowMs),
    })),
    asOf: team ? new Date(team.at).toISOString() : null,
  };
}

const isIn = ({ outstanding, lost, files, lastHeard }: TeamTablet): boolean => !outstanding && !lost && !files && lastHeard !== null;

function teamWords(one: TeamTablet, nowMs: number): string {
  if (one.lastHeard === null) return "Not heard of since it was enrolled";
  const parts = [
    ...(one.outstanding ? [`at least ${entries(one.outstanding)} not yet in`] : []),
    ...(one.files ? [`${one.files === 1 ? "1 file" : `${one.files} files`} not yet in`] : []),
    ...(one.lost ? [`${entries(one.lost)} lost with its store`] : []),
  ];
  const when = momentWords(Date.parse(one.lastHeard), nowMs);
  const gone = one.revoked ? "Taken out of use, last" : "Last";
  return `${gone} heard ${when}: ${parts.length ? parts.join(", ") : "all that it told of is in"}`;
}
