/**
 * A published checklist. It was checked when it was published and is named by its hash, so its shape is believed here;
 * only the schema is asked for. Code knows the roles in `meaning`, never a question's id.
 */
import { questionOf } from "../ledger/fold.ts";
import { isObject, type Json } from "../ledger/json.ts";
import type { WriteRight } from "../ledger/rights.ts";
import type { Condition } from "./conditions.ts";

export type Option = { readonly value: string; readonly label: string; readonly exclusive?: boolean };
export type Evidence = { readonly code: string; readonly when: readonly string[]; readonly grade: "direct" | "support" };
export type Words = { readonly [code: string]: string };

export type Question = {
  readonly id: string;
  readonly section: string;
  readonly ask: string;
  readonly type: string;
  readonly to: string;
  readonly owner: string;
  readonly need: "must" | "should" | "could";
  readonly sensitivity?: string;
  readonly options?: readonly Option[];
  readonly option_sensitivity?: Words;
  readonly show_if?: Condition;
  readonly evidences?: readonly Evidence[];
  readonly raises?: { readonly flag: string; readonly when: readonly string[] };
  readonly help?: string;
  readonly ref?: string;
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
};

export type Section = {
  readonly id: string;
  readonly title: string;
  readonly who: readonly string[];
  readonly sensitivity: string;
  readonly repeat?: { readonly per: string; readonly label: string };
  readonly say?: string;
  readonly note?: string;
};

type On = { readonly question: string };
type Values = On & { readonly values: readonly string[] };

/** Which question plays which role; only those that the tablet needs. */
export type Meaning = {
  readonly not_known: readonly string[];
  readonly gates: readonly string[];
  readonly switched_sections: readonly string[];
  readonly arrival: On & { readonly entered: readonly string[] };
  readonly child_seen: Values;
  readonly talk: { readonly overheard: Values; readonly asked_of: string };
  readonly age: On & {
    readonly child: readonly string[];
    readonly unsure: readonly string[];
    readonly undisclosed: readonly string[];
    readonly adult: readonly string[];
    readonly decision: { readonly kind: string; readonly adult: readonly string[]; readonly deciders: readonly string[] };
  };
  readonly indicator_view: readonly string[];
  readonly choice: On & { readonly child: readonly string[] };
  readonly rate: { readonly paper: string; readonly stated: string; readonly confirmed: string };
  readonly signoff: string;
};

export type Field = {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly required: boolean;
  readonly options?: readonly Option[];
  readonly options_from?: "routes";
  readonly of?: string;
};
export type Form = { readonly title: string; readonly fields: readonly Field[] };
/** `capabilities`: who may write it, where that is not everybody. */
export type Act = Form & { readonly kind: string; readonly on_worker: boolean; readonly capabilities?: readonly string[] };
export type Flag = { readonly code: string; readonly words: string; readonly urgent: boolean };

type Published = {
  readonly id: string;
  readonly version: string;
  readonly indicator_set: string;
  readonly sections: readonly Section[];
  readonly questions: readonly Question[];
  readonly languages: readonly { readonly code: string; readonly name: string }[];
  readonly agencies: Words;
  readonly roles_view?: { readonly [agency: string]: readonly string[] };
  readonly to_words: Words;
  readonly not_asked: readonly { readonly code: string; readonly words: string }[];
  readonly flags: readonly Flag[];
  readonly anybody: string;
  readonly visit_lead: string;
  readonly meaning: Meaning;
  readonly routes: readonly { readonly code: string; readonly words: string }[];
  readonly acts: readonly Act[];
  readonly items: { readonly [type: string]: Form };
};

export type Checklist = Omit<Published, "sections" | "questions" | "flags"> & {
  readonly sections: ReadonlyMap<string, Section>;
  readonly questions: ReadonlyMap<string, Question>;
  readonly flags: ReadonlyMap<string, Flag>;
  /** Worked out once, because every tap asks for them many times. */
  readonly repeated: ReadonlySet<string>;
  readonly bySection: ReadonlyMap<string, readonly Question[]>;
};

const SCHEMA = "fieldops/checklist";

export function parseChecklist(json: Json): Checklist | null {
  if (!isObject(json) || json["schema"] !== SCHEMA) return null;
  const paper = json as unknown as Published;
  const languages = paper.languages.map(({ code, name }): Option => ({ value: code, label: name }));
  const questions = paper.questions.map((q): Question => (q.type === "multi_language" ? { ...q, options: languages } : q));
  const sections = new Map(paper.sections.map((section) => [section.id, section]));
  const repeated = questions.filter(({ section }) => sections.get(section)?.repeat !== undefined).map(({ id }) => id);
  return {
    ...paper, sections, repeated: new Set(repeated),
    questions: new Map(questions.map((question) => [question.id, question])),
    bySection: new Map(paper.sections.map(({ id }) => [id, questions.filter(({ section }) => section === id)])),
    flags: new Map(paper.flags.map((flag) => [flag.code, flag])),
  };
}

const OPTION_TYPES = new Set(["multi", "multi_language"]);
const LIST_TYPES = new Set(["exhibit_list", "media_list", "referral_list"]);

/** Each option is a register of its own. */
export const hasOptionRegisters = (question: Question): boolean => OPTION_TYPES.has(question.type);
/** Answered by adding items. */
export const isList = (question: Question): boolean => LIST_TYPES.has(question.type);

/** Who may write a field: the section's agencies and the question's owner. */
export function rightOf(checklist: Checklist, field: string): WriteRight {
  const question = checklist.questions.get(questionOf(field));
  const who = question ? [...(checklist.sections.get(question.section)?.who ?? []), question.owner] : [];
  return { agencies: new Set(who), anybody: who.includes(checklist.anybody) };
}

export const isRepeated = (checklist: Checklist, question: string): boolean => checklist.repeated.has(question);

export const askedIn = (checklist: Checklist, section: string): readonly Question[] => checklist.bySection.get(section) ?? [];

export const labelOf = (question: Question, value: string): string =>
  question.options?.find((option) => option.value === value)?.label ?? value;
