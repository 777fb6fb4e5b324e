/** The indicators of one person as they are drawn: closed until the officer's own judgement is written down. */
import type { Finding, Source } from "../checklist/evidence.ts";
import { strengthOf } from "../checklist/indicators.ts";
import { score, type DimensionResult, type Scoring } from "../checklist/scoring.ts";
import { isRepeated } from "../checklist/paper.ts";
import { THE_VISIT, type SubjectId } from "../ledger/ids.ts";
import type { Scene } from "./scene.ts";
import type { Because, Closed, DimensionView, IndicatorLine, IndicatorView } from "./types.ts";
import { subjectLabel, valueWords } from "./value_words.ts";

export function indicatorView(scene: Scene, subject: SubjectId): IndicatorView | Closed {
  const { checklist, indicators } = scene.papers;
  if (!scene.evaluation.indicatorView.has(subject)) {
    const questions = checklist.meaning.indicator_view;
    return { open: false, why: "Write down your own judgement and your reasons first.", questions };
  }
  const child = scene.evaluation.paths.get(subject) === "child";
  const scoring = score(indicators, scene.evaluation, subject, child);
  const { id, words } = scoring.category;
  return {
    open: true, subject, label: subjectLabel(scene.labels, subject), child, set: `${indicators.id}@${indicators.version}`,
    category: { id, words }, dimensions: scoring.dimensions.map((one) => dimensionView(scene, scoring, one)),
    secondLens: lensWords(scoring), guardrails: indicators.guardrails,
  };
}

function dimensionView(scene: Scene, scoring: Scoring, { dimension, result, settle }: DimensionResult): DimensionView {
  const inside = scoring.findings.filter(({ indicator }) => indicator.dim === dimension);
  const line = (finding: Finding) => indicatorLine(scene, scoring, finding);
  const about = scoring.set.dimensions[dimension];
  return {
    code: dimension, name: about?.name ?? dimension, phase: about?.phase ?? "", result,
    present: inside.filter(({ presence }) => presence === "present").map(line),
    prompted: inside.filter(({ presence, support }) => presence !== "present" && support.length > 0).map(line),
    notKnown: inside.filter(({ presence }) => presence === "not_known").length,
    settle: settle.map((question) => ({ question, ask: scene.papers.checklist.questions.get(question)?.ask ?? question })),
  };
}

function indicatorLine(scene: Scene, scoring: Scoring, { indicator, direct, support }: Finding): IndicatorLine {
  return {
    code: indicator.code, label: indicator.label, strength: strengthOf(indicator, scoring.child) ?? "weak",
    because: [
      ...direct.map((source) => because(scene, scoring.subject, source, "direct")),
      ...support.map((source) => because(scene, scoring.subject, source, "support")),
    ],
  };
}

const LOWERED: { readonly [why: string]: string } = {
  overheard: " (said within hearing of those in charge)",
  premises: " (seen of the premises)",
};

function because(scene: Scene, subject: SubjectId, source: Source, grade: Because["grade"]): Because {
  const { checklist } = scene.papers;
  const question = checklist.questions.get(source.question);
  const words = question ? valueWords(checklist, question, source.given.value) : "";
  return {
    question: source.question, subject: isRepeated(checklist, source.question) ? subject : THE_VISIT, grade,
    words: `${words}${source.lowered ? (LOWERED[source.lowered] ?? "") : ""}`, entry: source.given.standing.entry.id,
  };
}

/** The survey lens as one sentence: a comparison, which blocks nothing. */
function lensWords({ secondLens }: Scoring): string {
  const held = secondLens.filter(({ holds }) => holds).map(({ lens }) => lens.words);
  return held.length ? `The survey lens would also see: ${held.join("; ")}.` : "The survey lens sees no pattern from these answers.";
}
