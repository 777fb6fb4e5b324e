/** Exhibits as the screens see them: what was taken, its file's way in words and a bar, and through whose hands it went. */
import type { ReadonlySignal } from "@preact/signals";
import type { EntryId, SubjectId } from "../ledger/ids.ts";
import type { Said, Saved } from "./types.ts";

export type What = "photo" | "audio" | "signature" | "document" | "object";

export type FileView = {
  /** "saved on this tablet", "sending 3 of 7 parts", "received 14:02", "waits for Wi-Fi". */
  readonly words: string;
  readonly done: number;
  readonly of: number;
  readonly state: "waiting" | "received" | "attention";
  readonly type: string;
  readonly bytes: number;
  /** SHA-256 of the whole file as it was taken. */
  readonly sha256: string;
  /** No more on this tablet: the server has it. */
  readonly gone: boolean;
};

export type HandOver = {
  readonly from: string;
  readonly to: string;
  /** RFC 3339: when it changed hands. */
  readonly at: string;
  readonly seal: string;
  readonly place?: string;
  readonly why?: string;
};

export type ExhibitView = Said & {
  readonly subject: SubjectId;
  readonly subjectLabel: string;
  readonly label: string;
  readonly what: What;
  readonly whatWords: string;
  readonly found: string;
  readonly fromWhom: string;
  readonly seal: string;
  /** What was asked where it was taken, or nothing. */
  readonly ask: string;
  /** Null for an object, and for what lies on another tablet. */
  readonly file: FileView | null;
  readonly elsewhere: boolean;
  /** Of what lies elsewhere: a picture may be there to look at, and can be fetched, or was. */
  readonly picture: "none" | "there" | "fetched";
  readonly hasThumbnail: boolean;
  /** It may be described by `describe`. */
  readonly mayDescribe: boolean;
  /** In the order of their times. */
  readonly moves: readonly (Said & HandOver)[];
};

export type Capture = {
  readonly what: What;
  readonly label: string;
  /** What it shows or where it was. Empty: the premises. */
  readonly found: string;
  readonly fromWhom: string;
  readonly seal: string;
  readonly question: string | null;
};

export type Exhibits = {
  /** Newest first. */
  readonly exhibits: ReadonlySignal<readonly ExhibitView[]>;
  /** The officer's initials and their next number, as "JS/3". */
  nextLabel(): string;
  /** `ok`: file and entry are both encrypted and durably on this tablet. */
  takeExhibit(subject: SubjectId, capture: Capture, original: Blob | null, thumbnail: Blob | null): Promise<Saved>;
  /** Says more of what this officer took here, as long as it has not changed hands. */
  describe(exhibit: EntryId, details: Pick<Capture, "found" | "fromWhom" | "seal">): Promise<Saved>;
  handOver(exhibit: EntryId, move: HandOver): Promise<Saved>;
  /** The file as it was taken, or null when it is not on this tablet. */
  original(exhibit: EntryId): Promise<Blob | null>;
  thumbnail(exhibit: EntryId): Promise<Blob | null>;
  /** Fetches from the server what there is to look at of a file that lies elsewhere. */
  fetchPicture(exhibit: EntryId): Promise<Saved>;
};
