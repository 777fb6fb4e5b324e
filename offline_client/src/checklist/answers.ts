/**
 * How a visit's registers answer the questions of a checklist. Rivals count together: what any of them says is said, and
 * the question is marked as disputed.
 */
import { questionOf, said, type Known, type Register, type Said, type Standing } from "../ledger/fold.ts";
import { THE_VISIT, type SubjectId } from "../ledger/ids.ts";
import type { Json } from "../ledger/json.ts";
import { allOf, anyOf, fits, type Condition, type Truth } from "./conditions.ts";
import { bySubjectAndField, inRegisters, onTheWhole, type Dispute, type Given, type Spoken } from "./disputes.ts";
import { hasOptionRegisters, isRepeated, type Checklist, type Question } from "./paper.ts";

export type { Given } from "./disputes.ts";

/** What the register of an option holds when the option is chosen. */
export const CHOSEN = "Y";

export type Answer = {
  /**
   * `withdrawn`: taken back by its worker, and not asked for again. `unseen`: nothing is shown here, and this officer would
   * not be shown an answer if there were one.
   */
  readonly state: "blank" | "answered" | "not_asked" | "withdrawn" | "unseen";
  readonly given: readonly Given[];
  /** The text values given: the options chosen, or what was written. */
  readonly values: ReadonlySet<string>;
  /** Why it was not asked. */
  readonly reasons: readonly Json[];
  readonly disputed: boolean;
  readonly disputes: readonly Dispute[];
  /** One of the rivals says that there is no answer, so what none of them says is not denied. */
  readonly leftOpen: boolean;
};

const BLANK: Answer = { state: "blank", given: [], values: new Set(), reasons: [], disputed: false, disputes: [], leftOpen: false };
const UNSEEN: Answer = { ...BLANK, state: "unseen" };

/** Nested rather than keyed by joined texts: every tap looks up thousands of these. */
type BySubject<T> = Map<SubjectId, Map<string, T>>;

function inside<T>(all: BySubject<T>, subject: SubjectId): Map<string, T> {
  const held = all.get(subject) ?? new Map<string, T>();
  all.set(subject, held);
  return held;
}

export type Answers = {
  readonly checklist: Checklist;
  readonly known: Known;
  readonly workers: readonly SubjectId[];
  /** The answer to a question; for one that is not repeated, the visit's own. */
  of(question: string, subject: SubjectId): Answer;
  /** Everything that nobody has ruled on, also of questions that this checklist does not ask. */
  readonly disputes: readonly Dispute[];
  /** What `shown` found, so that a chain of conditions is walked once. */
  readonly shownBefore: BySubject<Truth>;
};

export const valuesOf = (answer: Answer): ReadonlySet<string> => answer.values;

export const hasAny = (values: ReadonlySet<string>, wanted: readonly string[]): boolean => wanted.some((one) => values.has(one));

/** The values that one of the `whens` means. */
export const meets = (answer: Answer, whens: readonly string[]): readonly Given[] =>
  answer.given.filter(({ value }) => whens.some((when) => fits(value, when)));

export const chose = (answers: Answers, choice: { readonly question: string; readonly values: readonly string[] }, subject: SubjectId) =>
  hasAny(valuesOf(answers.of(choice.question, subject)), choice.values);

/** `unseen` are questions whose answers this officer is not given, other than their own. */
export function readAnswers(checklist: Checklist, known: Known, unseen: ReadonlySet<string>): Answers {
  const said: BySubject<Gathered> = new Map();
  for (const register of known.registers.values()) place(said, register.subject, register.field).registers.push(register);
  for (const item of known.items) place(said, item.entry.subject, item.entry.field).items.push(item);
  const found: BySubject<Answer> = new Map();
  const disputes: Dispute[] = [];
  for (const [subject, questions] of said) {
    for (const [id, { registers, items }] of questions) {
      const question = checklist.questions.get(id);
      const answer = question && answerOf(question, registers, items);
      if (answer) inside(found, subject).set(id, answer);
      disputes.push(...(answer ? answer.disputes : inRegisters(registers)));
    }
  }
  return {
    checklist, known, workers: known.workers.map(({ subject }) => subject), disputes: disputes.sort(bySubjectAndField), shownBefore: new Map(),
    of(question, subject) {
      const answer = found.get(isRepeated(checklist, question) ? subject : THE_VISIT)?.get(question) ?? BLANK;
      return answer.state === "blank" && unseen.has(question) ? UNSEEN : answer;
    },
  };
}

