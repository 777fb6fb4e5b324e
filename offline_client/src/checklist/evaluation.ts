/**
 * What a visit's answers amount to: what is asked now, what is still missing, which flags are up. A pure function of
 * checklist, fold and tables, the same as the server's, held by shared vectors.
 */
import { THE_VISIT, type SubjectId } from "../ledger/ids.ts";
import type { Known } from "../ledger/fold.ts";
import { pathOf, type Path } from "./age.ts";
import { chose, meets, readAnswers, shown, valuesOf, type Answer, type Answers } from "./answers.ts";
import { BELOW_RATE, type Truth } from "./conditions.ts";
import { askedIn, isRepeated, type Checklist, type Question, type Section } from "./paper.ts";
import { bandsOn, compare, hourly, stated, type Comparison, type Rates } from "./rates.ts";

/**
 * The rates, the day of the visit ("2026-11-22"), the sections that the agreement switches on, and the questions whose
 * answers this officer is not given: these are not called missing.
 */
export type Tables = {
  readonly rates: Rates;
  readonly day: string;
  readonly sectionsOn: ReadonlySet<string>;
  readonly unseen: ReadonlySet<string>;
};

/** A question that is asked now. `closed` options may not be chosen for this person. */
export type Asked = { readonly question: Question; readonly subject: SubjectId; readonly answer: Answer; readonly closed: ReadonlySet<string> };
/** A question without an answer. A firm one is not settled by "not asked" either. */
export type Missing = { readonly question: Question; readonly subject: SubjectId; readonly firm: boolean };
export type Alert = { readonly flag: string; readonly question: string; readonly subject: SubjectId; readonly urgent: boolean };
export type SectionStatus = "not_started" | "in_progress" | "complete" | "unseen";
export type AskedSection = {
  readonly section: Section;
  readonly subject: SubjectId;
  readonly asked: readonly Asked[];
  readonly status: SectionStatus;
};

export type Evaluation = {
  readonly answers: Answers;
  readonly sections: readonly AskedSection[];
  readonly missing: readonly Missing[];
  readonly alerts: readonly Alert[];
  /** Where pay was stated, against the rates; by subject and question. */
  readonly pay: ReadonlyMap<string, Comparison>;
  readonly paths: ReadonlyMap<SubjectId, Path>;
  /** Workers on whom the officer's own judgement is complete. */
  readonly indicatorView: ReadonlySet<SubjectId>;
  readonly signable: boolean;
  readonly signed: boolean;
};

export const payKey = (question: string, subject: SubjectId): string => `${subject} ${question}`;

export function evaluate(checklist: Checklist, known: Known, tables: Tables): Evaluation {
  const answers = readAnswers(checklist, known, tables.unseen);
  const paths = new Map(answers.workers.map((worker) => [worker, pathOf(answers, worker)]));
  const firm = ageDemanded(answers);
  const sections = [...checklist.sections.values()]
    .filter((section) => isOn(checklist, section, tables))
    .flatMap((section) => subjectsOf(answers, section.repeat !== undefined).map((subject) => askSection(answers, section, subject, paths)))
    .filter(({ asked }) => asked.length > 0);
  const missing = sections.flatMap(({ asked }) => asked.flatMap((one) => missingIn(checklist, one, firm)));
  const { signoff, indicator_view: view } = checklist.meaning;
  return {
    answers, sections, missing, paths,
    alerts: alertsOf(answers),
    pay: comparePay(answers, tables, paths),
    indicatorView: new Set(answers.workers.filter((worker) => view.every((q) => answers.of(q, worker).state === "answered"))),
    signable: !missing.some(({ question }) => question.need === "must" && question.id !== signoff),
    signed: answers.of(signoff, THE_VISIT).state === "answered",
  };
}

const subjectsOf = (answers: Answers, repeated: boolean): readonly SubjectId[] => (repeated ? answers.workers : [THE_VISIT]);

