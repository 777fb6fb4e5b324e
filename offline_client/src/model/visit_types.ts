/**
 * One visit as the screens see it: sections, questions, workers, disputes, and what is still missing.
 * A question is blank, answered, not asked with a reason, or disputed with its rivals side by side; nothing else.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { EntryId, OfficerId, SubjectId, VisitId } from "../ledger/ids.ts";
import type { AddressDoor, HeldPart } from "./address_types.ts";
import type { Exhibits } from "./exhibit_types.ts";
import type { Closed, IndicatorView } from "./indicator_types.ts";
import type { Operation, SavedCounts, Saved, Sharing, VisitState } from "./types.ts";

export type * from "./address_types.ts";
export type * from "./exhibit_types.ts";
export type * from "./indicator_types.ts";

export type VisitPaper = {
  readonly kind: "visit";
  readonly visit: VisitId;
  readonly operation: Operation;
  readonly time_zone: string;
  readonly day: string;
  readonly sequence: number;
  readonly planned_start: string;
  readonly minutes: number;
  readonly strike: { readonly group: string; readonly at: string; readonly tolerance_min: number } | null;
  readonly premises: {
    readonly code: string;
    readonly name: string;
    readonly company_no: string | null;
    readonly address: string;
    readonly uprn: string | null;
    readonly lat: string | number | null;
    readonly lon: string | number | null;
    readonly languages: readonly string[];
    readonly workers_expected: number | null;
  };
  readonly needs: readonly string[];
  readonly team: { readonly id: string; readonly code: string; readonly name: string };
  readonly roster: readonly RosterLine[];
  /** Who leads the visit or ever led it. Papers from before this was said have the roster alone. */
  readonly visit_leads?: readonly OfficerId[];
  /** Who leads the operation or ever led it: they may rule at every visit. Papers from before this was said name nobody. */
  readonly leads?: readonly OfficerId[];
  readonly firewall_statement: string;
  readonly held?: HeldPart;
  readonly checklist: string;
  readonly indicators: string;
  readonly classes: string;
  readonly agreement: string;
  readonly rates: string;
};
export type RosterLine = {
  readonly officer: OfficerId; readonly name: string; readonly agency: string;
  readonly capabilities: readonly string[]; readonly lead: boolean;
};

/** Any strict JSON value; decimals travel as text. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

export type OpenVisit = OpenRecord & Exhibits & Sharing & AddressDoor;
export type OpenRecord = {
  readonly id: VisitId;
  readonly paper: VisitPaper;
  /** Reasons that may be given for "not asked", in the checklist's order. */
  readonly reasons: readonly { readonly code: string; readonly words: string }[];
  /** Languages to pick from, with their codes. */
  readonly languages: readonly { readonly code: string; readonly name: string }[];
  /** Agencies that can be named in an act or an item; roles such as the visit lead are not among them. */
  readonly agencies: readonly { readonly code: string; readonly name: string }[];
  readonly acts: readonly ActForm[];
  readonly items: { readonly [type: string]: ItemForm };
  readonly view: ReadonlySignal<VisitView>;
  /** The same signal each time for the same section and subject; it changes only when its own content does. */
  section(id: string, subject: SubjectId): ReadonlySignal<SectionView>;
  /** The same signal each time for the same question and subject; one tap changes one of them (and what it unlocks). */
  question(id: string, subject: SubjectId): ReadonlySignal<QuestionView>;
  indicators(subject: SubjectId): ReadonlySignal<IndicatorView | Closed>;
  /** Everything ever written on a question here, newest first, superseded lines included. */
  history(id: string, subject: SubjectId): readonly HistoryLine[];

  /** Single, number ("12" as 12), money ("12.71"), text, language, person_ref, contact, signoff. */
  answer(subject: SubjectId, question: string, value: Value, note?: string): Promise<Saved>;
  /** One option of a multi question. Choosing a "none" option puts the others off, and the other way round. */
  choose(subject: SubjectId, question: string, option: string, on: boolean): Promise<Saved>;
  notAsked(subject: SubjectId, question: string, reason: string, note?: string): Promise<Saved>;
  clear(subject: SubjectId, question: string): Promise<Saved>;
  /** Settles a dispute (`ConflictView.field`) for everyone who may read it: the rival named is what stands. */
  rule(subject: SubjectId, field: string, rival: EntryId, reason: string): Promise<Saved>;
  withdraw(entry: EntryId, reason: string): Promise<Saved>;
  addWorker(): Promise<{ readonly ok: true; readonly subject: SubjectId } | { readonly ok: false; readonly why: string }>;
  addItem(subject: SubjectId, question: string, value: { readonly [key: string]: Value }): Promise<Saved>;
  addNote(text: string, subject?: SubjectId, question?: string): Promise<Saved>;
  act(kind: string, subject: SubjectId, value: { readonly [key: string]: Value }): Promise<Saved>;
  close(): void;
};

