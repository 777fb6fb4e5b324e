/**
 * A tablet of the simulation: the app's own vault, book, recorder and rounds, without screens, over a disk and a network that
 * are handed in. What its officer was told is saved stands in `told`, apart from all of these.
 */
import { base32, utf8 } from "../../src/ledger/bytes.ts";
import type { Draft } from "../../src/ledger/entry.ts";
import type { EntryId, LogId, SignerId, StoreId, StreamId } from "../../src/ledger/ids.ts";
import { takeIn } from "../../src/model/take_in.ts";
import type { Book } from "../../src/sync/book.ts";
import { bundlesOf, writeBundle } from "../../src/sync/bundle.ts";
import { enrolWith } from "../../src/sync/identity.ts";
import { identityRecord, loadBook } from "../../src/sync/load.ts";
import { readOutbox, sealRest } from "../../src/sync/outbox.ts";
import { unconfirmed } from "../../src/sync/own.ts";
import { recorderFor, type Recorder } from "../../src/sync/record.ts";
import { round, type Outcome } from "../../src/sync/round.ts";
import { openWire, type Network } from "../../src/sync/wire.ts";
import type { Disk } from "../../src/vault/disk.ts";
import { freshKeys, verifyNoteWith, verifyWith } from "../../src/vault/keys.ts";
import { postOf } from "../../src/vault/post.ts";
import { openVault, type Vault } from "../../src/vault/vault.ts";
import { SECRET, START_MS } from "../support/field.ts";
import { CHEAP_LOCKS, machine, memoryDisk, type Machine, type MemoryDisk } from "../support/machine.ts";
import type { Member } from "../support/papers.ts";
import { inItsEdition, tellsWhatIsBelieved } from "./editions.ts";
import { fatedNetwork, fateWrites, newLife, type Chances, type Life } from "./fates.ts";

/** What a tablet stands on. A planted mistake puts another in the place of one of these. */
export type Ground = {
  readonly chances: Chances;
  readonly network: Network;
  /** The network as the app has it, beyond all that befalls it. */
  readonly beyond: (network: Network) => Network;
  readonly disk: (disk: MemoryDisk) => Disk;
  /** A tablet has heard what the server takes its words to say. */
  readonly heard: (signer: SignerId) => void;
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
  restarts: number;
};

export const signerOf = ({ book }: Station): SignerId => book.identity.certificate.signer;
export const toldIn = ({ told }: Pick<Station, "told">): readonly EntryId[] => [...told.values()].flat();

const TAG_BYTES = 10;

export async function enrolled(label: string, member: Member, ground: Ground, seed: number): Promise<Station> {
  const made = { label, member, ground, reached: false, full: false, older: false, copied: false, told: new Map(), restarts: seed * 1000 } as unknown as Station;
  made.life = newLife();
  await enrol(made);
  return made;
}

/** A fresh store on the tablet, for a key that was never there before. */
export async function enrol(on: Station): Promise<void> {
  const disk = memoryDisk();
  boot(on, disk, START_MS);
  const fresh = await freshKeys();
  const asked = { code: on.label, username: on.member.name, password: "p", deviceName: on.label, device: null };
  const identity = await enrolWith(on.machine.network, asked, fresh, verifyWith);
  if (!identity.ok) throw new Error(identity.why);
  const { officer, name, agency, device } = identity.value.certificate;
  const made = await on.vault.create({ officer, name, agency, device, operation: "X" }, fresh, SECRET, [identityRecord(identity.value)]);
  if (!made.ok) throw new Error(made.why);
  on.told = new Map();
  await enter(on, made.store);
}

/** Another process on the same disk; nothing is lost here but what lay in memory. */
export async function restart(on: Station): Promise<void> {
  on.life.end();
  const [store] = (await on.vault.holders()).map((holder) => holder.store);
  on.life = newLife();
  boot(on, memoryDisk(on.machine.disk), on.machine.nowMs());
  const opened = await on.vault.unlock(store as StoreId, SECRET);
  if (!opened.ok) throw new Error(opened.why);
  await enter(on, opened.store);
}

function boot(on: Station, disk: MemoryDisk, nowMs: number): void {
  const { chances, network, beyond, disk: under } = on.ground;
  fateWrites(disk, chances, on.life, () => on.full);
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
}

/** An answer is tapped; what is said to be saved is noted. */
export async function tap(on: Station, stream: StreamId, draft: () => Draft): Promise<void> {
  const done = await on.record(() => [{ stream, draft: draft() }]);
  if (!done.ok || !done.ids[0]) return;
  const log = on.book.own.writing.get(stream) as LogId;
  on.told.set(log, [...(on.told.get(log) ?? []), done.ids[0]]);
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
  await book.store.noteUnsent(unconfirmed(book.own));
  await sealRest(book, io);
  return outcome;
}

/** A copy of the store goes on beside it, on a tablet of its own. */
export async function copied(on: Station, seed: number): Promise<Station> {
  on.copied = true;
  const twin: Station = {
    ...on, label: `${on.label}, copied`, life: newLife(), restarts: seed * 1000,
    told: new Map([...on.told].map(([log, ids]) => [log, [...ids]])),
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
