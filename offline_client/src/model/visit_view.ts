/** A whole visit as it is drawn: task list, people met, what is missing, disputes, and what is saved where. */
import type { AskedSection, SectionStatus as Status } from "../checklist/evaluation.ts";
import { questionOf, type Standing } from "../ledger/fold.ts";
import { THE_VISIT, type SubjectId } from "../ledger/ids.ts";
import { isObject } from "../ledger/json.ts";
import { ADDRESS_TRY, DECISION } from "../ledger/kinds.ts";
import { mayWrite } from "../ledger/rights.ts";
import { countWords } from "../sync/words.ts";
import { clockTrouble } from "./clock.ts";
import { isExhibit } from "./exhibits.ts";
import { alertViews, conflictView } from "./question_view.ts";
import type { Scene } from "./scene.ts";
import type {
  ActView, ConflictView, MissingLine, NoteView, SavedCounts, SectionCard, SectionStatus, SectionView, VisitState, VisitView, WorkerCard,
} from "./types.ts";
import { ERASED, plainWords, sensitivityOf, subjectLabel } from "./value_words.ts";

export function visitView(scene: Scene, nowMs: number, papersNotice: string | null): VisitView {
  const sections = scene.evaluation.sections;
  return {
    state: visitState(scene),
    sections: sections.filter(({ subject }) => subject === THE_VISIT).map((asked) => sectionCard(scene, asked)),
    workers: scene.evaluation.answers.workers.map((worker) => workerCard(scene, worker)),
    missing: missingLines(scene), alerts: alertViews(scene), conflicts: allConflicts(scene),
    notes: scene.evaluation.answers.known.notes.map((note) => noteView(scene, note)),
    acts: scene.evaluation.answers.known.acts.filter(({ entry }) => !isExhibit(entry.kind) && entry.kind !== DECISION && entry.kind !== ADDRESS_TRY).map((act) => actView(scene, act)),
    saved: savedCounts(scene), words: countWords(scene.counts, nowMs), 
    notices: [clockTrouble(nowMs), papersNotice].filter((notice) => notice !== null),
  };
}

export function visitState(scene: Scene): VisitState {
  if (scene.evaluation.signed) return "signed_off";
  // A radio code was typed for the address: that is no word on the visit.
  if (scene.standings.every(({ entry }) => entry.kind === ADDRESS_TRY)) return "not_started";
  return scene.evaluation.signable ? "complete" : "in_progress";
}

const STATES: { readonly [state in VisitState]: string } = {
  not_started: "Not started", in_progress: "In progress", complete: "Ready to sign off", signed_off: "Signed off",
};
export const stateWords = (state: VisitState): string => STATES[state];

export function savedCounts({ counts }: Scene): SavedCounts {
  return { ...counts, receivedAt: counts.receivedAt === null ? null : new Date(counts.receivedAt).toISOString() };
}

const needed = (asked: AskedSection, need: string): number =>
  asked.asked.filter(({ question, answer }) => question.need === need && answer.state === "blank").length;

export function statusWords(status: SectionStatus, must: number): string {
  if (status === "not_started") return "Not started";
  if (status === "complete") return "Complete";
  if (status === "unseen") return "Not shown to you; others may have answered here";
  return status === "in_progress" ? `In progress, ${must} still needed` : "Nothing to ask yet";
}

function sectionCard(scene: Scene, asked: AskedSection): SectionCard {
  const { section, subject } = asked;
  const ids = new Set(asked.asked.map(({ question }) => question.id));
  const must = needed(asked, "must");
  return {
    id: section.id, subject, title: section.title, status: asked.status, statusWords: statusWords(asked.status, must),
    asked: asked.asked.length, settled: asked.asked.filter(({ answer }) => answer.state !== "blank" && answer.state !== "unseen").length,
    missing: { must, should: needed(asked, "should") },
    conflicts: asked.asked.filter(({ answer }) => answer.disputed).length,
    alerts: scene.evaluation.alerts.filter((alert) => alert.subject === subject && ids.has(alert.question)).length,
    mine: isMine(scene, section.id),
    mayWrite: asked.asked.some(({ question }) => mayWrite(scene.me, scene.papers.rights(question.id))),
  };
}

function isMine({ me, papers: { checklist } }: Scene, section: string): boolean {
  const views = checklist.roles_view ?? {};
  return (views[me.agency] ?? []).includes(section) || (me.visitLead && (views[checklist.visit_lead] ?? []).includes(section));
}

