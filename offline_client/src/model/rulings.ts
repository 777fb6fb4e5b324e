/**
 * A ruling between rivals, as entries. In one register it names them all. Between options and what excludes them it puts off
 * each option that is contradicted, in that option's own class, so that whoever reads that class alone is told too.
 */
import { exclude, isItem, type Dispute } from "../checklist/disputes.ts";
import { classOf } from "../checklist/classes.ts";
import type { Question } from "../checklist/paper.ts";
import { questionOf, said, type Standing } from "../ledger/fold.ts";
import type { EntryId, SubjectId } from "../ledger/ids.ts";
import type { Json } from "../ledger/json.ts";
import { idsOf, registerOf, type What } from "./drafts.ts";
import type { Scene } from "./scene.ts";

export type Ruled = { readonly subject: SubjectId; readonly field: string; readonly rival: EntryId; readonly reason: string };
type Made = { readonly field: string; readonly value: Json; readonly gives: readonly Standing[] };

/** Stands in a class that is more open than that of an answer ruled on: the reason may tell what that answer was. */
const REASON_ELSEWHERE = "The reason is recorded with the answer that it concerns.";

export function ruling(scene: Scene, { subject, field, rival, reason }: Ruled): readonly What[] {
  const { answers } = scene.evaluation;
  const question = scene.papers.checklist.questions.get(questionOf(field));
  const dispute = question && answers.of(question.id, subject).disputes.find((one) => one.field === field);
  const chosen = dispute?.rivals.find(({ entry }) => entry.id === rival);
  if (!dispute || !chosen) return [];
  const made = registerOf(scene, subject, field)?.conflict
    ? [{ field, value: valueOf(chosen), gives: dispute.rivals }]
    : onTheWhole(scene, question, dispute, chosen);
  const classes = made.map((one) => rank(scene, one.field, subject));
  const strictest = Math.max(...dispute.rivals.map(({ entry }) => rank(scene, entry.field, subject)));
  return made.map(({ field: at, value, gives }, i): What => ({
    kind: "ruling", subject, field: at, supersedes: idsOf(gives),
    value: { value, reason: classes[i] === strictest ? reason : REASON_ELSEWHERE },
  }));
}

function rank({ papers: { classes } }: Scene, field: string, subject: SubjectId): number {
  const code = classOf(classes, { kind: field === questionOf(field) ? "clear" : "ruling", field, subject });
  return classes.classes.findIndex((one) => one.code === code);
}

/** What a ruling says so that this rival stands. */
function valueOf({ entry }: Standing): Json {
  const { state, value } = said(entry);
  if (state === "not_asked") return { not_asked: value };
  return state === "answered" ? value : null;
}

const isOption = ({ entry }: Standing): boolean => entry.field !== questionOf(entry.field);

function onTheWhole(scene: Scene, question: Question, { subject, rivals }: Dispute, chosen: Standing): readonly Made[] {
  const spoken = rivals.filter((one) => !isOption(one) && !isItem(one));
  if (isItem(chosen)) return [{ field: question.id, value: null, gives: spoken }];
  if (rivals.some(isItem)) return [];
  const current = (field: string): readonly Standing[] => registerOf(scene, subject, field)?.current ?? [];
  const gives = (one: Standing): boolean => isOption(one) && (!isOption(chosen) || exclude(question, chosen.entry.field, one.entry.field));
  const fields = new Set(rivals.filter(gives).map(({ entry }) => entry.field));
  const off = [...fields].map((field): Made => ({ field, value: "N", gives: current(field) }));
  const { field } = chosen.entry;
  return isOption(chosen) ? [{ field, value: "Y", gives: [...current(field), ...spoken] }, ...off] : off;
}
