/** An officer's session while it is unlocked: visits, sending, and forgetting everything on lock. */
import { computed } from "@preact/signals";
import { base32 } from "../ledger/bytes.ts";
import { PLACE_RECORD, type Book } from "../sync/book.ts";
import type { Facts } from "../sync/claim.ts";
import { filesLeft } from "../sync/files.ts";
import { pace, type Pace } from "../sync/pace.ts";
import { settleHanded } from "../sync/handed.ts";
import { recorderFor, type Recorder } from "../sync/record.ts";
import { readOutbox, sealerOf, sealRest } from "../sync/outbox.ts";
import { packNext } from "../sync/packing.ts";
import { round, type Doing, type RoundIo } from "../sync/round.ts";
import { clearHalfTaken } from "../sync/take.ts";
import { unconfirmed } from "../sync/own.ts";
import { readAlarm } from "../sync/witness.ts";
import { fetchView } from "../sync/views.ts";
import { openWire, type Network, type Wire } from "../sync/wire.ts";
import { verifyNoteWith, verifyWith } from "../vault/keys.ts";
import { postOf, type Post } from "../vault/post.ts";
import type { Vault } from "../vault/vault.ts";
import { cardsOf } from "./cards.ts";
import type { Environment } from "./environment.ts";
import { exhibitDoors } from "./exhibits.ts";
import { holdMedia, wayOf } from "./holding.ts";
import { waitingIn } from "./hand_over.ts";
import { leaseOf } from "./lease.ts";
import { openVisit } from "./open_visit.ts";
import { beat, freshPulse, type Pulse } from "./pulse.ts";
import { sceneAt } from "./scene.ts";
import { addressDoor } from "./address.ts";
import { sharing } from "./share.ts";
import { noteHeld, shiftOf } from "./shift.ts";
import { syncState } from "./sync_state.ts";
import type { Entry } from "../ledger/entry.ts";
import { streamOfLog, type SignerId, type VisitId } from "../ledger/ids.ts";
import { takeIn } from "./take_in.ts";
import type { Me, OpenVisit, Problem, TookIn, Unlocked, VisitPaper } from "./types.ts";
import { agencyWords } from "./value_words.ts";
import { mayReadHere, movedPapers, papersFor, stampOf, visitPapers } from "./visit_book.ts";
import { endOfRound, removalDoors } from "./wiping.ts";

const TAG_BYTES = 10;
const MOST_PLACE_CHARS = 1024;

export function unlockedSession(environment: Environment, vault: Vault, book: Book): Unlocked {
  const pulse = freshPulse(book.holdMedia);
  const { nowMs } = environment;
  const open = { yes: true };
  const runner = runnerFor({ ...environment, network: whileOpen(environment.network, open) }, vault, book, pulse);
  const stopWaking = environment.onWake(() => { void runner.pace.now(); });
  const shown = shownUnderLease(environment, book, pulse);
  const removal = removalDoors(book, pulse, () => runner.pace.now());
  const record = recorderFor(book, environment, () => {
    beat(pulse);
    void environment.painted().then(() => { noteHeld(environment, book, pulse); });
    runner.pace.soon();
  });
  void environment.painted().then(() => begin({ environment, book, pulse, runner, open }));
  return {
    ok: true, operation: book.identity.operation, place: book.place, ...shown, ...shiftOf(environment, vault, book, pulse, runner.io),
    get me() { return meOf(book); },
    sync: computed(() => {
      void pulse.version.value;
      const { doing, fault, storageKept } = pulse;
      return syncState(book, { doing: doing.value, fault: fault.value, storageKept: storageKept.value, way: wayOf(pulse, environment) }, nowMs());
    }),
    ...removal,
    openVisit: async (id) => removal.wiping.value ? WIPING : shown.lease.value.over ? LEASE_OVER : openOne({ environment, wire: runner.io.wire, vault, book, pulse, record }, id),
    sendNow: () => runner.pace.now(),
    carried: pulse.carried,
    takeIn: (file) => takeOver(book, runner, pulse, file),
    alarmRead: async () => { await readAlarm(book); beat(pulse); },
    holdMedia: pulse.holdMedia, tellsWifi: environment.onWifi() !== null,
    setHoldMedia: (hold) => { holdMedia(book, pulse, hold, runner.pace); },
    remember: (place) => remember(book, place),
    lock: () => { open.yes = false; runner.pace.stop(); stopWaking(); },
  };
}

