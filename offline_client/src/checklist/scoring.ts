/**
 * The score of a worker, or of the premises: dimensions, the pattern they form, and what is still open. Software's view: it
 * comes after the officer's own, and never hides, delays or vetoes a referral.
 */
import type { EntryId, SubjectId } from "../ledger/ids.ts";
import type { Evaluation } from "./evaluation.ts";
import { find, type Finding, type Presence } from "./evidence.ts";
import {
  ANY_PRESENT, categoryOf, isPositive, NONE, plus, strengthOf, type Category, type IndicatorSet, type Lens, type Strength, type Tally,
} from "./indicators.ts";

/** `negative`: it would stay so even if everything not known were present. */
export type Result = "positive" | "negative" | "undetermined";
/** `couldFlip` are the unknown indicators that could make it positive. */
export type DimensionResult = {
  readonly dimension: string;
  readonly result: Result;
  readonly tally: Tally;
  readonly couldFlip: readonly string[];
  readonly settle: readonly string[];
};
export type LensResult = {
  readonly id: string;
  readonly lens: Lens;
  readonly holds: boolean;
  readonly involuntariness: readonly string[];
  readonly penalty: readonly string[];
};
export type Scoring = {
  readonly set: IndicatorSet;
  readonly subject: SubjectId;
  readonly child: boolean;
  readonly findings: readonly Finding[];
  readonly dimensions: readonly DimensionResult[];
  readonly category: Category;
  /** The category if everything undetermined turned out positive. */
  readonly mightBe: Category;
  readonly secondLens: readonly LensResult[];
};

/** Whoever might be under 18 is scored as a child. */
export function score(set: IndicatorSet, evaluation: Evaluation, subject: SubjectId, child: boolean): Scoring {
  const findings = set.indicators
    .filter((indicator) => strengthOf(indicator, child) !== null)
    .map((indicator) => find(indicator, evaluation, subject));
  const dimensions = Object.keys(set.dimensions).map((code) => dimensionOf(code, set, findings, child));
  const codes = (wanted: (result: Result) => boolean) => dimensions.filter(({ result }) => wanted(result)).map(({ dimension }) => dimension);
  const shown = new Set([...codes((result) => result === "positive"), ...any(findings, "present")]);
  const possible = new Set([...codes((result) => result !== "negative"), ...any(findings, "present", "not_known")]);
  return {
    set, subject, child, findings, dimensions,
    category: categoryOf(set, shown, child), mightBe: categoryOf(set, possible, child),
    secondLens: Object.entries(set.combination_rule.second_lens_hard_to_see.dimensions).map(([id, lens]) => through(id, lens, findings)),
  };
}

const any = (findings: readonly Finding[], ...wanted: readonly Presence[]): readonly string[] =>
  findings.some(({ presence }) => wanted.includes(presence)) ? [ANY_PRESENT] : [];

function dimensionOf(code: string, set: IndicatorSet, findings: readonly Finding[], child: boolean): DimensionResult {
  const inside = findings.filter(({ indicator }) => indicator.dim === code);
  const present = tally(inside, "present", child);
  const unknown = tally(inside, "not_known", child);
  const result = resultOf(set, present, unknown);
  const flips = inside.filter(({ presence, indicator }) =>
    result === "undetermined" && presence === "not_known" && isPivotal(set, present, unknown, strengthOf(indicator, child)));
  return {
    dimension: code, result, tally: present, couldFlip: flips.map(({ indicator }) => indicator.code),
    settle: [...new Set(flips.flatMap(({ settle }) => settle))],
  };
}

function resultOf(set: IndicatorSet, present: Tally, unknown: Tally): Result {
  if (isPositive(set, present)) return "positive";
  return isPositive(set, plus(present, unknown)) ? "undetermined" : "negative";
}

const oneOf = (strength: Strength | null): Tally => (strength ? { ...NONE, [strength]: 1 } : NONE);

const tally = (findings: readonly Finding[], presence: Presence, child: boolean): Tally =>
  findings.filter((one) => one.presence === presence).reduce((sum, { indicator }) => plus(sum, oneOf(strengthOf(indicator, child))), NONE);

/** Whether one more of this strength could be the one that makes the dimension positive. */
function isPivotal(set: IndicatorSet, present: Tally, unknown: Tally, strength: Strength | null): boolean {
  const one = oneOf(strength);
  for (let strong = 0; strong <= unknown.strong - one.strong; strong++) {
    for (let medium = 0; medium <= unknown.medium - one.medium; medium++) {
      for (let weak = 0; weak <= unknown.weak - one.weak; weak++) {
        const before = plus(present, { strong, medium, weak });
        if (!isPositive(set, before) && isPositive(set, plus(before, one))) return true;
      }
    }
  }
  return false;
}

/** Held if something involuntary meets a different sign of penalty, and one of the two is strong. */
function through(id: string, lens: Lens, findings: readonly Finding[]): LensResult {
  const present = findings.filter(({ presence }) => presence === "present").map(({ indicator }) => indicator.code);
  const involuntariness = present.filter((code) => Object.hasOwn(lens.involuntariness, code));
  const penalty = present.filter((code) => Object.hasOwn(lens.penalty, code));
  const holds = involuntariness.some((one) => penalty.some((other) =>
    one !== other && (lens.involuntariness[one] === "strong" || lens.penalty[other] === "strong")));
  return { id, lens, holds, involuntariness, penalty };
}

/** Every entry that the score rests on, so that it can be run again. */
export const inputsOf = ({ findings }: Scoring): ReadonlySet<EntryId> =>
  new Set(findings.flatMap(({ direct, support }) => [...direct, ...support].map(({ given }) => given.standing.entry.id)));

/** The forced-labour indicators that are shown, each with the codes that show it. */
export function iloShown({ findings }: Scoring): { readonly [name: string]: readonly string[] } {
  const present = findings.filter(({ presence }) => presence === "present").map(({ indicator }) => indicator);
  const names = [...new Set(present.flatMap(({ ilo11 }) => ilo11))].sort();
  return Object.fromEntries(names.map((name) => [name, present.filter(({ ilo11 }) => ilo11.includes(name)).map(({ code }) => code)]));
}
