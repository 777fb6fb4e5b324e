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
  const register = answers.known.registers.get(registerKey(worker, age.question));
  if (!register) return "unknown";
  const ever = new Set<string>();
  for (const { entry } of register.history) {
    const { value } = said(entry);
    if (!register.withdrawn.has(entry.id) && typeof value === "string") ever.add(value);
  }
  const now = valuesOf(answers.of(age.question, worker));
  if (hasAny(ever, [...age.child, ...age.unsure]) || hasAny(now, age.undisclosed)) return "child";
  return hasAny(now, age.adult) ? "adult" : "unknown";
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
