/**
 * What the screens are given and what they may ask for. Everything here is ready to be shown: times are RFC 3339,
 * words are sentences for an officer. Screens decide nothing about meaning, rights or saving; they draw this.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { EntryId, OfficerId, OperationId, SignerId, StoreId, VisitId } from "../ledger/ids.ts";
import type { HandedOver, SentSealed, TookIn, Waiting } from "./hand_over_types.ts";
import type { Around, Check, Missing, Receipts } from "./receipt_types.ts";
import type { OpenVisit } from "./visit_types.ts";
import type { WipedStore, Wiping } from "./wipe_types.ts";

export type * from "./hand_over_types.ts";
export type * from "./receipt_types.ts";
export type * from "./visit_types.ts";
export type * from "./wipe_types.ts";

/** The answer to every write. `ok` means: encrypted and durably on this tablet's disk. */
export type Saved = { readonly ok: true; readonly id: EntryId } | { readonly ok: false; readonly why: string };
export type Problem = { readonly ok: false; readonly code: string; readonly why: string };

// --- Before unlocking

export type Boot =
  /** No encryption or no storage here, as over plain http: nothing can be offered but the sentence. */
  | { readonly state: "unsupported"; readonly why: string }
  /** Another tab or window is the one writer; it must be closed first. */
  | { readonly state: "busy"; readonly why: string }
  | ({ readonly state: "new" } & NotHere)
  | ({ readonly state: "locked"; readonly officers: readonly LockedOfficer[] } & NotHere);

/** `missing`: stores that were here and that the browser cleared. `wiped`: such as were removed on purpose. */
export type NotHere = { readonly missing: Missing | null; readonly wiped: readonly WipedStore[] };

export type LockedOfficer = {
  /** What `unlock` wants. An officer enrolled a second time, or for another operation, has a second store. */
  readonly store: StoreId;
  readonly officer: OfficerId;
  readonly name: string;
  readonly agency: string;
  readonly operation: string;
  /** Entries that the server had not confirmed when the store was last open. */
  readonly unsent: number;
  /** No further try before this time (epoch ms), after wrong secrets. */
  readonly waitUntil: number | null;
  /** The officer enrolled again since: this store opens with the secret that they had before. */
  readonly earlier: boolean;
};

/** A tablet accepted by the server, its keys still only in memory: `setSecret` must follow. */
export type Enrolled = {
  readonly ok: true;
  readonly officer: OfficerId;
  readonly name: string;
  readonly agency: string;
  readonly operation: string;
};
/** `again` is set when the secret was simply wrong; `waitUntil` when too many were. */
export type Wrong = {
  readonly ok: false;
  readonly why: string;
  readonly triesLeft: number;
  readonly waitUntil: number | null;
};

export type Doors = {
  boot(): Promise<Boot>;
  /** Says no more of missing stores: somebody has read it. */
  missingSeen(): Promise<void>;
  /** Says no more of stores that were removed. */
  wipedSeen(): Promise<void>;
  enrol(code: string, username: string, password: string, deviceName: string): Promise<Enrolled | Problem>;
  /** Why a secret is not good enough, or null. Screens show it while it is typed. */
  judgeSecret(secret: string): string | null;
  setSecret(enrolled: Enrolled, secret: string): Promise<Unlocked | Problem>;
  unlock(store: StoreId, secret: string): Promise<Unlocked | Wrong>;
  /** What the server lacks of all officers of this tablet, and of those it carries for. */
  waiting(): Promise<Waiting>;
  /** Whether this machine has a sheet by which files are given to other apps. */
  readonly shares: boolean;
  /** Gives that away as files, sealed, by the share sheet if wished and there is one. Nothing is unlocked and nothing is removed. */
  handOver(by: "share" | "save"): Promise<HandedOver>;
  /** Hands that to the server, sealed, without unlocking. What the server has is let go of here. */
  sendSealed(): Promise<SentSealed>;
};

// --- Unlocked: today

export type Me = {
  readonly officer: OfficerId;
  readonly name: string;
  readonly agency: string;
  readonly device: string;
  readonly number: number;
  readonly signer: SignerId;
};
export type Operation = { readonly id: OperationId; readonly code: string; readonly name: string };