export type FormField = {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "count" | "money" | "choice" | "agency" | "entry";
  /** For `entry`: the kind of act, already on this visit, of which one is picked. */
  readonly of?: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly required: boolean;
};
export type ItemForm = { readonly title: string; readonly fields: readonly FormField[] };
export type ActForm = ItemForm & { readonly kind: string; readonly onWorker: boolean };

export type VisitView = {
  readonly state: VisitState;
  /** The visit's own sections, in the checklist's order. */
  readonly sections: readonly SectionCard[];
  readonly workers: readonly WorkerCard[];
  readonly missing: readonly MissingLine[];
  readonly alerts: readonly AlertView[];
  readonly conflicts: readonly ConflictView[];
  readonly notes: readonly NoteView[];
  readonly acts: readonly ActView[];
  readonly saved: SavedCounts;
  readonly words: string;
  /** To be read first: the clock must be set, the papers changed, the visit moved to another team. */
  readonly notices: readonly string[];
};

/** `unseen`: others answer here, and this officer is not given what they say: by their agency, or because they are not sent there. */
export type SectionStatus = "not_started" | "in_progress" | "complete" | "nothing_to_ask" | "unseen";

export type SectionCard = {
  readonly id: string;
  readonly subject: SubjectId;
  readonly title: string;
  readonly status: SectionStatus;
  /** "Not started", "In progress, 3 still needed", "Complete". */
  readonly statusWords: string;
  readonly asked: number;
  readonly settled: number;
  readonly missing: { readonly must: number; readonly should: number };
  readonly conflicts: number;
  readonly alerts: number;
  /** The officer's agency leads on this section: shown first. */
  readonly mine: boolean;
  readonly mayWrite: boolean;
};

export type WorkerCard = {
  readonly subject: SubjectId;
  /** "W7-1": number of the tablet, then a running number. Never a name. */
  readonly label: string;
  readonly status: SectionStatus;
  readonly statusWords: string;
  readonly child: boolean;
  /** Words about this person were erased by law. */
  readonly erased: boolean;
  readonly alerts: number;
  readonly conflicts: number;
  readonly sections: readonly SectionCard[];
};

export type SectionView = SectionCard & {
  /** "" for the visit itself, else the worker's label. */
  readonly label: string;
  /** Words to be read out, with the operation's firewall statement filled in. */
  readonly say: string | null;
  readonly note: string | null;
  readonly sensitivity: Sensitivity;
  /** Ids of the questions to show now, in order. Ask `question(id, subject)` for each. */
  readonly questions: readonly string[];
};

export type Sensitivity = { readonly level: string; readonly words: string; readonly marked: boolean };

export type QuestionType =
  | "single" | "multi" | "multi_language" | "language" | "number" | "money" | "text" | "verbatim"
  | "person_ref" | "contact" | "signoff" | "exhibit_list" | "media_list" | "referral_list";