const isOn = (checklist: Checklist, section: Section, tables: Tables): boolean =>
  !checklist.meaning.switched_sections.includes(section.id) || tables.sectionsOn.has(section.id);

function askSection(answers: Answers, section: Section, subject: SubjectId, paths: ReadonlyMap<SubjectId, Path>): AskedSection {
  const { checklist } = answers;
  const asked = askedIn(checklist, section.id)
    .filter((question) => shown(answers, question, subject) === "yes")
    .map((question): Asked => ({
      question, subject, answer: answers.of(question.id, subject), closed: closedOptions(checklist, question, paths.get(subject)),
    }));
  return { section, subject, asked, status: statusOf(asked) };
}

function statusOf(asked: readonly Asked[]): SectionStatus {
  const blank = asked.filter(({ answer }) => answer.state === "blank");
  const unseen = asked.filter(({ answer }) => answer.state === "unseen").length;
  if (unseen === asked.length) return "unseen";
  if (blank.length + unseen === asked.length) return "not_started";
  return blank.some(({ question }) => question.need === "must") ? "in_progress" : "complete";
}

/** A child is referred without consent, so the choices of an adult are closed, and the other way round. */
function closedOptions({ meaning: { choice } }: Checklist, question: Question, path: Path = "unknown"): ReadonlySet<string> {
  if (question.id !== choice.question || path === "unknown") return new Set();
  if (path === "adult") return new Set(choice.child);
  return new Set((question.options ?? []).map(({ value }) => value).filter((value) => !choice.child.includes(value)));
}

/** Workers whose age has to be answered, because somebody saw that a child may be here. */
function ageDemanded(answers: Answers): ReadonlySet<SubjectId> {
  const { child_seen: seen, age } = answers.checklist.meaning;
  if (!chose(answers, seen, THE_VISIT)) return new Set();
  return new Set(answers.workers.filter((worker) => !isSettled(answers.of(age.question, worker).state)));
}

const isSettled = (state: Answer["state"]): boolean => state === "answered" || state === "unseen";

function missingIn(checklist: Checklist, { question, subject, answer }: Asked, demanded: ReadonlySet<SubjectId>): readonly Missing[] {
  const firm = question.id === checklist.meaning.age.question && demanded.has(subject);
  return answer.state === "blank" || firm ? [{ question, subject, firm }] : [];
}

/** Flags by the answers that stand, also of questions that another answer has hidden since. */
function alertsOf(answers: Answers): readonly Alert[] {
  const { checklist } = answers;
  return [...checklist.questions.values()].flatMap(({ id, raises }) => {
    if (!raises) return [];
    const urgent = checklist.flags.get(raises.flag)?.urgent ?? false;
    return subjectsOf(answers, isRepeated(checklist, id))
      .filter((subject) => meets(answers.of(id, subject), raises.when).length > 0)
      .map((subject): Alert => ({ flag: raises.flag, question: id, subject, urgent }));
  });
}

/** Stated pay against the rates in force on the day: prompts for an officer, never findings. */
function comparePay(answers: Answers, tables: Tables, paths: ReadonlyMap<SubjectId, Path>): ReadonlyMap<string, Comparison> {
  const { rate } = answers.checklist.meaning;
  const found = new Map<string, Comparison>();
  for (const [question, subjects, read] of [
    [rate.paper, [THE_VISIT], hourly], [rate.stated, answers.workers, stated],
  ] as const) {
    for (const subject of subjects) {
      const [value, ...others] = valuesOf(answers.of(question, subject));
      if (value === undefined) continue;
      const bands = bandsOn(tables.rates, tables.day, paths.get(subject) === "adult");
      found.set(payKey(question, subject), compare(others.length ? null : read(value), bands));
    }
  }
  return found;
}

/** The truth of a computed rule for an answer; open for any rule that is not computed. */
export function computed(evaluation: Evaluation, when: string, question: string, subject: SubjectId): Truth {
  return when === BELOW_RATE ? (evaluation.pay.get(payKey(question, subject))?.result ?? "not_known") : "not_known";
}
