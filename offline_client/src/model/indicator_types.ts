/** Indicators as the screens see them: after the officer's own judgement, never before, and always with their working. */
import type { EntryId, SubjectId } from "../ledger/ids.ts";

/** Questions that must be answered first, so that the officer's judgement is their own. */
export type Closed = { readonly open: false; readonly why: string; readonly questions: readonly string[] };

export type IndicatorView = {
  readonly open: true;
  readonly subject: SubjectId;
  readonly label: string;
  readonly child: boolean;
  readonly set: string;
  readonly category: { readonly id: string; readonly words: string } | null;
  readonly dimensions: readonly DimensionView[];
  /** A comparison only: the ILO survey lens. */
  readonly secondLens: string | null;
  /** To be shown with every score: it never hides, delays or vetoes a referral. */
  readonly guardrails: readonly string[];
};

export type DimensionView = {
  readonly code: string;
  readonly name: string;
  readonly phase: string;
  readonly result: "positive" | "negative" | "undetermined";
  readonly present: readonly IndicatorLine[];
  /** Support only: prompts to ask more. */
  readonly prompted: readonly IndicatorLine[];
  readonly notKnown: number;
  /** Questions that would settle an undetermined dimension. */
  readonly settle: readonly { readonly question: string; readonly ask: string }[];
};

export type IndicatorLine = {
  readonly code: string;
  readonly label: string;
  readonly strength: "strong" | "medium" | "weak";
  /** The answers that led to it. */
  readonly because: readonly Because[];
};

export type Because = {
  readonly question: string;
  readonly subject: SubjectId;
  readonly words: string;
  readonly entry: EntryId;
  readonly grade: "direct" | "support";
};
