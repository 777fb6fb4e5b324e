/** A published set of indicators and its rules. The set is data; a result is never a legal test. */
import { isObject, type Json } from "../ledger/json.ts";

/** "-": not in that set. */
export type Letter = "S" | "M" | "W" | "-";
export type Strength = "strong" | "medium" | "weak";
export type Indicator = {
  readonly code: string;
  readonly dim: string;
  readonly label: string;
  readonly adult: Letter;
  readonly child: Letter;
  readonly ilo11: readonly string[];
};
/** A dimension's code, or `ANY`: one present indicator of whatever dimension. */
export type Needs = string | { readonly all: readonly Needs[] } | { readonly any: readonly Needs[] };
export type Category = { readonly id: string; readonly words: string; readonly needs: Needs };
export type Lens = {
  readonly words: string;
  readonly involuntariness: { readonly [code: string]: string };
  readonly penalty: { readonly [code: string]: string };
};
type Clause = { readonly strong?: number; readonly medium?: number; readonly weak?: number; readonly medium_or_weak?: number };

export type IndicatorSet = {
  readonly id: string;
  readonly version: string;
  readonly dimensions: { readonly [code: string]: { readonly name: string; readonly phase: string; readonly element: string } };
  readonly indicators: readonly Indicator[];
  readonly dimension_rule: { readonly positive_if_any: readonly Clause[] };
  readonly combination_rule: {
    readonly adult_categories: readonly Category[];
    readonly child_categories: readonly Category[];
    readonly second_lens_hard_to_see: { readonly dimensions: { readonly [name: string]: Lens } };
  };
  readonly guardrails: readonly string[];
};

/** How many indicators of each strength. */
export type Tally = { readonly strong: number; readonly medium: number; readonly weak: number };
export const NONE: Tally = { strong: 0, medium: 0, weak: 0 };
export const ANY_PRESENT = "ANY";

const SCHEMA = "fieldops/indicator-set";
const STRENGTHS: { readonly [letter: string]: Strength } = { S: "strong", M: "medium", W: "weak" };

export const parseIndicators = (json: Json): IndicatorSet | null =>
  isObject(json) && json["schema"] === SCHEMA ? (json as unknown as IndicatorSet) : null;

/** Null when the indicator is not in the set for adults, or not in that for children. */
export const strengthOf = (indicator: Indicator, child: boolean): Strength | null =>
  STRENGTHS[child ? indicator.child : indicator.adult] ?? null;

export const plus = (a: Tally, b: Tally): Tally => ({ strong: a.strong + b.strong, medium: a.medium + b.medium, weak: a.weak + b.weak });

/** The dimension rule: one clause that holds is enough. */
export const isPositive = (set: IndicatorSet, { strong, medium, weak }: Tally): boolean =>
  set.dimension_rule.positive_if_any.some((clause) =>
    strong >= (clause.strong ?? 0) && medium >= (clause.medium ?? 0) && weak >= (clause.weak ?? 0) &&
    medium + weak >= (clause.medium_or_weak ?? 0));

function met(needs: Needs, positive: ReadonlySet<string>): boolean {
  if (typeof needs === "string") return positive.has(needs);
  return "all" in needs ? needs.all.every((one) => met(one, positive)) : needs.any.some((one) => met(one, positive));
}

/** The first category whose needs are met; the last one asks for nothing. */
export function categoryOf(set: IndicatorSet, positive: ReadonlySet<string>, child: boolean): Category {
  const { adult_categories: adult, child_categories: children } = set.combination_rule;
  const categories = child ? children : adult;
  return (categories.find((one) => met(one.needs, positive)) ?? categories.at(-1)) as Category;
}
