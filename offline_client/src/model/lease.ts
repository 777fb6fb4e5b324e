/**
 * The read lease: a tablet that has not heard from the server for so long shows nothing of what it holds, for its officer may
 * have left or its visits have moved. It locks what is read, never what was recorded: that waits and is sent. Best effort by
 * this tablet's clock: setting it back gains nothing beyond the last answer that was recorded.
 */
import { DEFAULT_LEASE_HOURS, parseAgreement } from "../checklist/agreement.ts";
import type { Book } from "../sync/book.ts";
import type { Lease } from "./types.ts";
import { paperJson } from "./visit_book.ts";

const HOUR_MS = 3_600_000;

export function leaseOf(book: Book, nowMs: number): Lease {
  const paper = book.listed.find(({ kind }) => kind === "agreement");
  const hours = (paper && parseAgreement(paperJson(book, paper.hash))?.tablet_lease_hours) ?? DEFAULT_LEASE_HOURS;
  const since = book.contact?.deviceMs ?? Date.parse(book.identity.certificate.issued);
  const [recorded] = book.hlc;
  return { over: Math.max(nowMs, recorded) - since > hours * HOUR_MS, hours, since };
}
