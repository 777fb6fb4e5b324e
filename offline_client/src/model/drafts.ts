/**
 * What a tap means as entries. An entry replaces what its author had on the screen and may replace: own words always,
 * another's by write right, and rivals only by a ruling with its reason.
 */
import { CHOSEN } from "../checklist/answers.ts";
import { classOf } from "../checklist/classes.ts";
import { isRepeated, type Option, type Question } from "../checklist/paper.ts";
import type { Draft } from "../ledger/entry.ts";
import { agree, questionOf, registerKey, said, type Register, type Said, type Standing } from "../ledger/fold.ts";
import { streamId, streamOfLog, THE_VISIT, type EntryId, type StreamId, type SubjectId } from "../ledger/ids.ts";
import type { Json } from "../ledger/json.ts";
import { ACTS_SCHEMA } from "../ledger/kinds.ts";
import { mayWrite, sameHand } from "../ledger/rights.ts";
import type { Filed } from "../sync/record.ts";
import { wireTime } from "./clock.ts";
import { registersOn } from "./question_view.ts";
import type { Scene } from "./scene.ts";

export type What = {
  readonly kind: string;
  readonly subject: SubjectId;
  readonly field: string;
  readonly value: Json;
  readonly supersedes: readonly EntryId[];
  readonly note?: string | undefined;
  /** The stream to lie in, where that is not settled by the class of kind and field. */
  readonly beside?: StreamId;
};

/** The entry with its stream: the class of its field or kind settles who may ever read it. */
export function file(scene: Scene, what: What, nowMs: number): Filed {
  const { checklist, classes, visit } = scene.papers;
  const at = wireTime(nowMs);
  const draft: Draft = {
    kind: what.kind, subject: what.subject, field: what.field, value: what.value, supersedes: what.supersedes,
    schema: checklist.questions.has(questionOf(what.field)) ? visit.checklist : ACTS_SCHEMA,
    happened: at, recorded: at, ...(what.note ? { note: what.note } : {}),
  };
  return { stream: what.beside ?? streamId(visit.visit, classOf(classes, what)), draft };
}

const SAYS_NOTHING: Said = { state: "cleared", value: null };

/** What a new word on a register replaces: own words always; another's by right, unless rivals stand or it says the same. */
function replaced(scene: Scene, register: Register | undefined, says: Said): readonly Standing[] {
  if (!register) return [];
  const right = mayWrite(scene.me, scene.papers.rights(register.field));
  const mine = (one: Standing) => sameHand(scene.me, one.author);
  const others = right && !scene.evaluation.answers.of(questionOf(register.field), register.subject).disputed;
  return register.current.filter((one) => mine(one) || (others && !agree(said(one.entry), says)));
}

export const idsOf = (standings: readonly Standing[]): readonly EntryId[] => standings.map(({ entry }) => entry.id);

export const registerOf = (scene: Scene, subject: SubjectId, field: string): Register | undefined =>
  scene.evaluation.answers.known.registers.get(registerKey(subject, field));

/** Questions that are not asked of each worker are about the visit, whatever card was open. */
export const subjectOf = (scene: Scene, question: string, subject: SubjectId): SubjectId =>
  isRepeated(scene.papers.checklist, question) ? subject : THE_VISIT;

/** Null when the officer's own standing word is just this already: a second tap writes nothing. */
export function answer(scene: Scene, subject: SubjectId, field: string, value: Json, note?: string): What | null {
  const says: Said = { state: "answered", value };
  const register = registerOf(scene, subject, field);
  const again = register?.current.some((one) => sameHand(scene.me, one.author) && agree(said(one.entry), says));
  if (again && !note) return null;
  const bare = field === questionOf(field) ? undefined : registerOf(scene, subject, questionOf(field));
  return { kind: "answer", subject, field, value, note, supersedes: idsOf([...replaced(scene, register, says), ...replaced(scene, bare, says)]) };
}

/** One option on or off; one that excludes the others puts them off, and the others put it off. */
export function choose(scene: Scene, subject: SubjectId, question: Question, option: Option, on: boolean): readonly What[] {
  const set = (value: string, chosen: boolean) => answer(scene, subject, `${question.id}:${value}`, chosen ? "Y" : "N");
  const chosen = new Set(scene.evaluation.answers.of(question.id, subject).given.map(({ value }) => value));
  const off = (question.options ?? []).filter(
    (other) => other.value !== option.value && chosen.has(other.value) && (option.exclusive || other.exclusive),
  );
  // What may not be put off stands beside, and is in dispute: one more word on it would be one more dispute.
  const putOff = on ? off.map((other) => set(other.value, false)).filter((change) => change?.supersedes.length) : [];
  return [set(option.value, on), ...putOff].filter((change) => change !== null);
}

type Whole = { readonly kind: "not_asked" | "clear"; readonly value: Json; readonly note?: string | undefined };

/**
 * Speaks of the question as a whole, so it replaces what stands on each of its options too. What lies in another stream is
 * taken back by an entry of its own there, for some read that stream alone.
 */
export function wholeQuestion(scene: Scene, whole: Whole, subject: SubjectId, question: string): readonly What[] {
  const says: Said = whole.kind === "clear" ? SAYS_NOTHING : { state: "not_asked", value: whole.value };
  const { classes, visit } = scene.papers;
  const home = streamId(visit.visit, classOf(classes, { ...whole, field: question, subject }));
  const old = registersOn(scene, question, subject).flatMap((register) => replaced(scene, register, says));
  const [here, apart] = [old.filter((one) => streamOf(one) === home), old.filter((one) => streamOf(one) !== home && !isPutOff(one))];
  const places = new Map(apart.map((one) => [`${streamOf(one)} ${one.entry.field}`, one] as const));
  const backs = [...places.values()].map((one): What => ({
    ...(one.entry.field === question ? whole : CLEAR), subject, field: one.entry.field, beside: streamOf(one),
    supersedes: idsOf(apart.filter((other) => streamOf(other) === streamOf(one) && other.entry.field === one.entry.field)),
  }));
  return [{ ...whole, subject, field: question, supersedes: idsOf(here) }, ...backs];
}

const CLEAR = { kind: "clear", value: null };
const streamOf = ({ entry }: Standing): StreamId => streamOfLog(entry.log);

/** An option that nobody takes for chosen. */
const isPutOff = ({ entry }: Standing): boolean => entry.field !== questionOf(entry.field) && said(entry).value !== CHOSEN;

export function withdrawal(scene: Scene, id: EntryId, reason: string): What | null {
  const entry = scene.standings.find((standing) => standing.entry.id === id)?.entry;
  if (!entry) return null;
  const { subject, field, log } = entry;
  return { kind: "withdrawal", subject, field, value: { reason }, supersedes: [id], beside: streamOfLog(log) };
}

export const added = (kind: string, subject: SubjectId, field: string, value: Json): What => ({ kind, subject, field, value, supersedes: [] });
