/** A visit that an officer has open: its signals, and what may be written in it. */
import type { ReadonlySignal } from "@preact/signals";
import { questionOf } from "../ledger/fold.ts";
import { THE_VISIT, type EntryId, type SubjectId } from "../ledger/ids.ts";
import { base32 } from "../ledger/bytes.ts";
import { INTELLIGENCE, whyUngraded } from "../ledger/intelligence.ts";
import type { Json } from "../ledger/json.ts";
import type { Chance, Recorder } from "../sync/record.ts";
import { clockTrouble } from "./clock.ts";
import { added, answer, choose, file, subjectOf, wholeQuestion, withdrawal, type What } from "./drafts.ts";
import { actForms, itemForms, realAgencies } from "./forms.ts";
import { indicatorView } from "./indicator_view.ts";
import { historyOf, questionView, registersOn } from "./question_view.ts";
import { ruling } from "./rulings.ts";
import type { Scene } from "./scene.ts";
import { steady, steadyBy } from "./steady.ts";
import type { OpenRecord, OpenVisit, Saved, SectionView, VisitPaper } from "./types.ts";
import { agencyWords } from "./value_words.ts";
import { sectionView, visitView } from "./visit_view.ts";

export type Desk = {
  readonly scene: ReadonlySignal<Scene>;
  /** What became of the visit's papers since it was opened. */
  readonly papersNotice: ReadonlySignal<string | null>;
  readonly record: Recorder;
  readonly nowMs: () => number;
  readonly chance: Chance;
  readonly deviceNumber: number;
  readonly nextNumber: () => Promise<number | null>;
};

const ID_BYTES = 10;
const no = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });
const gone = no("That is no longer here.");

export function openVisit(desk: Desk): OpenRecord {
  const now = () => desk.scene.peek();
  const { visit, checklist } = now().papers;
  return {
    id: visit.visit, paper: withNames(now()), reasons: checklist.not_asked, languages: checklist.languages,
    agencies: realAgencies(checklist), acts: actForms(checklist, capabilitiesOf(now())), items: itemForms(checklist),
    ...signals(desk),
    history: (id, subject) => historyOf(now(), id, subjectOf(now(), id, subject)),
    ...writers(desk),
    close: () => undefined,
  };
}

const capabilitiesOf = ({ me, papers: { visit } }: Scene): readonly string[] =>
  visit.roster.filter(({ officer }) => officer === me.officer).flatMap(({ capabilities }) => capabilities);

/** The paper with agencies by their names, as screens show them; rights are never judged by these. */
function withNames({ papers: { visit, checklist } }: Scene): VisitPaper {
  return { ...visit, roster: visit.roster.map((line) => ({ ...line, agency: agencyWords(checklist, line.agency) })) };
}

function signals({ scene, papersNotice, nowMs }: Desk): Pick<OpenVisit, "view" | "section" | "question" | "indicators"> {
  const section = steadyBy((id = "", subject = ""): SectionView | null => sectionView(scene.value, id, subject as SubjectId));
  const question = steadyBy((id = "", subject = "") => {
    const asked = scene.value.papers.checklist.questions.get(id);
    return asked ? questionView(scene.value, asked, subject as SubjectId) : null;
  });
  const indicators = steadyBy((subject = "") => indicatorView(scene.value, subject as SubjectId));
  return {
    view: steady(() => visitView(scene.value, nowMs(), papersNotice.value)),
    // Ids come from this visit's own task list, so each has its section and question.
    section: section as OpenVisit["section"],
    question: ((id: string, subject: SubjectId) => question(id, subjectOf(scene.peek(), id, subject))) as OpenVisit["question"],
    indicators: indicators as OpenVisit["indicators"],
  };
}

type Meant = (scene: Scene) => readonly What[];

/** What is meant is worked out only when every earlier tap is on the disk, so that it replaces just what stood then. */
async function write(desk: Desk, meant: Meant, stands?: (scene: Scene) => EntryId | undefined): Promise<Saved> {
  const trouble = clockTrouble(desk.nowMs());
  if (trouble !== null) return no(trouble);
  const done = await desk.record(() => {
    const scene = desk.scene.peek();
    const nowMs = desk.nowMs();
    return meant(scene).map((what) => file(scene, what, nowMs));
  });
  if (!done.ok) return no(done.why);
  const id = done.ids[0] ?? stands?.(desk.scene.peek());
  return id ? { ok: true, id } : gone;
}

const standing = (question: string, subject: SubjectId) => (scene: Scene): EntryId | undefined => {
  const registers = registersOn(scene, questionOf(question), subject);
  return registers.find((one) => one.current.length > 0)?.current.at(-1)?.entry.id;
};

type Writers = Pick<OpenVisit, "answer" | "choose" | "notAsked" | "clear" | "rule" | "withdraw" | "addWorker" | "addItem" | "addNote" | "act">;

function writers(desk: Desk): Writers {
  const place = (field: string, subject: SubjectId) => subjectOf(desk.scene.peek(), questionOf(field), subject);
  return {
    answer: (subject, question, value, note) => {
      const at = place(question, subject);
      return write(desk, (scene) => only(answer(scene, at, question, value as Json, note)), standing(question, at));
    },
    choose: (subject, id, option, on) => {
      const at = place(id, subject);
      return write(desk, (scene) => optionChanges(scene, at, id, option, on), standing(id, at));
    },
    notAsked: (subject, question, reason, note) =>
      write(desk, (scene) => wholeQuestion(scene, { kind: "not_asked", value: reason, note }, place(question, subject), question)),
    clear: (subject, question) =>
      write(desk, (scene) => wholeQuestion(scene, { kind: "clear", value: null }, place(question, subject), question)),
    rule: (subject, field, rival, reason) => write(desk, (scene) => ruling(scene, { subject: place(field, subject), field, rival, reason })),
    withdraw: (entry, reason) => write(desk, (scene) => only(withdrawal(scene, entry, reason))),
    addWorker: () => addWorker(desk),
    addItem: (subject, question, value) => write(desk, () => [added("item", place(question, subject), question, value as Json)]),
    addNote: (text, subject = THE_VISIT, question = "note") => write(desk, () => [added("note", subject, question, text)]),
    act: async (kind, subject, value) => {
      const why = kind === INTELLIGENCE ? whyUngraded(value as Json) : null;
      return why === null ? write(desk, () => [added(kind, subject, kind, value as Json)]) : no(why);
    },
  };
}

const only = (what: What | null): readonly What[] => (what ? [what] : []);

function optionChanges(scene: Scene, subject: SubjectId, id: string, value: string, on: boolean): readonly What[] {
  const question = scene.papers.checklist.questions.get(id);
  const option = question?.options?.find((one) => one.value === value);
  return question && option ? choose(scene, subject, question, option, on) : [];
}

async function addWorker(desk: Desk): ReturnType<OpenVisit["addWorker"]> {
  const trouble = clockTrouble(desk.nowMs());
  if (trouble !== null) return no(trouble);
  const number = await desk.nextNumber();
  if (number === null) return { ok: false, why: "The tablet's storage did not accept this. Try again." };
  const subject = `worker:${base32(desk.chance(ID_BYTES))}` as SubjectId;
  const done = await write(desk, () => [added("worker", subject, "worker", { label: `W${desk.deviceNumber}-${number}` })]);
  return done.ok ? { ok: true, subject } : done;
}
