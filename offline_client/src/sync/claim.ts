/**
 * What this tablet says it holds, told at each contact, so that whoever leads sees a number where something is missing: counts
 * by log and facts of the tablet, and not a word of what was recorded.
 */
import { partsOfLog, type LogId, type SignerId } from "../ledger/ids.ts";
import { isObject, type Json, type JsonObject } from "../ledger/json.ts";

/** How this tablet's browser keeps what is stored. Sizes in MiB; null where it does not tell. */
export type Storage = { readonly persisted: boolean | null; readonly quotaMib: number | null; readonly usageMib: number | null };
export type Facts = Storage & { readonly stores: readonly SignerId[]; readonly build: string };
/** A log and what of it is here: entries, and files that the server does not have. */
export type Claim = { readonly log: LogId; readonly held: number; readonly files: number; readonly fileBytes: number };
/** A log as both sides know it: `have` entries at the server, `held` on its tablet, `most` the most it ever held. */
export type Known = { readonly have: number; readonly held: number; readonly most: number };
export type Span = readonly [number, number];

export const saidOf = (claims: readonly Claim[], whole: boolean, { stores, persisted, quotaMib, usageMib, build }: Facts) => ({
  claims: claims.map(({ log, held, files, fileBytes }) => ({ log, held, files, file_bytes: fileBytes })),
  whole,
  tablet: { stores, persisted, quota_mib: quotaMib, usage_mib: usageMib, build },
});

const span = (after: number, last: number): Span | null => (last > after ? [after + 1, last] : null);

/** On the tablet and not at the server. */
export const outstandingOf = ({ have, held }: Known): Span | null => span(have, held);
/** Once on the tablet, and in neither place now. */
export const lostOf = ({ have, held, most }: Known): Span | null => span(Math.max(have, held), most);
/** The tablet holds less than it has sent. */
export const isEmptied = ({ have, held }: Known): boolean => held < have;

/** A log of this officer on this tablet whose store is gone. */
export type Earlier = Known & { readonly log: LogId };

/** What the server believes that this tablet holds in all; null for one that does not say. */
export function readBelieved(reply: JsonObject): { readonly held: number; readonly files: number } | null {
  const said = reply["believed"] ?? null;
  if (!isObject(said)) return null;
  const [held, files] = [said["held"], said["files"]];
  return typeof held === "number" && typeof files === "number" ? { held, files } : null;
}

/** Null for a row without its form; a server that names none knows of none. */
export function readEarlier(reply: JsonObject): readonly Earlier[] | null {
  const rows = reply["earlier"] ?? [];
  if (!Array.isArray(rows)) return null;
  const read = (rows as readonly Json[]).map(readOne);
  return read.includes(null) ? null : (read as readonly Earlier[]);
}

function readOne(row: Json): Earlier | null {
  if (!isObject(row) || !partsOfLog(String(row["log"]))) return null;
  const [have, held, most] = [row["have"], row["held"], row["most"]];
  return typeof have === "number" && typeof held === "number" && typeof most === "number"
    ? { log: row["log"] as LogId, have, held, most }
    : null;
}
