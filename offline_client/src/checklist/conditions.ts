/** Conditions as the checklist writes them: on an answer's options, on numbers, and on what is computed. Three-valued. */
import type { Json } from "../ledger/json.ts";

export type Truth = "yes" | "no" | "not_known";

export type Condition =
  | { readonly q: string; readonly in: readonly string[] }
  | { readonly any: readonly Condition[] }
  | { readonly all: readonly Condition[] };

export const ANSWERED = "@answered";
export const BELOW_RATE = "@below_rate";

const AT_LEAST = /^>=([0-9]{1,6})$/;
const BETWEEN = /^([0-9]{1,6})\.\.([0-9]{1,6})$/;

/** Yes if one is; otherwise open if one is. */
export function anyOf(found: readonly Truth[]): Truth {
  if (found.includes("yes")) return "yes";
  return found.includes("not_known") ? "not_known" : "no";
}

/** No if one is; otherwise open if one is. */
export function allOf(found: readonly Truth[]): Truth {
  if (found.includes("no")) return "no";
  return found.includes("not_known") ? "not_known" : "yes";
}

/** Whether one given value is meant by a `when`: an option, `>=60`, `48..59`, or any answer at all. */
export function fits(value: Json, when: string): boolean {
  if (when === ANSWERED) return true;
  return typeof value === "number" ? fitsNumber(value, when) : value === when;
}

function fitsNumber(value: number, when: string): boolean {
  const least = AT_LEAST.exec(when);
  if (least) return value >= Number(least[1]);
  const span = BETWEEN.exec(when);
  return span !== null && Number(span[1]) <= value && value <= Number(span[2]);
}
