/** Into which class of data an entry falls, which settles its stream for ever. What the table does not know is strictest. */
import { questionOf } from "../ledger/fold.ts";
import { isObject, type Json } from "../ledger/json.ts";

export type Classes = {
  /** From the most open to the strictest. */
  readonly classes: readonly { readonly code: string; readonly name: string; readonly holds: string }[];
  readonly questions: { readonly [question: string]: string };
  /** Single options that leave their question's class. */
  readonly options: { readonly [field: string]: string };
  readonly kinds: { readonly [kind: string]: { readonly [family: string]: string } };
};

const SCHEMA = "fieldops/classes";

export const parseClasses = (json: Json): Classes | null =>
  isObject(json) && json["schema"] === SCHEMA ? (json as unknown as Classes) : null;

const own = <T>(table: { readonly [key: string]: T }, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

export function classOf(classes: Classes, kind: string, field: string, subject: string): string {
  const strictest = classes.classes.at(-1)?.code ?? "";
  const known = own(classes.questions, questionOf(field));
  if (known !== undefined) return own(classes.options, field) ?? known;
  // What takes an act or a note back has that kind's name as its field, and belongs beside it.
  const ofKind = (name: string): string | undefined => own(own(classes.kinds, name) ?? {}, questionOf(subject));
  return ofKind(kind) ?? ofKind(field) ?? strictest;
}
