/**
 * A tablet of the simulation: the app's own vault, book, recorder and rounds, without screens, over a disk and a network that
 * are handed in. What its officer was told is saved stands in `told`, apart from all of these.
 */
import { base32, utf8 } from "../../src/ledger/bytes.ts";
import type { Draft } from "../../src/ledger/entry.ts";
import type { EntryId, LogId, SignerId, StreamId } from "../../src/ledger/ids.ts";
import { takeIn } from "../../src/model/take_in.ts";
import { tellWiped } from "../../src/model/wiping.ts";
import type { Book, Wiping } from "../../src/sync/book.ts";
import { bundlesOf, writeBundle } from "../../src/sync/bundle.ts";
import { enrolWith } from "../../src/sync/identity.ts";
import { identityRecord, loadBook } from "../../src/sync/load.ts";
import { readOutbox, sealRest } from "../../src/sync/outbox.ts";
import { fileRecord, filesLeft } from "../../src/sync/files.ts";
import type { Io } from "../../src/sync/offer.ts";
import { unconfirmed } from "../../src/sync/own.ts";
import { finishErasing } from "../../src/vault/wiped.ts";
import { recorderFor, type Recorder } from "../../src/sync/record.ts";
import { round, type Outcome } from "../../src/sync/round.ts";
import type { conclude } from "../../src/sync/wipe.ts";
import { clearHalfTaken, takeFile as takeInto } from "../../src/sync/take.ts";
import { openWire, type Network } from "../../src/sync/wire.ts";
import type { Change, Disk } from "../../src/vault/disk.ts";
import { freshKeys, verifyNoteWith, verifyWith } from "../../src/vault/keys.ts";
import { postOf } from "../../src/vault/post.ts";
import { openVault, type Vault } from "../../src/vault/vault.ts";
import { SECRET, START_MS } from "../support/field.ts";
import { CHEAP_LOCKS, machine, memoryDisk, type Machine, type MemoryDisk } from "../support/machine.ts";
import type { Member } from "../support/papers.ts";
import { inItsEdition, tellsWhatIsBelieved } from "./editions.ts";
import type { Filed } from "./filing.ts";
import { fatedNetwork, fateWrites, newLife, type Chances, type Life } from "./fates.ts";
import type { Left } from "./wiping.ts";

/** What a tablet stands on. A planted mistake puts another in the place of one of these. */
export type Ground = {
  readonly chances: Chances;
  readonly network: Network;
  /** The network as the app has it, beyond all that befalls it. */
  readonly beyond: (network: Network) => Network;
  readonly disk: (disk: MemoryDisk) => Disk;
  /** A tablet has heard what the server takes its words to say. */
  readonly heard: (signer: SignerId) => void;
  /** Called before a write that ends a store, or takes parts of files away. */
  readonly letsGo: (on: Station, changes: readonly Change[], ends: boolean) => void;
  /** What a tablet takes for an order to go, and how it goes. */
  readonly toGo: (book: Book) => Wiping | null;
  readonly conclude: typeof conclude;
};

export type Station = {
  readonly label: string;
  readonly member: Member;
  readonly ground: Ground;
  machine: Machine;
  vault: Vault;
  book: Book;
  record: Recorder;
  life: Life;
  /** Rounds since unlocking that reached the server. */
  reached: boolean;
  full: boolean;
  /** The app is of an earlier edition. */
  older: boolean;
  /** Another store like this one exists. */
  copied: boolean;
  /** What the officer was told is saved, by log. */
  told: Map<LogId, EntryId[]>;
  /** And the files that were told to be saved, by their manifests' names. */
  files: Map<string, Filed>;
  /** The officer wants the store removed. */
  wished: boolean;
  /** The officer forces what was ordered. */
  forces: boolean;
  /** What was nowhere else when the store was last about to end. */
  left: Left | null;
  /** Last words of stores that were on this tablet. */
  words: string[];
  restarts: number;
};

export const signerOf = ({ book }: Station): SignerId => book.identity.certificate.signer;
export const toldIn = ({ told }: Pick<Station, "told">): readonly EntryId[] => [...told.values()].flat();

const TAG_BYTES = 10;

export async function enrolled(label: string, member: Member, ground: Ground, seed: number): Promise<Station> {
  const made = { label, member, ground, reached: false, full: false, older: false, copied: false, told: new Map(), files: new Map(), wished: false, forces: false, left: null, words: [], restarts: seed * 1000 } as unknown as Station;
  made.life = newLife();
  await enrol(made);
  return made;
}

/** A fresh store on the tablet, for a key that was never there before. */
export async function enrol(on: Station, from: MemoryDisk | null = null): Promise<void> {
  boot(on, memoryDisk(from), from ? on.machine.nowMs() : START_MS);
  const fresh = await freshKeys();
  const asked = { code: on.label, username: on.member.name, password: "p", deviceName: on.label, device: null };
  const identity = await enrolWith(on.machine.network, asked, fresh, verifyWith);
  if (!identity.ok) throw new Error(identity.why);
  const { officer, name, agency, device } = identity.value.certificate;
  const made = await on.vault.create({ officer, name, agency, device, operation: "X" }, fresh, SECRET, [identityRecord(identity.value)]);
  if (!made.ok) throw new Error(made.why);
  Object.assign(on, { told: new Map(), files: new Map(), copied: false });
  await enter(on, made.store);
}

/** Another process on the same disk; nothing is lost here but what lay in memory. Where the store is gone it finds none. */
export async function restart(on: Station): Promise<void> {
  on.life.end();
  on.life = newLife();
  boot(on, memoryDisk(on.machine.disk), on.machine.nowMs());
  await finishErasing(environment(on).disk);
  const [holder] = await on.vault.holders();
  if (!holder) return;
  const opened = await on.vault.unlock(holder.store, SECRET);
  if (!opened.ok) throw new Error(opened.why);
  await enter(on, opened.store);
}

