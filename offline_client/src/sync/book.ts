/**
 * Everything an open store holds, in memory: own logs, others' entries, papers, and what the server last said. It is rebuilt
 * from the disk at each unlock; nothing is in here that is not there, so that a killed browser loses nothing it acknowledged.
 */
import type { Certificate } from "../ledger/certificate.ts";
import type { Hlc } from "../ledger/clock.ts";
import type { ErasureOrder } from "../ledger/erasure.ts";
import type { LogId, PaperHash, SignerId } from "../ledger/ids.ts";
import type { JsonObject } from "../ledger/json.ts";
import type { Done } from "../vault/disk.ts";
import type { Plain, Store } from "../vault/store.ts";
import { NO_ADDRESSES, type Addresses } from "./addresses.ts";
import type { Earlier } from "./claim.ts";
import type { HalfTaken, KeptFile } from "./files.ts";
import { emptyOutbox, type Outbox } from "./outbox_state.ts";
import type { Identity } from "./identity.ts";
import { emptyOwn, type HeldApart, type OwnLogs, type Receipt } from "./own.ts";
import type { SealedRun } from "./push.ts";
import { emptyReplica, type Replica } from "./replica.ts";
import type { Team } from "./team.ts";
import type { KeptView } from "./views.ts";
import { NO_WITNESS, type Witnessed } from "./witnessed.ts";

export type PaperLine = { readonly kind: string; readonly name: string; readonly hash: PaperHash };
export type StoredRun = SealedRun & { readonly name: string };

/** `order`: its name; null for the officer's own wish. `forced`: even if not all of it is with the server. */
export type Wiping = { readonly order: string | null; readonly forced: boolean };
export type WipeAnswer = { readonly order: string; readonly word: "obeyed" | "forged" | "not_ours" };

/** `told`: the server has heard that it is done. */
export type DoneErasure = ErasureOrder & { readonly told: boolean };

/** What the server last said: when, and how far this tablet's clock stood from it. */
export type Contact = { readonly serverMs: number; readonly deviceMs: number };

export type Book = {
  readonly store: Store;
  readonly identity: Identity;
  readonly own: OwnLogs;
  readonly replica: Replica;
  readonly papers: Map<PaperHash, string>;
  listed: readonly PaperLine[];
  /** Papers of visits that are listed no more, where own entries were recorded. */
  moved: readonly PaperLine[];
  /** Keys of addresses that are held back, and the papers that they open. */
  addresses: Addresses;
  readonly opened: Map<PaperHash, JsonObject>;
  readonly certificates: Map<SignerId, Certificate>;
  /** The points to which colleagues' bundles are sealed, as their signing keys vouch for them. */
  readonly readers: Map<SignerId, string>;
  /** The server was told of this store's own since unlocking. */
  toldReader: boolean;
  /** Own files by the name of their manifest, and what was left half taken. */
  readonly files: Map<string, KeptFile>;
  readonly halfTaken: HalfTaken[];
  /** Pictures of what others took that were fetched, the oldest first. */
  views: readonly KeptView[];
  /** Counts every word of the server's on a file. */
  filesHeard: number;
  segments: readonly StoredRun[];
  contact: Contact | null;
  /** The epoch in which the server last spoke. Another one means that it was restored. */
  epoch: string | null;
  hlc: Hlc;
  /** What the server was told since unlocking of how much of each log is here. */
  readonly told: Map<LogId, string>;
  /** What was here in stores that are gone, as the server last said. */
  earlier: readonly Earlier[];
  team: Team | null;
  witnessed: Witnessed;
  /** Names of the next own entry's and the next segment's record. */
  nextEntry: number;
  nextSegment: number;
  /** Writes that put many own entries into one record; whoever has a quiet moment does them. */
  toPack: readonly (readonly Plain[])[];
  /** The one of these that is under way. */
  packing: Promise<Done>;
  /** What could not be read from the disk, in words. */
  readonly faults: string[];
  place: string | null;
  /** Pictures and recordings wait for Wi-Fi, or for the officer's word. */
  holdMedia: boolean;
  /** This store is to be wiped: nothing of it is shown any more. */
  wipe: Wiping | null;
  /** What the server is to hear of the order it sent, and what it has heard. */
  answer: WipeAnswer | null;
  answered: WipeAnswer | null;
  /** Whose words the server wants erased, as it last said, and the orders that are done here: they hold for what comes later. */
  erasing: readonly ErasureOrder[];
  erased: readonly DoneErasure[];
  /** Batches being recorded: what they hold is in no count yet. */
  recording: number;
  /** Own records that cannot be read: nobody knows what they hold. */
  unread: number;
  readonly outbox: Outbox;
};

export function emptyBook(store: Store, identity: Identity): Book {
  return {
    store, identity, own: emptyOwn(identity.certificate.signer), replica: emptyReplica(), papers: new Map(), listed: [], moved: [], addresses: NO_ADDRESSES, opened: new Map(),
    certificates: new Map([[identity.certificate.signer, identity.certificate]]), segments: [], contact: null,
    readers: new Map(), toldReader: false, files: new Map(), halfTaken: [], views: [], filesHeard: 0, epoch: null, hlc: [0, 0],
    told: new Map(), earlier: [], team: null, witnessed: NO_WITNESS, nextEntry: 1, nextSegment: 1, toPack: [], packing: Promise.resolve({ ok: true }), faults: [], place: null, holdMedia: false,
    outbox: emptyOutbox(), wipe: null, answer: null, answered: null, erasing: [], erased: [], recording: 0, unread: 0,
  };
}

export const offsetMs = (book: Book): number | null => (book.contact ? book.contact.serverMs - book.contact.deviceMs : null);

/** What is kept between unlocks of the server's words on our logs. */
export type SyncRecord = {
  readonly epoch: string | null;
  readonly replicaEpoch: string | null;
  readonly contact: Contact | null;
  readonly listed: readonly PaperLine[];
  /** Records from before this was kept name none. */
  readonly moved?: readonly PaperLine[];
  readonly earlier?: readonly Earlier[];
  readonly team?: Team | null;
  readonly logs: readonly {
    readonly log: LogId;
    readonly confirmed: number;
    readonly sent: number;
    readonly receipts: readonly Receipt[];
    readonly heldApart: readonly HeldApart[];
    readonly retired: boolean;
  }[];
};

export const SYNC_RECORD = "sync";
export const IDENTITY_RECORD = "identity";
export const PLACE_RECORD = "place";
export const WIPE_RECORD = "wipe";
export const ERASED_RECORD = "erased";
export const HOLD_MEDIA_RECORD = "hold media";

export function syncRecord(book: Book): SyncRecord {
  return {
    epoch: book.epoch, replicaEpoch: book.replica.epoch, contact: book.contact, listed: book.listed, moved: book.moved,
    earlier: book.earlier, team: book.team,
    logs: [...book.own.logs.values()].map(({ log, confirmed, sent, receipts, heldApart, retired }) => ({
      log, confirmed, sent, receipts, heldApart, retired,
    })),
  };
}
