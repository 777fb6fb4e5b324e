/** A published set of indicators: what each is, how strong, and how dimensions combine. Nothing in it is a legal test. */
import { isObject, type Json } from "../ledger/json.ts";

export type Strength = "S" | "M" | "W" | "-";
export type Indicator = { readonly code: string; readonly dim: string; readonly label: string; readonly adult: Strength; readonly child: Strength };
/** Over dimensions that are positive; `ANY` is one present indicator of whatever dimension. */
export type Needs = string | { readonly all: readonly Needs[] } | { readonly any: readonly Needs[] };
export type Category = { readonly id: string; readonly words: string; readonly needs: Needs };
export type Lens = {
  readonly words: string;
  readonly involuntariness: { readonly [code: string]: string };
  readonly penalty: { readonly [code: string]: string };
};

export type IndicatorSet = {
  readonly id: string;
  readonly version: string;
  readonly dimensions: { readonly [code: string]: { readonly name: string; readonly phase: string; readonly element: string } };
  readonly indicators: readonly Indicator[];
  readonly combination_rule: {
    readonly adult_categories: readonly Category[];
    readonly child_categories: readonly Category[];
    readonly second_lens_hard_to_see: { readonly use: string; readonly dimensions: { readonly [name: string]: Lens } };
  };
  readonly guardrails: readonly string[];
};

const SCHEMA = "fieldops/indicator-set";

export const parseIndicators = (json: Json): IndicatorSet | null =>
  isObject(json) && json["schema"] === SCHEMA ? (json as unknown as IndicatorSet) : null;