/** The visits, and finding one of them: none while the lease is over, or the store is to be removed. */
function shownUnderLease({ nowMs }: Environment, book: Book, pulse: Pulse): Pick<Unlocked, "lease" | "visits" | "search"> {
  const cards = cardsOf(book);
  const begun = leaseOf(book, nowMs());
  const lease = computed(() => {
    void pulse.version.value;
    return begun.over ? leaseOf(book, nowMs()) : begun;
  });
  const isHidden = () => lease.value.over || book.wipe !== null;
  const visits = computed(() => {
    void pulse.version.value;
    return isHidden() ? [] : cards.all({ nowMs: nowMs(), sending: pulse.doing.value === "sending" });
  });
  return { lease, visits, search: (words) => { void visits.value; return isHidden() ? [] : cards.find(words); } };
}

const WIPING: Problem = { ok: false, code: "wipe", why: "This store is being removed from the tablet." };
const LEASE_OVER: Problem = { ok: false, code: "lease", why: "This tablet has to hear from the server before it shows this." };

type Begun = {
  readonly environment: Environment;
  readonly book: Book;
  readonly pulse: Pulse;
  readonly runner: Runner;
  readonly open: { readonly yes: boolean };
};

/** What an unlocking does that nobody waits for. */
async function begin({ environment, book, pulse, runner, open }: Begun): Promise<void> {
  void sealerOf(book);
  try {
    await readOutbox(book, runner.io.post);
  } finally {
    void runner.pace.now();
  }
  void tidy(book, environment, open);
  pulse.storageKept.value = await environment.keepStorage();
}

/** Packs a block at a time, each between two paintings. Until it is done, or if it never is, unlocking only takes longer. */
async function tidy(book: Book, { painted }: Environment, open: { readonly yes: boolean }): Promise<void> {
  await clearHalfTaken(book);
  while (open.yes && (await packNext(book))) await painted();
}

async function takeOver(book: Book, { io, pace: { soon } }: Runner, pulse: Pulse, file: Uint8Array<ArrayBuffer>): Promise<TookIn> {
  const took = await takeIn(book, file, io);
  beat(pulse);
  await noteCarried(book, io.post, pulse);
  soon();
  return took;
}

async function noteCarried(book: Book, post: Post, { carried }: Pulse): Promise<void> {
  carried.value = waitingIn((await post.list()).filter(({ owner }) => owner !== book.store.id));
}

/** A round under way when the officer locks finds no network any more, so that it never writes beside the next session. */
const whileOpen = (network: Network, open: { readonly yes: boolean }): Network => async (call) => {
  const reply = open.yes ? await network(call) : null;
  return open.yes ? reply : null;
};

/** A whole number below a bound, good enough to look into something at random. */
const drawFrom = (chance: Environment["chance"]) => (below: number): number => new DataView(chance(4).buffer).getUint32(0) % below;

type Runner = { readonly pace: Pace; readonly io: RoundIo };

function runnerFor(environment: Environment, vault: Vault, book: Book, pulse: Pulse): Runner {
  const { nowMs, monotonicMs, chance } = environment;
  const wire = openWire(environment.network, { signer: book.identity.certificate.signer, sign: book.store.sign, nowMs });
  const facts = async (): Promise<Facts> => {
    const [storage, holders] = await Promise.all([environment.storage(), vault.holders()]);
    pulse.storage.value = storage;
    return { ...storage, build: environment.build, stores: holders.map(({ store }) => store as string as SignerId) };
  };
  const io = { wire, nowMs, monotonicMs, facts, verify: verifyWith, verifyNote: verifyNoteWith, drawTag: () => base32(chance(TAG_BYTES)), draw: drawFrom(chance), post: postOf(environment.disk), tried: new Set<string>() };
  let compared = false;
  const mayMedia = () => book.wipe !== null || wayOf(pulse, environment).waitsFor === null;
  const rounds: Pace = pace(async (hurry) => {
    const watch = { doing: (what: Doing) => { pulse.doing.value = what; }, changed: () => beat(pulse) };
    const outcome = await round(book, { ...io, mayMedia, hurry }, !compared, watch);
    compared ||= outcome.reached;
    pulse.fault.value = outcome.fault;
    await book.store.noteUnsent(unconfirmed(book.own) + filesLeft(book).length);
    noteHeld(environment, book, pulse);
    await settleHanded(book, (log) => mayReadHere(book, log));
    await sealRest(book, io);
    await noteCarried(book, io.post, pulse);
    if (await endOfRound({ environment, vault, book, pulse }, io)) rounds.stop();
    else if (outcome.more) rounds.soon();
    return outcome.fault === null ? { ok: true } : { ok: false, waitMs: outcome.fault.waitMs ?? 0 };
  }, environment.timers);
  return { pace: rounds, io };
}

