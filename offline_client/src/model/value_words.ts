/** Values as an officer reads them. */
import { labelOf, type Checklist, type Question } from "../checklist/paper.ts";
import { questionOf, said } from "../ledger/fold.ts";
import type { Entry } from "../ledger/entry.ts";
import type { SubjectId } from "../ledger/ids.ts";
import { isObject, type Json } from "../ledger/json.ts";
import type { Sensitivity } from "./types.ts";

export function plainWords(value: Json): string {
  if (value === null) return "";
  if (isObject(value)) return Object.values(value).map(plainWords).filter(Boolean).join(", ");
  return Array.isArray(value) ? value.map(plainWords).join(", ") : String(value);
}

export function valueWords(checklist: Checklist, question: Question, value: Json): string {
  if (typeof value !== "string" && typeof value !== "number") return plainWords(value);
  if (question.options) return labelOf(question, String(value));
  if (question.type === "language") return languageWords(checklist, String(value));
  return question.unit ? `${value} ${question.unit}` : String(value);
}

const languageWords = (checklist: Checklist, code: string): string =>
  checklist.languages.find((language) => language.code === code)?.name ?? code;

export const reasonWords = (checklist: Checklist, code: Json): string =>
  checklist.not_asked.find((reason) => reason.code === code)?.words ?? plainWords(code);

export const ERASED = "Erased by law";

/** What one entry says, for rivals and history: "Yes", "Not asked: there was no time", "Cash: chosen". */
export function entrySays(checklist: Checklist, entry: Entry): string {
  const question = checklist.questions.get(questionOf(entry.field));
  const { state, value } = said(entry);
  if (state === "erased") return ERASED;
  if (entry.kind === "withdrawal") return `Withdrawn: ${isObject(value) ? plainWords(value["reason"] ?? null) : ""}`;
  if (state === "cleared") return "No answer";
  if (state === "not_asked") return `Not asked: ${reasonWords(checklist, value)}`;
  if (!question) return plainWords(value);
  const option = entry.field.slice(question.id.length + 1);
  if (!option) return valueWords(checklist, question, value);
  return `${labelOf(question, option)}: ${value === "Y" ? "chosen" : "not chosen"}`;
}

/** "Fair Work Agency" of "Fair Work Agency (minimum wage, ...)": what stands in brackets is for those who look it up. */
export const agencyWords = (checklist: Checklist, code: string): string => checklist.agencies[code]?.split(" (", 1)[0] ?? code;

const LEVELS: { readonly [level: string]: string } = {
  operational: "",
  personal: "Personal details",
  victim: "About a person who may be a victim",
  victim_contact: "How to reach a person safely",
  immigration: "Immigration: kept apart, for few eyes",
};
const UNMARKED = "operational";

export const sensitivityOf = (level: string): Sensitivity => ({ level, words: LEVELS[level] ?? level, marked: level !== UNMARKED });

export function subjectLabel(labels: ReadonlyMap<SubjectId, string>, subject: SubjectId): string {
  return labels.get(subject) ?? (subject.startsWith("worker:") ? "A worker" : "");
}
