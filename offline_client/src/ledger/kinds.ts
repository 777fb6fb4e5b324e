/**
 * The kinds of entry and the shape of each one's value. A register kind says what stands now in a field; a list kind only
 * adds. An unknown kind is kept and shown as such, never dropped.
 */
import { isHash } from "./bytes.ts";
import { isTime } from "./entry.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";

export const REGISTER_KINDS = ["answer", "not_asked", "clear", "ruling", "withdrawal"] as const;
export type RegisterKind = (typeof REGISTER_KINDS)[number];

/** Entries that are not about a checklist field name this as their schema. */
export const ACTS_SCHEMA = "fieldops/acts/1";

type Shape = (value: Json) => boolean;

const text: Shape = (v) => typeof v === "string" && v !== "";
const word: Shape = (v) => typeof v === "string" || typeof v === "number";
const amount: Shape = (v) => typeof v === "number" && v >= 0;
const matches = (form: RegExp): Shape => (v) => typeof v === "string" && form.test(v);
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

const SHAPES: { readonly [kind: string]: Shape } = {
  answer: plain,
  not_asked: text,
  clear: (v) => v === null,
  ruling: isRuling,
  withdrawal: withFields({ reason: text }),
  note: text,
  item: flat,
  worker: withFields({ label: matches(/^W[1-9][0-9]{0,5}-[1-9][0-9]{0,5}$/) }),
  arrest: withFields({ offence: text }),
  pay_case: withFields({ workers: amount, estimate_gbp: isDecimal }),
  notice: withFields({ body: text, type: text, reference: text }),
  referral_sent: withFields({ to: text, route: text, reference: text }),
  referral_accepted: withFields({ to: text, route: text, reference: text, sent: isHash }),
  order: withFields({ type: text, reference: text }),
  attendance: withFields({ agency: text, officer: text, arrived: isTime, left: isTime }),
};

export const isRegisterKind = (kind: string): kind is RegisterKind => (REGISTER_KINDS as readonly string[]).includes(kind);

/** Whether the value has the shape of its kind. Kinds that this version does not know have none. */
export function fitsKind(kind: string, value: Json): boolean | "unknown_kind" {
  return Object.hasOwn(SHAPES, kind) ? (SHAPES[kind] as Shape)(value) : "unknown_kind";
}
