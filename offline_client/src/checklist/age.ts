/**
 * Whether a person is treated as a child. Until age is settled, somebody who might be under 18 is; once put down as such,
 * only a council's recorded decision lifts it. An entry that was withdrawn, as a slip of the finger, does not count.
 */
import { registerKey, said } from "../ledger/fold.ts";
import type { SubjectId } from "../ledger/ids.ts";
import { isObject } from "../ledger/json.ts";
import { hasAny, valuesOf, type Answers } from "./answers.ts";

export type Path = "adult" | "child" | "unknown";

export function pathOf(answers: Answers, worker: SubjectId): Path {
  const { age } = answers.checklist.meaning;
  const decided = decision(answers, worker);
  if (decided) return decided;
  const now = valuesOf(answers.of(age.question, worker));
  if (hasAny(everSaid(answers, worker), [...age.child, ...age.unsure]) || hasAny(now, age.undisclosed)) return "child";
  return hasAny(now, age.adult) ? "adult" : "unknown";
}

function everSaid(answers: Answers, worker: SubjectId): ReadonlySet<string> {
  const register = answers.known.registers.get(registerKey(worker, answers.checklist.meaning.age.question));
  const kept = (register?.history ?? []).filter(({ entry }) => !register?.withdrawn.has(entry.id));
  return new Set(kept.map(({ entry }) => said(entry).value).filter((value) => typeof value === "string"));
}

/** The council's decision; where two differ, the careful one. */
function decision(answers: Answers, worker: SubjectId): Path | null {
  const { kind, adult } = answers.checklist.meaning.age.decision;
  const decisions = answers.known.acts
    .filter(({ entry }) => entry.kind === kind && entry.subject === worker && isObject(entry.value))
    .map(({ entry }) => (isObject(entry.value) ? entry.value["decision"] : null));
  if (!decisions.length) return null;
  return decisions.every((one) => typeof one === "string" && adult.includes(one)) ? "adult" : "child";
}