export type QuestionView = {
  readonly id: string;
  readonly subject: SubjectId;
  readonly section: string;
  readonly shown: boolean;
  readonly ask: string;
  readonly help: string | null;
  readonly ref: string | null;
  readonly type: QuestionType;
  readonly to: string;
  /** "Seen by you", "Ask the worker", "Read or compare" ... */
  readonly toWords: string;
  readonly need: "must" | "should" | "could";
  readonly owner: string;
  readonly ownerWords: string;
  readonly sensitivity: Sensitivity;
  readonly unit: string | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly options: readonly OptionView[];
  /** `unsaved answers` do not exist: blank, answered, not asked with a reason, or rivals side by side. */
  readonly state: "blank" | "answered" | "not_asked" | "disputed";
  /** The one standing value of a question without options, or the chosen option of a single. Null unless answered. */
  readonly value: Value;
  /** The value in words, for summaries: "Yes", "Gujarati, Hindi", "12.71 GBP per hour". */
  readonly valueWords: string;
  readonly note: string | null;
  /** Words that would stand here were erased by law. */
  readonly erased: boolean;
  readonly notAsked: { readonly reason: string; readonly words: string } | null;
  readonly items: readonly ItemView[];
  /** Who said so, when, and whether the server has it, for the standing value. Null when blank. */
  readonly by: Said | null;
  readonly rivals: readonly ConflictView[];
  readonly alerts: readonly AlertView[];
  /** What was computed beside the answer, as "Below the rate for 21 and over (12.71)". Prompts, never findings. */
  readonly prompts: readonly string[];
  /** The answer wants a reason: `answer` again, with the note. */
  readonly wantsReason: boolean;
  readonly mayWrite: boolean;
  readonly mayRule: boolean;
};

export type OptionView = {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
  /** Two officers disagree on this option. */
  readonly disputed: boolean;
  readonly exclusive: boolean;
  readonly sensitivity: Sensitivity | null;
};

export type Said = {
  readonly entry: EntryId;
  readonly author: string;
  readonly agency: string;
  readonly mine: boolean;
  readonly happened: string;
  readonly recorded: string;
  /** When the server received it; null while it is only here (or on the tablet it was written on). */
  readonly received: string | null;
  /** "saved on this tablet", "sending", "received 14:02", "needs attention: ...". */
  readonly words: string;
};

export type Rival = Said & {
  readonly value: Value;
  readonly valueWords: string;
  readonly note: string | null;
  /** Whether a ruling can let it stand. */
  readonly mayStand: boolean;
};

export type ConflictView = {
  readonly subject: SubjectId;
  readonly subjectLabel: string;
  readonly question: string;
  /** What `rule` wants: `QUESTION:option`, or the question's id where it is disputed as a whole. */
  readonly field: string;
  readonly ask: string;
  readonly rivals: readonly Rival[];
  readonly mayRule: boolean;
};

export type AlertView = {
  readonly flag: string;
  readonly words: string;
  readonly urgent: boolean;
  readonly subject: SubjectId;
  readonly subjectLabel: string;
  readonly question: string;
};

export type MissingLine = {
  readonly question: string;
  readonly section: string;
  readonly sectionTitle: string;
  readonly subject: SubjectId;
  readonly subjectLabel: string;
  readonly ask: string;
  readonly need: "must" | "should" | "could";
  readonly mayWrite: boolean;
};

export type ItemView = Said & { readonly value: { readonly [key: string]: Value }; readonly words: string };
export type NoteView = Said & { readonly subject: SubjectId; readonly subjectLabel: string; readonly question: string | null; readonly text: string };
export type ActView = Said & {
  readonly kind: string;
  readonly subject: SubjectId;
  readonly value: Value;
  readonly summary: string;
};

export type HistoryLine = Said & {
  readonly field: string;
  readonly kind: string;
  readonly value: Value;
  readonly valueWords: string;
  readonly note: string | null;
  readonly standing: "current" | "superseded" | "withdrawn";
  /** Why it is not followed, or does not count, in words: without right, no ruling, no reason. Null where it does. */
  readonly unheeded: string | null;
};
