/** One question as it is drawn. Everything is decided here: rights, words, rivals; the screen only shows it. */
import { adultLacks, isReasoned } from "../checklist/age.ts";
import { shown, valuesOf, type Answer } from "../checklist/answers.ts";
import { mayStand, type Dispute } from "../checklist/disputes.ts";
import { payKey } from "../checklist/evaluation.ts";
import { hasOptionRegisters, isList, type Option, type Question } from "../checklist/paper.ts";
import { bandsOn } from "../checklist/rates.ts";
import { questionOf, registerKey, said, type Flag, type Register, type Standing } from "../ledger/fold.ts";
import type { SubjectId } from "../ledger/ids.ts";
import { isObject, type JsonObject } from "../ledger/json.ts";
import { mayRule, mayWrite, sameHand } from "../ledger/rights.ts";
import { questionKey, type Scene } from "./scene.ts";
import type { AlertView, ConflictView, HistoryLine, ItemView, OptionView, QuestionType, QuestionView, Rival } from "./types.ts";
import { agencyWords, entrySays, ERASED, plainWords, reasonWords, sensitivityOf, subjectLabel, valueWords } from "./value_words.ts";

export const registersOn = (scene: Scene, question: string, subject: SubjectId): readonly Register[] =>
  scene.registers.get(questionKey(subject, question)) ?? [];

export function questionView(scene: Scene, question: Question, subject: SubjectId): QuestionView {
  const { checklist, rights } = scene.papers;
  const answer = scene.evaluation.answers.of(question.id, subject);
  const standing = standingOn(scene, question, subject, answer);
  const right = rights(question.id);
  return {
    ...printed(scene, question), subject,
    shown: shown(scene.evaluation.answers, question, subject) === "yes",
    options: optionViews(scene, question, subject, answer),
    state: stateOf(answer), value: valueOf(question, answer),
    valueWords: answer.given.map(({ value }) => valueWords(checklist, question, value)).join(", "),
    note: standing?.entry.note ?? null, erased: isErased(scene, question, subject),
    notAsked: answer.state === "not_asked"
      ? { reason: plainWords(answer.reasons[0] ?? null), words: reasonWords(checklist, answer.reasons[0] ?? null) } : null,
    items: isList(question) ? itemViews(scene, question, subject) : [],
    by: standing ? scene.said(standing) : null,
    rivals: conflictsOn(scene, question, subject),
    alerts: alertViews(scene, question.id).filter((alert) => alert.subject === subject),
    prompts: promptsOn(scene, question, subject), wantsReason: wantsReason(scene, question, subject),
    mayWrite: mayWrite(scene.me, right), mayRule: mayRule(scene.me, right),
  };
}

/** What the checklist prints, whatever was answered. */
function printed(scene: Scene, question: Question) {
  const { checklist } = scene.papers;
  const { id, section, ask, to, need, owner } = question;
  const level = question.sensitivity ?? checklist.sections.get(section)?.sensitivity ?? "";
  return {
    id, section, ask, to, need, owner, type: question.type as QuestionType, toWords: checklist.to_words[to] ?? to,
    ownerWords: agencyWords(checklist, owner), sensitivity: sensitivityOf(level), ...printedIfAny(question),
  };
}

const orNull = <T>(value: T | undefined): T | null => value ?? null;

const printedIfAny = ({ help, ref, unit, min, max }: Question) => ({
  help: orNull(help), ref: orNull(ref), unit: orNull(unit), min: orNull(min), max: orNull(max),
});

/** Something that would stand here was erased by law. */
const isErased = (scene: Scene, question: Question, subject: SubjectId): boolean =>
  registersOn(scene, question.id, subject).some(({ current }) => current.some(({ entry }) => entry.erased)) ||
  itemsOn(scene, question, subject).some(({ entry }) => entry.erased);

function stateOf(answer: Answer): QuestionView["state"] {
  if (answer.disputed) return "disputed";
  return answer.state === "withdrawn" || answer.state === "unseen" ? "blank" : answer.state;
}

function valueOf(question: Question, answer: Answer): QuestionView["value"] {
  if (hasOptionRegisters(question) || isList(question)) return null;
  return answer.given[0]?.value ?? null;
}

