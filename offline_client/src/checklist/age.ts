/**
 * Whether a person is treated as a child. Until age is settled, somebody who might be under 18 is; once put down as such,
 * only a council's recorded decision lifts it. What its own author withdrew, as a slip of the finger, does not count; what
 * a colleague withdrew does.
 */
import { registerKey, said } from "../ledger/fold.ts";
import type { SubjectId } from "../ledger/ids.ts";
import { isObject } from "../ledger/json.ts";
import { mayDecide, sameHand } from "../ledger/rights.ts";
import { hasAny, valuesOf, type Answers } from "./answers.ts";

export type Path = "adult" | "child" | "unknown";

export function pathOf(answers: Answers, worker: SubjectId): Path {
  const { age } = answers.checklist.meaning;
  const decided = decision(answers, worker);
  if (decided) return decided;
  const now = valuesOf(answers.of(age.question, worker));
  const ever = everSaid(answers, worker);
  if (hasAny(ever, [...age.child, ...age.unsure]) || hasAny(now, age.undisclosed)) return "child";
  if (!hasAny(now, age.adult)) return "unknown";
  return hasAny(ever, age.undisclosed) && !isReasoned(answers, worker) ? "child" : "adult";
}

/**
 * Why an officer's "adult" does not count: for want of a decision by those who may make it, or of a reason. Null: it counts,
 * or nobody put it down, or a ruling is due first.
 */
export function adultLacks(answers: Answers, worker: SubjectId): "decision" | "reason" | null {
  const { age } = answers.checklist.meaning;
  const { values, disputed } = answers.of(age.question, worker);
  if (disputed || !hasAny(values, age.adult) || pathOf(answers, worker) === "adult") return null;
  return hasAny(everSaid(answers, worker), [...age.child, ...age.unsure]) ? "decision" : "reason";
}

/** Every age answer ever given, corrected since or not, unless its own author took it back. */
function everSaid(answers: Answers, worker: SubjectId): ReadonlySet<string> {
  const history = answers.known.registers.get(registerKey(worker, answers.checklist.meaning.age.question))?.history ?? [];
  const taken = history.filter(({ entry }) => entry.kind === "withdrawal");
  const kept = history.filter((one) => !taken.some(({ entry, author }) => entry.supersedes.includes(one.entry.id) && sameHand(author, one.author)));
  return new Set(kept.map(({ entry }) => said(entry).value).filter((value) => typeof value === "string"));
}

/** Whether an officer who puts down an adult wrote down why: by a ruling, or in a note beside it. */
export function isReasoned(answers: Answers, worker: SubjectId): boolean {
  const { question, adult } = answers.checklist.meaning.age;
  const adults = answers.of(question, worker).given.filter(({ value }) => typeof value === "string" && adult.includes(value));
  return adults.some(({ standing: { entry } }) => entry.kind === "ruling" || entry.note !== null);
}

/** The decision of those who may make it; where two differ, the careful one. Anybody may be careful. */
function decision(answers: Answers, worker: SubjectId): Path | null {
  const { kind, adult, deciders } = answers.checklist.meaning.age.decision;
  const made = answers.known.acts
    .filter(({ entry }) => entry.kind === kind && entry.subject === worker && isObject(entry.value))
    .map(({ entry, author }) => {
      const word = isObject(entry.value) ? entry.value["decision"] : null;
      return { byRight: mayDecide(author, deciders), isAdult: typeof word === "string" && adult.includes(word) };
    });
  const counted = made.filter(({ byRight }) => byRight);
  if (counted.length) return counted.every(({ isAdult }) => isAdult) ? "adult" : "child";
  return made.some(({ isAdult }) => !isAdult) ? "child" : null;
}
