/**
 * The kinds of entry and the shape of each one's value. A register kind says what stands now in a field; a list kind only
 * adds. An unknown kind is kept and shown as such, never dropped.
 */
import { isHash } from "./bytes.ts";
import { isTime } from "./entry.ts";
import { partsOfLog } from "./ids.ts";
import { isGraded } from "./intelligence.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";

/** Entries that are not about a checklist field name this as their schema. */
export const ACTS_SCHEMA = "fieldops/acts/1";

/** A thing taken as evidence, and each time that it changed hands. */
export const EXHIBIT = "exhibit";
export const CONTINUITY = "continuity";
/** What a lead decided at the desk about entries that had been put aside. */
export const DECISION = "decision";
/** A radio code was typed for an address that is held back. */
export const ADDRESS_TRY = "address_try";

type Shape = (value: Json) => boolean;

const text: Shape = (v) => typeof v === "string" && v !== "";
const word: Shape = (v) => typeof v === "string" || typeof v === "number";
const amount: Shape = (v) => typeof v === "number" && v >= 0;
const place: Shape = (v) => typeof v === "number" && v >= 1;
const log: Shape = (v) => typeof v === "string" && partsOfLog(v) !== null;
const matches = (form: RegExp): Shape => (v) => typeof v === "string" && form.test(v);
const oneOf = (...words: readonly string[]): Shape => (v) => typeof v === "string" && words.includes(v);
const flat: Shape = (v) => isObject(v) && Object.keys(v).length > 0 && Object.values(v).every(word);
/** Text, a whole number, or one flat object of these: nothing nested, nothing empty. */
const plain: Shape = (v) => flat(v) || (word(v) && v !== "");

/** An amount as text with a point, as "12.71": never a float. */
export const isDecimal = matches(/^(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,4})?$/);

const inside = (v: Json, name: string): Json => (v as JsonObject)[name] ?? null;
const withFields = (needed: { readonly [name: string]: Shape }): Shape => (v) =>
  flat(v) && Object.entries(needed).every(([name, shape]) => shape(inside(v, name)));
const isRuling: Shape = (v) =>
  isObject(v) && Object.keys(v).sort().join() === "reason,value" && text(inside(v, "reason")) &&
  (inside(v, "value") === null || plain(inside(v, "value")));

/** How entries of a kind come together: one stands, all stand side by side, or each is a deed that can be corrected. */
export type Sort = "register" | "list" | "act";
type Kind = readonly [sort: Sort, fits: Shape];

const KINDS: { readonly [kind: string]: Kind } = {
  answer: ["register", plain],
  not_asked: ["register", text],
  clear: ["register", (v) => v === null],
  ruling: ["register", isRuling],
  withdrawal: ["register", withFields({ reason: text })],
  note: ["list", text],
  item: ["list", flat],
  worker: ["list", withFields({ label: matches(/^W[1-9][0-9]{0,5}-[1-9][0-9]{0,5}$/) })],
  arrest: ["act", withFields({ offence: text })],
  pay_case: ["act", withFields({ workers: amount, estimate_gbp: isDecimal })],
  notice: ["act", withFields({ body: text, type: text, reference: text })],
  referral_sent: ["act", withFields({ to: text, route: text, reference: text })],
  referral_accepted: ["act", withFields({ to: text, route: text, reference: text, sent: isHash })],
  order: ["act", withFields({ type: text, reference: text })],
  age_decision: ["act", withFields({ decision: text, authority: text, reference: text })],
  exhibit: ["act", withFields({ label: text, what: oneOf("photo", "audio", "signature", "document", "object"), found: text })],
  continuity: ["act", withFields({ exhibit: isHash, from: text, to: text, at: isTime, seal: text })],
  decision: ["act", withFields({ choice: oneOf("release", "keep"), log, from: place, to: place, head: isHash, why: text })],
  intelligence: ["act", isGraded],
  address_try: ["act", withFields({ strike: text, edition: place, number: place, outcome: oneOf("opened", "wrong", "misheard") })],
  attendance: ["act", withFields({ agency: text, officer: text, arrived: isTime, left: isTime })],
};

const known = (kind: string): Kind | null => (Object.hasOwn(KINDS, kind) ? (KINDS[kind] as Kind) : null);

/** Null for a kind that this version does not know. */
export const sortOf = (kind: string): Sort | null => known(kind)?.[0] ?? null;

/** Whether the value has the shape of its kind. */
export function fitsKind(kind: string, value: Json): "ok" | "entry_value" | "entry_kind" {
  const found = known(kind);
  if (!found) return "entry_kind";
  return found[1](value) ? "ok" : "entry_value";
}