/** The keys of its store are on the tablet. */
export const hasCard = ({ machine: { disk }, book }: Station): boolean => disk.records.has(["officers", book.store.id, "card"].join("\u0000"));

const environment = ({ machine: made, ground }: Station) => ({ ...made, disk: ground.disk(made.disk) });

function boot(on: Station, disk: MemoryDisk, nowMs: number): void {
  const { chances, network, beyond, disk: under, letsGo } = on.ground;
  fateWrites(disk, chances, on.life, { full: () => on.full, before: (changes, ends) => letsGo(on, changes, ends) });
  const heard: Network = async (call) => {
    const reply = await inItsEdition(fatedNetwork(chances, network, () => on.life), () => on.older)(call);
    if (tellsWhatIsBelieved(call, reply)) on.ground.heard(signerOf(on));
    return reply;
  };
  on.machine = machine(disk, beyond(heard), nowMs, ++on.restarts);
  on.vault = openVault(under(disk), on.machine.nowMs, CHEAP_LOCKS);
}

async function enter(on: Station, store: Parameters<typeof loadBook>[0]): Promise<void> {
  const book = await loadBook(store, verifyWith);
  if (!book) throw new Error("the store has no identity");
  on.book = book;
  on.reached = false;
  on.record = recorderFor(book, on.machine, () => undefined);
  await readOutbox(book, postOf(on.ground.disk(on.machine.disk)));
  await clearHalfTaken(book);
}

/** An answer is tapped; what is said to be saved is noted. */
export async function tap(on: Station, stream: StreamId, draft: () => Draft): Promise<void> {
  const done = await on.record(() => [{ stream, draft: draft() }]);
  if (done.ok && done.ids[0]) isTold(on, stream, done.ids[0]);
}

function isTold({ book, told }: Station, stream: StreamId, id: EntryId): void {
  const log = book.own.writing.get(stream) as LogId;
  told.set(log, [...(told.get(log) ?? []), id]);
}

/** A photo is taken: its file first, then the entry that names it. What is said to be saved is noted with the file. */
export async function photograph(on: Station, stream: StreamId, bytes: Uint8Array<ArrayBuffer>, draft: () => Draft): Promise<void> {
  const { book, machine: { chance } } = on;
  const taken = await takeInto(book, new Blob([bytes], { type: "image/jpeg" }), "picture", chance);
  if (!taken.ok) return;
  const { file } = taken;
  const done = await on.record(() => [{ stream, draft: { ...draft(), att: [file.name] } }], [fileRecord(file)]);
  if (!done.ok || !done.ids[0]) {
    if (!book.files.has(file.name)) book.halfTaken.push({ tag: file.tag, pieces: file.manifest.chunks.length });
    return;
  }
  book.files.set(file.name, file);
  on.files.set(file.name, { bytes, id: done.ids[0] });
  isTold(on, stream, done.ids[0]);
}

/** One round with the server, as an unlocked session makes it. */
export async function contact(on: Station): Promise<Outcome> {
  const { machine: { network, nowMs, monotonicMs, chance }, book, ground } = on;
  const wire = openWire(network, { signer: signerOf(on), sign: book.store.sign, nowMs });
  const facts = async () => {
    const stores = (await on.vault.holders()).map(({ store }) => store as string as SignerId);
    return { persisted: true, quotaMib: null, usageMib: null, build: "simulated", stores };
  };
  const drawn = (below: number) => Math.floor(ground.chances.draw() * below);
  const io = {
    wire, nowMs, monotonicMs, facts, verify: verifyWith, verifyNote: verifyNoteWith, drawTag: () => base32(chance(TAG_BYTES)), draw: drawn,
    post: postOf(ground.disk(on.machine.disk)), tried: new Set<string>(), mayMedia: () => true, hurry: () => false,
  };
  const outcome = await round(book, io, !on.reached, { doing: () => undefined, changed: () => undefined });
  on.reached ||= outcome.reached;
  await book.store.noteUnsent(unconfirmed(book.own) + filesLeft(book).length);
  await sealRest(book, io);
  await endOfRound(on, io);
  return outcome;
}

async function endOfRound(on: Station, io: Io): Promise<void> {
  const { book, ground, wished } = on;
  const wipe = ground.toGo(book) ?? (wished ? { order: null, forced: false } : null);
  if (wipe && (await ground.conclude(book, io, wipe)) === "wiped") await tellWords(on);
}

/** The server is told of the stores that are gone, as the app tells it at its start and after a wipe. */
export const tellWords = (on: Station): Promise<void> => tellWiped(environment(on));

/** A copy of the store goes on beside it, on a tablet of its own. */
export async function copied(on: Station, seed: number): Promise<Station> {
  on.copied = true;
  const twin: Station = {
    ...on, label: `${on.label}, copied`, life: newLife(), restarts: seed * 1000,
    told: new Map([...on.told].map(([log, ids]) => [log, [...ids]])), files: new Map(on.files), words: [...on.words],
  };
  await restart(twin);
  return twin;
}

/** What is not at the server, sealed, as files. */
export async function sealedFiles(on: Station): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const posted = await postOf(on.machine.disk).list();
  return bundlesOf(posted.map(({ part }) => part)).map((parts) => utf8(JSON.stringify(writeBundle(parts))));
}

export const takeFile = (on: Station, file: Uint8Array<ArrayBuffer>) =>
  takeIn(on.book, file, {
    post: postOf(on.ground.disk(on.machine.disk)), verify: verifyWith, nowMs: on.machine.nowMs, drawTag: () => base32(on.machine.chance(10)),
  });
