/** Typed text read into a value, or the sentence that says what is wrong with it. Money stays text: no binary fraction is a penny. */
import type { FormField, QuestionView, Value } from "../model/types.ts";

type Limits = Pick<QuestionView, "min" | "max">;
export type FormValue = { readonly [key: string]: Value };
export type Read = { readonly value: Value } | { readonly wrong: string };

const range = ({ min, max }: Limits): string => (max === null ? `${min ?? 0} or more` : `from ${min ?? 0} to ${max}`);

export const within = (number: number, question: Limits): boolean =>
  number >= (question.min ?? -Infinity) && number <= (question.max ?? Infinity);

export function readNumber(text: string, question: Limits): Read {
  const whole = /^\d{1,9}$/.test(text.trim());
  return whole && within(Number(text), question) ? { value: Number(text) } : { wrong: `Give a whole number, ${range(question)}.` };
}

/** "12.5", "£12.50" and "1,200" as pounds with two decimals; null when it is none. */
export function pounds(text: string): string | null {
  const plain = text
    .trim()
    .replace(/^£\s*/, "")
    .replace(/,(?=\d{3}(?:\D|$))/g, "");
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(plain);
  return found === null ? null : `${Number(found[1])}.${(found[2] ?? "").padEnd(2, "0")}`;
}

export function readMoney(text: string, question: Limits): Read {
  const value = pounds(text);
  return value !== null && within(Number(value), question) ? { value } : { wrong: `Give an amount like 12.71, ${range(question)}.` };
}

const READERS: Record<FormField["type"], (text: string) => Value | undefined> = {
  text: (text) => text,
  choice: (text) => text,
  agency: (text) => text,
  entry: (text) => text,
  count: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined),
  money: (text) => pounds(text) ?? undefined,
};

/** One field: its value, nothing when it is left blank, or a sentence. */
function readField(field: FormField, typed: string): { readonly value: Value | undefined } | { readonly wrong: string } {
  const text = typed.trim();
  if (text === "") return field.required ? { wrong: `Still needed: ${field.label}.` } : { value: undefined };
  const value = READERS[field.type](text);
  return value === undefined ? { wrong: `${field.label}: give a number, like ${field.type === "money" ? "1200.50" : "12"}.` } : { value };
}

/** The form's value, or the sentence that says what is still wrong. */
export function readForm(fields: readonly FormField[], typed: Readonly<Record<string, string>>): FormValue | string {
  const value: Record<string, Value> = {};
  for (const field of fields) {
    const read = readField(field, typed[field.name] ?? "");
    if ("wrong" in read) return read.wrong;
    if (read.value !== undefined) value[field.name] = read.value;
  }
  return Object.keys(value).length === 0 ? "Nothing is filled in yet." : value;
}