type Gathered = { readonly registers: Register[]; readonly items: Standing[] };

function place(said: BySubject<Gathered>, subject: SubjectId, field: string): Gathered {
  const questions = inside(said, subject);
  const question = questionOf(field);
  const held = questions.get(question) ?? { registers: [], items: [] };
  questions.set(question, held);
  return held;
}

function answerOf(question: Question, registers: readonly Register[], items: readonly Standing[]): Answer {
  const whole = registers
    .filter((register) => register.field === question.id)
    .flatMap((register) => register.current.map((standing): Spoken => ({ standing, said: said(standing.entry) })));
  const own = hasOptionRegisters(question) ? chosenOptions(registers) : whole.flatMap(plainValue);
  const given = [...own, ...items.map((standing): Given => ({ value: standing.entry.value, standing }))];
  const states = whole.map((one) => one.said.state);
  const disputes = [...inRegisters(registers), ...onTheWhole(question, given, whole)];
  return {
    state: stateOf(given.length > 0, states, registers),
    given,
    values: new Set(given.flatMap(({ value }) => (typeof value === "string" ? [value] : []))),
    reasons: whole.flatMap((one) => (one.said.state === "not_asked" ? [one.said.value] : [])),
    disputed: disputes.length > 0,
    disputes,
    leftOpen: states.some((state) => state !== "answered") && disputes.some(({ field }) => field === question.id),
  };
}

const plainValue = ({ standing, said: { state, value } }: Spoken): readonly Given[] =>
  state === "answered" ? [{ value, standing }] : [];

/** The options chosen, in the order of their names. */
function chosenOptions(registers: readonly Register[]): readonly Given[] {
  return [...registers]
    .sort((a, b) => (a.field < b.field ? -1 : 1))
    .flatMap(({ field, current }) => {
      const option = field.slice(questionOf(field).length + 1);
      return current.filter(({ entry }) => option && said(entry).value === CHOSEN).map((standing) => ({ value: option, standing }));
    });
}

function stateOf(given: boolean, states: readonly Said["state"][], registers: readonly Register[]): Answer["state"] {
  if (given || states.includes("erased")) return "answered";
  if (states.includes("not_asked")) return "not_asked";
  return !states.length && registers.some((register) => register.withdrawn.size > 0) ? "withdrawn" : "blank";
}

/** Whether a question is to be asked: yes, no, or open until another is answered. */
export function shown(answers: Answers, question: Question, subject: SubjectId): Truth {
  if (!question.show_if) return "yes";
  const before = inside(answers.shownBefore, subject);
  const known = before.get(question.id);
  if (known) return known;
  const found = holds(answers, question.show_if, subject);
  before.set(question.id, found);
  return found;
}

export function holds(answers: Answers, condition: Condition, subject: SubjectId): Truth {
  if ("q" in condition) return tested(answers, condition.q, condition.in, subject);
  if ("all" in condition) return allOf(condition.all.map((one) => holds(answers, one, subject)));
  return anyOf(condition.any.map((one) => holds(answers, one, subject)));
}

function tested(answers: Answers, question: string, values: readonly string[], subject: SubjectId): Truth {
  if (!isRepeated(answers.checklist, question) || subject !== THE_VISIT) return testedOne(answers, question, values, subject);
  if (!answers.workers.length) return "not_known";
  return anyOf(answers.workers.map((worker) => testedOne(answers, question, values, worker)));
}

function testedOne(answers: Answers, id: string, wanted: readonly string[], subject: SubjectId): Truth {
  const { meaning, questions } = answers.checklist;
  const question = questions.get(id);
  const asked = question ? shown(answers, question, subject) : "no";
  if (asked !== "yes") return asked;
  const { values, leftOpen } = answers.of(id, subject);
  if (hasAny(values, wanted)) return "yes";
  return leftOpen || !values.size || hasAny(values, meaning.not_known) || meaning.gates.includes(id) ? "not_known" : "no";
}
