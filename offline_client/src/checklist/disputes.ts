/**
 * What officers differ about and nobody has ruled on: one definition, which every screen and report asks. Three things are a
 * dispute: rival values in one register; a word on a question as a whole beside an option or item of another hand; an option
 * that excludes the others beside another option of another hand.
 */
import { inOrder, type Register, type Said, type Standing } from "../ledger/fold.ts";
import type { SubjectId } from "../ledger/ids.ts";
import type { Json } from "../ledger/json.ts";
import { sameHand } from "../ledger/rights.ts";
import { hasOptionRegisters, isList, type Question } from "./paper.ts";

export type Given = { readonly value: Json; readonly standing: Standing };
/** What is said of a question itself, not of one of its options. */
export type Spoken = { readonly standing: Standing; readonly said: Said };

/** Entries that cannot all stand. `field` is the register with rival values, or the question as a whole. */
export type Dispute = {
  readonly subject: SubjectId;
  readonly field: string;
  readonly rivals: readonly Standing[];
  /** The options that do not count meanwhile, for a rival that excludes them weighs more. */
  readonly outweighed: readonly string[];
};

/** The registers that hold rival values. */
export const inRegisters = (registers: readonly Register[]): readonly Dispute[] =>
  registers.filter(({ conflict }) => conflict).map(({ subject, field, current }) => ({ subject, field, rivals: current, outweighed: [] }));

/** Whether an option is one that excludes the others of its question. */
export const isExclusive = (question: Question, field: string): boolean =>
  (question.options ?? []).some(({ value, exclusive }) => exclusive === true && `${question.id}:${value}` === field);

/** Whether two chosen options cannot both be true. */
export const exclude = (question: Question, one: string, other: string): boolean =>
  one !== other && (isExclusive(question, one) || isExclusive(question, other));

/** The dispute between what is said of a question's options or items and what excludes them, if any. */
export function onTheWhole(question: Question, given: readonly Given[], whole: readonly Spoken[]): readonly Dispute[] {
  if (!hasOptionRegisters(question) && !isList(question)) return [];
  const spoken = whole.filter(({ said }) => said.state !== "cleared").map(({ standing }) => standing);
  const chosen = given.map(({ standing }) => standing);
  const clash = (one: Standing, other: Standing): boolean => spoken.includes(one) || exclude(question, one.entry.field, other.entry.field);
  const rivals = [...spoken, ...chosen];
  if (!rivals.some((one) => chosen.some((other) => clash(one, other) && !sameHand(one.author, other.author)))) return [];
  const top = rivals.reduce((one, other) => (weighsMore(other, one) ? other : one));
  const outweighed = chosen.filter((one) => clash(top, one)).map(({ entry }) => entry.field);
  return [{ subject: top.entry.subject, field: question.id, rivals, outweighed: [...new Set(outweighed)].sort() }];
}

export const isItem = ({ entry }: Standing): boolean => entry.kind === "item";

/** Whether a ruling can let this rival stand: what was listed is there, whatever is said of the list as a whole. */
export const mayStand = ({ rivals }: Dispute, rival: Standing): boolean => isItem(rival) || !rivals.some(isItem);

/** Whose word is counted while rivals stand: the visit lead's, or else the latest. It settles nothing. */
function weighsMore(one: Standing, other: Standing): boolean {
  if (one.author.visitLead !== other.author.visitLead) return one.author.visitLead;
  return inOrder(one, other) > 0;
}

export const bySubjectAndField = (a: Dispute, b: Dispute): number => compare(a.subject, b.subject) || compare(a.field, b.field);
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
