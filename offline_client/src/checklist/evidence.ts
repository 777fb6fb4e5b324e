/**
 * What the answers say of one indicator: present, absent or not known, by which of them, and what would settle it. For a
 * worker only that worker's own direct answers count; what was seen of the premises, or said within hearing of those in
 * charge, stands beside them as context. The premises as such are judged by the visit's own questions.
 */
import { THE_VISIT, type SubjectId } from "../ledger/ids.ts";
import { chose, holds, meets, shown, hasAny, valuesOf, type Answers, type Given } from "./answers.ts";
import type { Condition } from "./conditions.ts";
import { computed, type Evaluation } from "./evaluation.ts";
import type { Indicator } from "./indicators.ts";
import { isRepeated, type Evidence, type Question } from "./paper.ts";

export type Presence = "present" | "absent" | "not_known";

/** An answer that speaks for an indicator; `lowered` says why a direct one counts as support only. */
export type Source = { readonly given: Given; readonly question: string; readonly direct: boolean; readonly lowered: string | null };
/** `settle` are the questions that would show whether it is present. */
export type Finding = {
  readonly indicator: Indicator;
  readonly presence: Presence;
  readonly direct: readonly Source[];
  readonly support: readonly Source[];
  readonly settle: readonly string[];
};

type Rule = readonly [Question, Evidence];

const counts = (source: Source): boolean => source.direct && source.lowered === null;
const unique = (all: readonly string[]): readonly string[] => [...new Set(all)];

/** Absent means that every question that could show it was answered otherwise. */
export function find(indicator: Indicator, evaluation: Evaluation, subject: SubjectId): Finding {
  const { answers } = evaluation;
  const rules = rulesOn(indicator, answers, subject);
  const sources = rules.flatMap((rule) => sourcesOf(rule, evaluation, subject));
  const deciding = decidingOf(rules, answers, subject);
  const settle = unique(deciding.flatMap((question) => openOf(question, answers, subject)));
  const direct = sources.filter(counts);
  const presence = direct.length ? "present" : unlessDenied(deciding, settle, sources);
  return {
    indicator, presence, direct, support: sources.filter((source) => !counts(source)),
    settle: presence === "not_known" ? settle : [],
  };
}

function rulesOn(indicator: Indicator, { checklist }: Answers, subject: SubjectId): readonly Rule[] {
  return [...checklist.questions.values()]
    .filter((question) => subject !== THE_VISIT || !isRepeated(checklist, question.id))
    .flatMap((question) => (question.evidences ?? []).filter(({ code }) => code === indicator.code).map((rule): Rule => [question, rule]));
}

function sourcesOf([question, rule]: Rule, evaluation: Evaluation, subject: SubjectId): readonly Source[] {
  const direct = rule.grade === "direct";
  const lowered = direct ? loweredBy(question, evaluation.answers, subject) : null;
  return meant(question, rule, evaluation, subject).map((given) => ({ given, question: question.id, direct, lowered }));
}

function meant(question: Question, rule: Evidence, evaluation: Evaluation, subject: SubjectId): readonly Given[] {
  const where = isRepeated(evaluation.answers.checklist, question.id) ? subject : THE_VISIT;
  const answer = evaluation.answers.of(question.id, where);
  const byRule = rule.when.some((when) => computed(evaluation, when, question.id, where) === "yes");
  return byRule ? answer.given : meets(answer, rule.when);
}

function loweredBy(question: Question, answers: Answers, subject: SubjectId): string | null {
  if (subject === THE_VISIT) return null;
  if (!isRepeated(answers.checklist, question.id)) return "premises";
  return overheard(question, answers, subject) ? "overheard" : null;
}

function overheard(question: Question, answers: Answers, subject: SubjectId): boolean {
  const { talk } = answers.checklist.meaning;
  return question.to === talk.asked_of && chose(answers, talk.overheard, subject);
}

/** The questions whose direct answers decide: the worker's own, and the visit's where there are none. */
function decidingOf(rules: readonly Rule[], answers: Answers, subject: SubjectId): readonly Question[] {
  const direct = [...new Set(rules.filter(([, rule]) => rule.grade === "direct").map(([question]) => question))];
  const own = direct.filter(({ id }) => isRepeated(answers.checklist, id));
  return own.length && subject !== THE_VISIT ? own : direct;
}

function unlessDenied(deciding: readonly Question[], settle: readonly string[], sources: readonly Source[]): Presence {
  const asked = new Set(deciding.map(({ id }) => id));
  const said = sources.some((source) => source.direct && asked.has(source.question));
  return !deciding.length || settle.length || said ? "not_known" : "absent";
}

/** What has to be answered before this question says yes or no; nothing if it already does. */
function openOf(question: Question, answers: Answers, subject: SubjectId): readonly string[] {
  const asked = shown(answers, question, subject);
  if (asked === "not_known" && question.show_if) {
    return openLeaves(question.show_if, answers, subject).flatMap((leaf) => {
      const under = answers.checklist.questions.get(leaf);
      const deeper = under ? openOf(under, answers, subject) : [];
      return deeper.length ? deeper : [leaf];
    });
  }
  if (asked === "no") return [];
  const answer = answers.of(question.id, subject);
  const unclear = !answer.given.length || answer.leftOpen || hasAny(valuesOf(answer), answers.checklist.meaning.not_known);
  return unclear || overheard(question, answers, subject) ? [question.id] : [];
}

function openLeaves(condition: Condition, answers: Answers, subject: SubjectId): readonly string[] {
  if ("q" in condition) return holds(answers, condition, subject) === "not_known" ? [condition.q] : [];
  return ("all" in condition ? condition.all : condition.any).flatMap((part) => openLeaves(part, answers, subject));
}