/** The latest entry that speaks for the question, for "who said so, when". */
function standingOn(scene: Scene, question: Question, subject: SubjectId, answer: Answer): Standing | null {
  const bare = scene.evaluation.answers.known.registers.get(registerKey(subject, question.id))?.current ?? [];
  const speaking = [...bare.filter(({ entry }) => said(entry).state !== "cleared"), ...answer.given.map((given) => given.standing)];
  return speaking.reduce<Standing | null>((last, one) => (!last || one.entry.recorded >= last.entry.recorded ? one : last), null);
}

function optionViews(scene: Scene, question: Question, subject: SubjectId, answer: Answer): readonly OptionView[] {
  const values = valuesOf(answer);
  const closed = scene.evaluation.sections
    .find(({ section, subject: of }) => section.id === question.section && of === subject)
    ?.asked.find((asked) => asked.question.id === question.id)?.closed;
  const open = (question.options ?? []).filter(({ value }) => !closed?.has(value) || values.has(value));
  const rivals = new Set(answer.disputes.flatMap((dispute) => dispute.rivals.map(({ entry }) => entry.field)));
  const disputed = (option: Option) => rivals.has(`${question.id}:${option.value}`);
  return open.map((option) => ({
    value: option.value, label: option.label, selected: values.has(option.value), disputed: disputed(option),
    exclusive: option.exclusive ?? false, sensitivity: raised(question, option),
  }));
}

function raised(question: Question, option: Option) {
  const level = question.option_sensitivity?.[option.value];
  return level === undefined ? null : sensitivityOf(level);
}

const valueObject = (standing: Standing): JsonObject => (isObject(standing.entry.value) ? standing.entry.value : {});

const itemsOn = (scene: Scene, question: Question, subject: SubjectId): readonly Standing[] =>
  scene.evaluation.answers.known.items.filter(({ entry }) => entry.subject === subject && questionOf(entry.field) === question.id);

const itemViews = (scene: Scene, question: Question, subject: SubjectId): readonly ItemView[] =>
  itemsOn(scene, question, subject).map((standing) => ({ ...scene.said(standing), value: valueObject(standing), words: itemWords(scene, question, standing) }));

/** "Ledger, from the office, by PC Adams": the fields in the order of the form, agencies by name. */
function itemWords(scene: Scene, question: Question, standing: Standing): string {
  if (standing.entry.erased) return ERASED;
  const { items, agencies } = scene.papers.checklist;
  const value = valueObject(standing);
  const names = items[question.type]?.fields ?? [];
  const words = names.map(({ name, type }) => {
    const text = plainWords(value[name] ?? null);
    return type === "agency" ? (agencies[text] ?? text) : text;
  });
  return words.filter(Boolean).join(", ") || plainWords(value);
}

export function conflictsOn(scene: Scene, question: Question, subject: SubjectId): readonly ConflictView[] {
  const { disputes } = scene.evaluation.answers.of(question.id, subject);
  return disputes.map((dispute) => conflictView(scene, question, dispute));
}

export function conflictView(scene: Scene, question: Question, dispute: Dispute): ConflictView {
  const { field, subject, rivals } = dispute;
  return {
    subject, field, question: question.id, ask: question.ask, subjectLabel: subjectLabel(scene.labels, subject),
    rivals: rivals.map((standing) => ({ ...rival(scene, standing), mayStand: mayStand(dispute, standing) && !standing.entry.erased })), mayRule: mayRule(scene.me, scene.papers.rights(field)),
  };
}

const rival = (scene: Scene, standing: Standing): Omit<Rival, "mayStand"> => ({
  ...scene.said(standing), value: said(standing.entry).value, valueWords: entrySays(scene.papers.checklist, standing.entry),
  note: standing.entry.note,
});

/** All of them, or those of one question. */
export function alertViews(scene: Scene, only?: string): readonly AlertView[] {
  const wanted = scene.evaluation.alerts.filter(({ question }) => only === undefined || question === only);
  return wanted.map(({ flag, question, subject, urgent }) => ({
    flag, question, subject, urgent, words: scene.papers.checklist.flags.get(flag)?.words ?? flag,
    subjectLabel: subjectLabel(scene.labels, subject),
  }));
}