export function sectionView(scene: Scene, id: string, subject: SubjectId): SectionView | null {
  const section = scene.papers.checklist.sections.get(id);
  if (!section) return null;
  const asked = scene.evaluation.sections.find((one) => one.section.id === id && one.subject === subject);
  const card = asked ? sectionCard(scene, asked) : emptyCard(scene, id, section.title, subject);
  const say = (text: string | undefined) => text?.replaceAll("{firewall_statement}", scene.papers.visit.firewall_statement) ?? null;
  return {
    ...card, label: subjectLabel(scene.labels, subject), say: say(section.say), note: say(section.note),
    sensitivity: sensitivityOf(section.sensitivity), questions: asked?.asked.map(({ question }) => question.id) ?? [],
  };
}

const emptyCard = (scene: Scene, id: string, title: string, subject: SubjectId): SectionCard => ({
  id, subject, title, status: "nothing_to_ask", statusWords: statusWords("nothing_to_ask", 0), asked: 0, settled: 0,
  missing: { must: 0, should: 0 }, conflicts: 0, alerts: 0, mine: isMine(scene, id), mayWrite: false,
});

function workerCard(scene: Scene, subject: SubjectId): WorkerCard {
  const sections = scene.evaluation.sections.filter((one) => one.subject === subject).map((asked) => sectionCard(scene, asked));
  const status = together(sections.map((section) => section.status));
  const sum = (of: (card: SectionCard) => number) => sections.reduce((total, card) => total + of(card), 0);
  const erased = scene.standings.some(({ entry }) => entry.subject === subject && entry.erased);
  return {
    subject, label: subjectLabel(scene.labels, subject), status, erased,
    statusWords: erased ? ERASED : statusWords(status, sum((card) => card.missing.must)),
    child: scene.evaluation.paths.get(subject) === "child",
    alerts: scene.evaluation.alerts.filter((alert) => alert.subject === subject).length,
    conflicts: sum((card) => card.conflicts), sections,
  };
}

function together(all: readonly SectionStatus[]): Status {
  const statuses = all.filter((status) => status !== "unseen");
  if (statuses.every((status) => status === "not_started")) return "not_started";
  return statuses.every((status) => status === "complete") ? "complete" : "in_progress";
}

function missingLines(scene: Scene): readonly MissingLine[] {
  const { checklist, rights } = scene.papers;
  return scene.evaluation.missing.map(({ question, subject }) => ({
    question: question.id, section: question.section, sectionTitle: checklist.sections.get(question.section)?.title ?? "",
    subject, subjectLabel: subjectLabel(scene.labels, subject), ask: question.ask, need: question.need,
    mayWrite: mayWrite(scene.me, rights(question.id)),
  }));
}

export function allConflicts(scene: Scene): readonly ConflictView[] {
  const { checklist } = scene.papers;
  return scene.evaluation.answers.disputes.flatMap((dispute) => {
    const question = checklist.questions.get(questionOf(dispute.field));
    return question ? [conflictView(scene, question, dispute)] : [];
  });
}

function noteView(scene: Scene, note: Standing): NoteView {
  const { subject, field, value } = note.entry;
  return {
    ...scene.said(note), subject, subjectLabel: subjectLabel(scene.labels, subject), text: note.entry.erased ? ERASED : plainWords(value),
    question: scene.papers.checklist.questions.has(field) ? field : null,
  };
}

/** An act's fields in the words of its form, codes of choices as their labels. */
function actView(scene: Scene, act: Standing): ActView {
  const { kind, subject, value } = act.entry;
  const { acts, agencies, routes } = scene.papers.checklist;
  const fields = acts.find((form) => form.kind === kind)?.fields ?? [];
  const inWords = fields.filter(({ type }) => type !== "entry").map((field) => {
    const code = isObject(value) ? plainWords(value[field.name] ?? null) : "";
    if (field.type === "agency") return agencies[code] ?? code;
    const options = field.options_from ? routes.map((route) => ({ value: route.code, label: route.words })) : (field.options ?? []);
    return options.find((option) => option.value === code)?.label ?? code;
  });
  return { ...scene.said(act), kind, subject, value, summary: act.entry.erased ? ERASED : inWords.filter(Boolean).join(", ") || plainWords(value) };
}

