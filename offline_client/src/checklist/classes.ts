/** Into which class of data an entry falls, which settles its stream for ever. What the table does not know is strictest. */
import { questionOf } from "../ledger/fold.ts";
import { isObject, type Json } from "../ledger/json.ts";
import { sortOf } from "../ledger/kinds.ts";

export type Classes = {
  /** From the most open to the strictest. */
  readonly classes: readonly { readonly code: string; readonly name: string; readonly holds: string }[];
  readonly questions: { readonly [question: string]: string };
  /** Every option of a question of which one lies in another class. */
  readonly options: { readonly [question: string]: { readonly [option: string]: string } };
  readonly kinds: { readonly [kind: string]: { readonly [family: string]: string } };
  /** Where what an act says closes it further: kind, part, what it says. */
  readonly words?: { readonly [kind: string]: { readonly [part: string]: { readonly [said: string]: string } } };
};

const SCHEMA = "fieldops/classes";

export const parseClasses = (json: Json): Classes | null =>
  isObject(json) && json["schema"] === SCHEMA ? (json as unknown as Classes) : null;

const own = <T>(table: { readonly [key: string]: T }, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

/** Of a question as a whole these say nothing that one of its options would. */
const SAYS_NOTHING: readonly string[] = ["not_asked", "clear", "withdrawal"];

export const strictestOf = (classes: Classes, codes: readonly string[]): string => {
  const rank = (code: string): number => classes.classes.findIndex((known) => known.code === code);
  return codes.reduce((one, other) => (rank(other) > rank(one) ? other : one));
};

export type Placed = { readonly kind: string; readonly field: string; readonly subject: string; readonly value?: Json };

/**
 * Of an answer by its question, of all else by its kind and what it is about. A field that names a question never opens the
 * class of another kind, only ever closes it further.
 */
export function classOf(classes: Classes, { kind, field, subject, value = null }: Placed): string {
  const last = classes.classes.at(-1)?.code ?? "";
  const asked = ofField(classes, field, kind);
  const ofKind = (name: string): string => own(own(classes.kinds, name) ?? {}, questionOf(subject)) ?? last;
  if (kind === "item" || sortOf(kind) === "register") {
    // What takes an act or a note back has that kind's name as its field, and belongs beside it.
    return asked ?? (kind === "withdrawal" ? ofKind(field) : last);
  }
  return strictestOf(classes, [ofKind(kind), ...(asked === undefined ? [] : [asked]), ...raised(classes, kind, value)]);
}

/** Where options lie apart they are all listed. What is not, or speaks of all at once, may be the strictest of them. */
function ofField(classes: Classes, field: string, kind: string): string | undefined {
  const question = questionOf(field);
  const whole = own(classes.questions, question);
  const apart = own(classes.options, question);
  if (whole === undefined || !apart || (question === field && SAYS_NOTHING.includes(kind))) return whole;
  return own(apart, field.slice(question.length + 1)) ?? strictestOf(classes, [whole, ...Object.values(apart)]);
}

function raised({ words = {} }: Classes, kind: string, value: Json): readonly string[] {
  const table = own(words, kind);
  if (!table || !isObject(value)) return [];
  return Object.entries(value).flatMap(([part, said]) => own(own(table, part) ?? {}, String(said)) ?? []);
}

/** Every class in which an answer to a question may lie. */
export const classesHolding = (classes: Classes, question: string): readonly string[] =>
  [own(classes.questions, question), ...Object.values(own(classes.options, question) ?? {})].filter((code) => code !== undefined);
