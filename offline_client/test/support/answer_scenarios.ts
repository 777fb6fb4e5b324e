/**
 * Answers scenarios from another language: one JSON line in (the papers), then one line for each scenario; one line out for
 * each, with the fold, the evaluation and the score. The other side computes the same and compares.
 */
import { createInterface } from "node:readline";
import { parseIndicators } from "../../src/checklist/indicators.ts";
import { parseChecklist, rightOf } from "../../src/checklist/paper.ts";
import { parseRates } from "../../src/checklist/rates.ts";
import { score } from "../../src/checklist/scoring.ts";
import { fold } from "../../src/ledger/fold.ts";
import { THE_VISIT } from "../../src/ledger/ids.ts";
import type { Json } from "../../src/ledger/json.ts";
import { evaluated, plainEvaluation, plainScoring, type PlainCase } from "./plain_checklist.ts";
import { plainKnown, standingsOf, type Named, type PlainAuthor } from "./plain_fold.ts";

type Papers = { checklist: Json; rates: Json; indicators: Json; authors: Named<PlainAuthor> };

function answerer({ checklist: c, rates: r, indicators: i, authors }: Papers): (one: PlainCase) => Json {
  const checklist = parseChecklist(c);
  const rates = parseRates(r);
  const indicators = parseIndicators(i);
  if (!checklist || !rates || !indicators) throw new Error("a paper cannot be read");
  return (one) => {
    const evaluation = evaluated(one, checklist, rates, authors);
    const subjects = [THE_VISIT, ...evaluation.answers.workers];
    return {
      fold: plainKnown(fold(standingsOf(one.entries, authors), (field) => rightOf(checklist, field))),
      evaluation: plainEvaluation(evaluation),
      scores: subjects.map((subject) => plainScoring(score(indicators, evaluation, subject, evaluation.paths.get(subject) === "child"))),
    };
  };
}

let answer: ((one: PlainCase) => Json) | null = null;
for await (const line of createInterface({ input: process.stdin })) {
  if (answer) process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as PlainCase))}\n`);
  else answer = answerer(JSON.parse(line) as Papers);
}
