/** Evaluations and scores in the plain form of the vectors. */
import { holds } from "../../src/checklist/answers.ts";
import type { Condition } from "../../src/checklist/conditions.ts";
import { evaluate, type Asked, type AskedSection, type Evaluation } from "../../src/checklist/evaluation.ts";
import { rightOf, type Checklist } from "../../src/checklist/paper.ts";
import type { Finding, Source } from "../../src/checklist/evidence.ts";
import { iloShown, inputsOf, type DimensionResult, type Scoring } from "../../src/checklist/scoring.ts";
import type { Rates } from "../../src/checklist/rates.ts";
import { fold } from "../../src/ledger/fold.ts";
import type { SubjectId } from "../../src/ledger/ids.ts";
import type { Json } from "../../src/ledger/json.ts";
import { standingsOf, type Named, type PlainAuthor, type PlainEntry } from "./plain_fold.ts";

export type PlainCase = {
  readonly entries: readonly PlainEntry[];
  readonly day?: string;
  readonly sections_on?: readonly string[];
  readonly unseen?: readonly string[];
  readonly conditions?: readonly { readonly subject: string; readonly condition: Condition }[];
};

export function evaluated(plain: PlainCase, checklist: Checklist, rates: Rates, authors: Named<PlainAuthor>): Evaluation {
  const known = fold(standingsOf(plain.entries, authors), (field) => rightOf(checklist, field));
  const { day = "2027-02-09", sections_on: on = [], unseen = [] } = plain;
  return evaluate(checklist, known, { rates, day, sectionsOn: new Set(on), unseen: new Set(unseen) });
}

export const heldIn = ({ conditions = [] }: PlainCase, { answers }: Evaluation): Json =>
  conditions.map(({ subject, condition }) => holds(answers, condition, subject as SubjectId));

export function plainEvaluation(evaluation: Evaluation): { readonly [key: string]: Json } {
  const { sections, missing } = evaluation;
  const all = sections.flatMap(({ asked }) => asked);
  const asked: { [subject: string]: string[] } = {};
  for (const one of all) (asked[one.subject] ??= []).push(one.question.id);
  const needing = (need: string) => missing.filter(({ question }) => question.need === need).map(place);
  return {
    asked,
    answers: all.filter(({ answer }) => (answer.state !== "blank" && answer.state !== "unseen") || answer.disputed).map(plainAnswer),
    disputes: evaluation.answers.disputes.map(({ subject, field, rivals, outweighed }) => [
      subject, field, rivals.map(({ entry }) => entry.id), outweighed,
    ]),
    closed: all.filter(({ closed }) => closed.size > 0).map(plainClosed),
    missing: { must: needing("must"), should: needing("should"), could: needing("could") },
    firm: missing.filter(({ firm }) => firm).map(place),
    alerts: evaluation.alerts.map(({ flag, question, subject, urgent }) => ({ flag, question, subject, urgent })),
    pay: [...evaluation.pay].map(([key, { result, below }]) => ({
      question: key.slice(key.indexOf(" ") + 1), subject: key.slice(0, key.indexOf(" ")), result, below,
    })),
    paths: Object.fromEntries(evaluation.paths),
    indicator_view: [...evaluation.indicatorView].sort(),
    sections: sections.map(plainSection),
    signable: evaluation.signable,
    signed: evaluation.signed,
  };
}

const place = ({ subject, question }: { subject: SubjectId; question: { id: string } }): Json => [subject, question.id];

const plainAnswer = ({ subject, question, answer }: Asked): Json => ({
  subject, question: question.id, state: answer.state, disputed: answer.disputed, reasons: answer.reasons,
  given: answer.given.map(({ value, standing }) => [value, standing.entry.id]),
});

const plainClosed = ({ subject, question, closed }: Asked): Json => ({ subject, question: question.id, options: [...closed].sort() });

function plainSection({ section, subject, asked, status }: AskedSection): Json {
  const count = (state: string) => asked.filter(({ answer }) => answer.state === state).length;
  const left = asked.filter(({ question, answer }) => question.need === "must" && answer.state === "blank").length;
  return [section.id, subject, count("answered"), count("not_asked"), count("blank"), count("unseen"), left, status];
}

const sourceOf = ({ given, direct, lowered }: Source): Json => [given.standing.entry.id, direct, lowered];
const byCode = <T>(findings: readonly Finding[], value: (finding: Finding) => T) =>
  Object.fromEntries(findings.map((finding) => [finding.indicator.code, value(finding)]));

export function plainScoring(scoring: Scoring): { readonly [key: string]: Json } {
  const { findings, dimensions } = scoring;
  return {
    present: byCode(findings.filter(({ presence }) => presence === "present"), ({ direct }) => direct.map(({ given }) => given.standing.entry.id)),
    support: byCode(findings.filter(({ support }) => support.length > 0), ({ support }) => support.map(sourceOf)),
    absent: findings.filter(({ presence }) => presence === "absent").map(({ indicator }) => indicator.code),
    settle: byCode(findings.filter(({ settle }) => settle.length > 0), ({ settle }) => settle),
    dimensions: Object.fromEntries(dimensions.map((one) => [one.dimension, plainDimension(one)])),
    category: scoring.category.id,
    might_be: scoring.mightBe.id,
    second_lens: Object.fromEntries(
      scoring.secondLens.map(({ id, holds: held, involuntariness, penalty }) => [id, [held, involuntariness, penalty]]),
    ),
    ilo: iloShown(scoring),
    inputs: [...inputsOf(scoring)].sort(),
  };
}

const plainDimension = ({ result, tally, couldFlip, settle }: DimensionResult): Json => ({
  result, tally: [tally.strong, tally.medium, tally.weak], could_flip: couldFlip, settle,
});
