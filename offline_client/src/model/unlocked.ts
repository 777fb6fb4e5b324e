/** An officer's session while it is unlocked: visits, sending, and forgetting everything on lock. */
import { computed, signal } from "@preact/signals";
import { base32 } from "../ledger/bytes.ts";
import { PLACE_RECORD, type Book } from "../sync/book.ts";
import { pace } from "../sync/pace.ts";
import { recorderFor } from "../sync/record.ts";
import { round, type Doing } from "../sync/round.ts";
import { unconfirmed } from "../sync/own.ts";
import { openWire, type Fault } from "../sync/wire.ts";
import { verifyWith } from "../vault/keys.ts";
import type { Vault } from "../vault/vault.ts";
import { cardsOf } from "./cards.ts";
import type { Environment } from "./environment.ts";
import { openVisit } from "./open_visit.ts";
import { sceneOf } from "./scene.ts";
import { syncState } from "./sync_state.ts";
import type { VisitId } from "../ledger/ids.ts";
import type { Me, OpenVisit, Problem, Unlocked } from "./types.ts";
import { papersFor, stampOf, visitPapers } from "./visit_book.ts";

const TAG_BYTES = 10;
const MOST_PLACE_CHARS = 1024;

export function unlockedSession(environment: Environment, vault: Vault, book: Book): Unlocked {
  const version = signal(0);
  const doing = signal<Doing>("idle");
  const fault = signal<Fault | null>(null);
  const kept = signal<boolean | null>(null);
  let compared = false;
  const changed = () => { version.value++; };
  const { nowMs, monotonicMs, chance } = environment;
  const { certificate, operation, deviceName } = book.identity;
  const wire = openWire(environment.network, { signer: certificate.signer, sign: book.store.sign, nowMs });
  const io = { wire, nowMs, monotonicMs, verify: verifyWith, drawTag: () => base32(chance(TAG_BYTES)) };
  const runner = pace(async () => {
    const outcome = await round(book, io, !compared, { doing: (what) => { doing.value = what; }, changed });
    compared ||= outcome.reached;
    fault.value = outcome.fault;
    await book.store.noteUnsent(unconfirmed(book.own));
    return outcome.fault === null;
  }, environment.timers);
  const record = recorderFor(book, nowMs, chance, () => { changed(); runner.soon(); });
  const stopWaking = environment.onWake(() => { void runner.now(); });
  const cards = cardsOf(book);
  void environment.keepStorage().then((promised) => { kept.value = promised; });
  void runner.now();
  const visits = computed(() => { void version.value; return cards.all({ nowMs: nowMs(), sending: doing.value === "sending" }); });
  return {
    ok: true, me: meOf(book), operation, visits, place: book.place,
    sync: computed(() => { void version.value; return syncState(book, doing.value, fault.value, kept.value, nowMs()); }),
    search: (words) => { void visits.value; return cards.find(words); },
    openVisit: async (id) => open(id),
    sendNow: () => runner.now(),
    remember: (place) => remember(book, place),
    lock: () => { runner.stop(); stopWaking(); },
  };

  function open(id: VisitId): OpenVisit | Problem {
    const paper = visitPapers(book).find(({ visit }) => visit === id);
    const papers = paper && papersFor(book, paper);
    if (!papers) return { ok: false, code: "papers", why: "The papers of this visit are not on this tablet yet. Send now to fetch them." };
    const stamp = computed(() => { void version.value; return stampOf(book, id); });
    const sending = computed(() => doing.value === "sending");
    const scene = computed(() => { void stamp.value; return sceneOf(book, papers, { nowMs: nowMs(), sending: sending.value }); });
    return openVisit({ scene, record, nowMs, chance, deviceNumber: certificate.number, nextNumber: vault.nextNumber });
  }

  function meOf({ identity }: Book): Me {
    const { officer, name, agency, number, signer } = identity.certificate;
    return { officer, name, agency, number, signer, device: deviceName };
  }
}

function remember(book: Book, place: string): void {
  const text = place.slice(0, MOST_PLACE_CHARS);
  book.place = text;
  // A place that could not be kept costs a few taps after a restart, so it is not worth a word to the officer.
  void book.store.write([{ room: "small", name: PLACE_RECORD, text }]);
}