const UNSEEN_WORDS = "Others may have answered this. You are not given their answers here, only your own.";

/** What was computed beside an answer. Never a finding: the officer confirms it in words of their own. */
function promptsOn(scene: Scene, question: Question, subject: SubjectId): readonly string[] {
  const lacks = adultLacksOn(scene, question, subject);
  if (lacks) return [ADULT_LACKS[lacks]];
  const comparison = scene.evaluation.pay.get(payKey(question.id, subject));
  if (scene.evaluation.answers.of(question.id, subject).state === "unseen") return [UNSEEN_WORDS];
  if (!comparison?.below.length) return [];
  const { rates, day } = scene.papers.tables;
  const bands = bandsOn(rates, day, false).filter(({ id }) => comparison.below.includes(id));
  return bands.map(({ words, gbp }) => `Below the legal rate for ${words} (£${gbp} an hour). Check age and hours.`);
}

const ADULT_LACKS = {
  decision: "Treated as a child until the council's decision on age is recorded: under 18, or not sure, was put down before.",
  reason: "Treated as a child until you write down why you believe that this person is 18 or over.",
} as const;

const adultLacksOn = (scene: Scene, question: Question, subject: SubjectId) =>
  question.id === scene.papers.checklist.meaning.age.question ? adultLacks(scene.evaluation.answers, subject) : null;

/** Whether what the officer put down is to be given a reason, written beside it. */
const wantsReason = (scene: Scene, question: Question, subject: SubjectId): boolean =>
  adultLacksOn(scene, question, subject) !== null && !isReasoned(scene.evaluation.answers, subject);

/** What was taken out at a person's wish is read here by nobody but its author, and neither is the reason for it. */
export const keptBack = (scene: Scene, standing: Standing): boolean =>
  (standing.entry.kind === "withdrawal" || scene.evaluation.answers.known.withdrawn.has(standing.entry.id)) && !sameHand(scene.me, standing.author);

/** Everything ever written on a question, newest first. */
export function historyOf(scene: Scene, question: string, subject: SubjectId): readonly HistoryLine[] {
  const lines = registersOn(scene, question, subject).flatMap((register) =>
    register.history.map((standing) => historyLine(scene, register, standing)));
  return lines.sort((a, b) => (a.recorded < b.recorded ? 1 : -1));
}

const UNHEEDED: { readonly [flag in Flag]: string } = {
  no_right: "Meant to replace an answer that its author may not replace: both stand.",
  no_ruling: "Meant to settle a dispute. Only a ruling with its reason does that: all stand.",
  wrong_target: "Meant to replace an entry of another question or person: not followed.",
};

/** What an entry meant and was not given, or why it does not count. */
function unheeded(scene: Scene, standing: Standing, register: Register): string | null {
  const flag = [...standing.flags].sort()[0];
  if (flag) return UNHEEDED[flag];
  const { age } = scene.papers.checklist.meaning;
  const lacks = register.field === age.question && register.current.includes(standing) ? adultLacks(scene.evaluation.answers, register.subject) : null;
  return lacks && ADULT_LACKS[lacks];
}

/** A ruling and a withdrawal carry their reason inside their value. */
function reasonIn(standing: Standing): string | null {
  const { reason } = valueObject(standing);
  return typeof reason === "string" ? reason : null;
}

function historyLine(scene: Scene, register: Register, standing: Standing): HistoryLine {
  const { entry } = standing;
  const replaced = register.replaced.has(entry.id) ? "superseded" : "current";
  const told = keptBack(scene, standing)
    ? { value: null, note: null, valueWords: entry.kind === "withdrawal" ? "Withdrawn" : "[withdrawn: kept for disclosure only]" }
    : { value: said(entry).value, note: entry.note ?? reasonIn(standing), valueWords: entrySays(scene.papers.checklist, entry) };
  return {
    ...scene.said(standing), field: register.field, kind: entry.kind, ...told,
    standing: register.withdrawn.has(entry.id) ? "withdrawn" : replaced, unheeded: unheeded(scene, standing, register),
  };
}
