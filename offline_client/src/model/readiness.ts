/** Before leaving: what must be on this tablet so that a day without signal goes well. Each line says what to do if it is not. */
import { offsetMs, type Book } from "../sync/book.ts";
import type { Storage } from "../sync/claim.ts";
import { unconfirmed } from "../sync/own.ts";
import { momentWords } from "../sync/words.ts";
import type { Check } from "./types.ts";
import { papersFor, visitPapers } from "./visit_book.ts";

const FAR_OFF_MS = 5 * 60_000;
const STALE_MS = 12 * 3_600_000;
/** Room for a day of photos. */
const LEAST_FREE_MIB = 500;

const check = (name: string, fit: boolean, words: string, todo: string): Check => ({ name, fit, words, todo: fit ? null : todo });
const SEND = "Press Send now where there is signal.";

export function readinessOf(book: Book, storage: Storage | null, kept: boolean | null, nowMs: number): readonly Check[] {
  return [visitsCheck(book, nowMs), papersCheck(book), contactCheck(book, nowMs), sentCheck(book), keptCheck(kept), roomCheck(storage), clockCheck(book)];
}

function visitsCheck(book: Book, nowMs: number): Check {
  const at = new Date(nowMs);
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const all = visitPapers(book);
  const now = all.filter((paper) => paper.day === day).length;
  return check("Visits", all.length > 0, `${now} for today, ${all.length} in all`, `${SEND} If none come, ask the desk whether you are on a team.`);
}

function papersCheck(book: Book): Check {
  const all = visitPapers(book);
  const whole = all.filter((paper) => papersFor(book, paper) !== null).length;
  const words = all.length ? `the questions of ${whole} of ${all.length} visits are here` : "none are here yet";
  return check("Checklist", all.length > 0 && whole === all.length, words, SEND);
}

function contactCheck({ contact }: Book, nowMs: number): Check {
  const words = contact ? momentWords(contact.serverMs, nowMs) : "never";
  return check("Last contact", contact !== null && nowMs - contact.deviceMs < STALE_MS, words, SEND);
}

function sentCheck(book: Book): Check {
  const waiting = unconfirmed(book.own);
  return check("Sent", waiting === 0, waiting ? `${waiting} not yet received` : "nothing is waiting", SEND);
}

function keptCheck(kept: boolean | null): Check {
  const words = kept === null ? "not known yet" : kept ? "kept by this tablet" : "the browser may clear it";
  return check("Storage", kept === true, words, "Install this app to the home screen, and open it once from there.");
}

function roomCheck(storage: Storage | null): Check {
  const { quotaMib = null, usageMib = null } = storage ?? {};
  if (quotaMib === null || usageMib === null) return check("Space", true, "this browser does not say", "");
  const free = quotaMib - usageMib;
  return check("Space", free >= LEAST_FREE_MIB, free < 1024 ? `${free} MB free` : `${(free / 1024).toFixed(1)} GB free`, "Make room on this tablet: remove what is not the app's.");
}

function clockCheck(book: Book): Check {
  const offset = offsetMs(book);
  if (offset === null) return check("Clock", false, "not compared yet", SEND);
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const words = minutes ? `${minutes} min ${offset > 0 ? "behind" : "ahead of"} the server` : "right to the minute";
  return check("Clock", Math.abs(offset) <= FAR_OFF_MS, words, "Set this tablet's date and time.");
}