export type Unlocked = {
  readonly ok: true;
  readonly me: Me;
  readonly operation: Operation;
  /** In the order of the plan: by day, then sequence. */
  readonly visits: ReadonlySignal<readonly VisitCard[]>;
  readonly sync: ReadonlySignal<SyncState>;
  /** Cards of which the code, name, address, language, team or any own answer holds every word typed. */
  search(words: string): readonly VisitCard[];
  openVisit(id: VisitId): Promise<OpenVisit | Problem>;
  sendNow(): Promise<void>;
  /** Keeps the entries of a colleague's file, unread, and hands them in when the server can be reached. */
  takeIn(file: Uint8Array<ArrayBuffer>): Promise<TookIn>;
  /** What this tablet carries for others. */
  readonly carried: ReadonlySignal<Waiting>;
  /** The alarm on the server's history has been read. */
  alarmRead(): Promise<void>;
  /** Judged when the tablet is unlocked; the server's next word ends it. While it is over, no visit is listed, found or opened. */
  readonly lease: ReadonlySignal<Lease>;
  /** Not null: this store is to be removed, and no visit is listed, found or opened. */
  readonly wiping: ReadonlySignal<Wiping | null>;
  /** Removes this store if the server has all of it; else it says what is missing, and nothing is removed. */
  removeStore(): Promise<{ readonly ok: true } | Problem>;
  /** Where a removal was ordered: does it without waiting until the server has everything. */
  forceWipe(): Promise<void>;
  readonly receipts: ReadonlySignal<Receipts>;
  readonly around: ReadonlySignal<Around>;
  /** Looks at the other officers of this tablet and, where the server can be reached, at the team's tablets. */
  lookAround(): Promise<void>;
  readonly readiness: ReadonlySignal<readonly Check[]>;
  /** Where the officer was, any text up to 1 KB, kept encrypted so that it survives a killed browser. */
  readonly place: string | null;
  remember(place: string): void;
  /** Whether pictures, recordings and documents wait for Wi-Fi; where the tablet cannot tell, until this is off again. */
  readonly holdMedia: ReadonlySignal<boolean>;
  setHoldMedia(hold: boolean): void;
  /** Whether this browser says what it is connected by. */
  readonly tellsWifi: boolean;
  /** Forgets the keys and closes the store. What is unsent stays, encrypted. */
  lock(): void;
};

/** `since`: the last word of the server by this tablet's clock, ms. */
export type Lease = { readonly over: boolean; readonly hours: number; readonly since: number };

export type VisitState = "not_started" | "in_progress" | "complete" | "signed_off";

export type VisitCard = {
  readonly id: VisitId;
  readonly code: string;
  readonly name: string;
  readonly address: string;
  readonly day: string;
  readonly today: boolean;
  readonly sequence: number;
  readonly plannedStart: string;
  readonly minutes: number;
  readonly strike: { readonly group: string; readonly at: string; readonly toleranceMin: number } | null;
  readonly languages: readonly string[];
  readonly workersExpected: number | null;
  readonly team: string;
  readonly needs: readonly string[];
  readonly state: VisitState;
  readonly stateWords: string;
  readonly saved: SavedCounts;
  /** "41 saved on this tablet, 30 received 14:02". */
  readonly words: string;
  readonly conflicts: number;
  /** Its address is held back, and not opened here. */
  readonly held: { readonly opensAt: string; readonly meetingPoint: string } | null;
  /** Another team was sent, after this officer had recorded here. */
  readonly moved: boolean;
};

export type SavedCounts = {
  /** Own entries of this visit durably here. */
  readonly onTablet: number;
  /** Of these, sent at least once. */
  readonly sent: number;
  /** Of these, confirmed by the server, and when the last confirmation came. */
  readonly received: number;
  readonly receivedAt: string | null;
  /** Of these, entries with a file, and of those, such as the server has with every file of theirs. */
  readonly files: number;
  readonly filesReceived: number;
  /** One sentence each; empty when nothing needs a person. */
  readonly attention: readonly string[];
};

export type SyncState = {
  readonly doing: "idle" | "sending" | "fetching" | "files";
  /** "received 14:02", "sending", "12 saved on this tablet, waiting for signal", "needs attention: ...". */
  readonly words: string;
  /** Entries that the server has not confirmed: the badge. */
  readonly waiting: number;
  /** Own files that the server does not have whole yet; of these, such as wait until they may go. */
  readonly filesWaiting: number;
  readonly filesHeld: number;
  /** "sending 3 of 7 parts of photos and recordings", "2 files wait for Wi-Fi". Empty when there is nothing to say. */
  readonly fileWords: string;
  /** Of all parts of the files on their way, how many the server has. */
  readonly fileParts: { readonly done: number; readonly of: number };
  readonly lastContact: string | null;
  readonly attention: readonly string[];
  /** False: the browser may evict this store; the officer is told to install the app. Null: not known yet. */
  readonly storageKept: boolean | null;
  /** Server clock minus tablet clock, ms; null before the first contact. */
  readonly clockOffsetMs: number | null;
  readonly history: History;
};

/** What this tablet, as a witness, says of the server's history. An alarm stays until somebody has read it. */
export type History = {
  readonly words: string;
  readonly alarm: { readonly grave: boolean; readonly title: string; readonly words: string } | null;
};