type Session = {
  readonly environment: Environment;
  readonly wire: Wire;
  readonly vault: Vault;
  readonly book: Book;
  readonly pulse: Pulse;
  readonly record: Recorder;
};

function openOne({ environment, wire, vault, book, pulse, record }: Session, id: VisitId): OpenVisit | Problem {
  const { nowMs, chance } = environment;
  const newest = () => visitPapers(book).find(({ visit }) => visit === id);
  const paper = newest() ?? movedPapers(book).find(({ visit }) => visit === id);
  const papers = paper && papersFor(book, paper);
  if (!papers) return { ok: false, code: "papers", why: "The papers of this visit are not on this tablet yet. Send now to fetch them." };
  const stamp = computed(() => { void pulse.version.value; return stampOf(book, id); });
  const sending = computed(() => pulse.doing.value === "sending");
  const scene = computed(() => { void stamp.value; return sceneAt(book, papers, { nowMs: nowMs(), sending: sending.value }); });
  const papersNotice = computed(() => { void pulse.version.value; return noticeOf(paper, newest()); });
  const deviceNumber = book.identity.certificate.number;
  const lookAt = async ({ id: entry, log }: Entry) => {
    const got = await fetchView(book, wire, entry, streamOfLog(log));
    if (got.ok) beat(pulse);
    return got;
  };
  const cabinet = { book, scene, beat: pulse.version, way: () => wayOf(pulse, environment), fetchView: lookAt, record, nowMs, chance, room: environment.room };
  const share = sharing({ book, papers, environment, beat: pulse.version });
  const lock = { book, paper: papers.visit, scene, beat: pulse.version, beats: () => beat(pulse), record, nowMs, stretch: environment.locks.stretch };
  return { ...share, ...addressDoor(lock), ...openVisit({ scene, papersNotice, record, nowMs, chance, deviceNumber, nextNumber: vault.nextNumber }), ...exhibitDoors(cabinet) };
}

const MOVED = "This visit moved to another team, or its time on this tablet is over. What you recorded here stays and is sent; what others recorded is no longer shown.";
const ADDRESS_CAME = "The address of this visit is here. Go back to the visit to see it.";
const CHANGED = "The plan or the questions of this visit changed. Leave it and open it again to go on with the new ones.";

/** An open visit goes on with the papers that it was opened with, and says so when others came. */
const noticeOf = (opened: VisitPaper | undefined, newest: VisitPaper | undefined): string | null =>
  newest === undefined ? MOVED : newest === opened ? null : isAddressAlone(opened, newest) ? ADDRESS_CAME : CHANGED;

/** The same paper, but that its address lies open now. */
const isAddressAlone = (opened: VisitPaper | undefined, newest: VisitPaper): boolean =>
  opened?.held !== undefined && !opened.held.opened && newest.held?.opened === true && newest.held.edition === opened.held.edition;

/** The agency by its name as soon as a checklist is here, before that by its code. */
function meOf(book: Book): Me {
  const { officer, name, agency, number, signer } = book.identity.certificate;
  const [paper] = visitPapers(book);
  const checklist = paper && papersFor(book, paper)?.checklist;
  return { officer, name, number, signer, device: book.identity.deviceName, agency: checklist ? agencyWords(checklist, agency) : agency };
}

function remember(book: Book, place: string): void {
  const text = place.slice(0, MOST_PLACE_CHARS);
  book.place = text;
  // A place that could not be kept costs a few taps after a restart, so it is not worth a word to the officer.
  void book.store.write([{ room: "small", name: PLACE_RECORD, text }]);
}
