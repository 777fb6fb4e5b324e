/**
 * The sealed outbox: what the server lacks lies on the disk a second time, signed and sealed to the operation. It is written
 * with the entry itself and removed with the server's word, so that a forgotten secret costs no evidence.
 */
import { fromBase64url, hex } from "../ledger/bytes.ts";
import type { Lines } from "../ledger/entry.ts";
import type { EntryId, LogId } from "../ledger/ids.ts";
import { firstHead } from "../ledger/merkle.ts";
import { MOST_ENTRIES, seal, type Clock, type Run as Unsealed } from "../ledger/segment.ts";
import type { Change } from "../vault/disk.ts";
import { postChange, type Post } from "../vault/post.ts";
import { openSealer, sealPart, type Run, type SealedPart, type Sealer } from "../vault/sealing.ts";
import type { Book } from "./book.ts";
import { headAt, isThere, type OwnLog } from "./own.ts";
import { notePosted } from "./outbox_state.ts";
import { runsToSeal } from "./push.ts";

/** An entry about to be written, and its place. */
export type Fresh = { readonly lines: Lines; readonly id: EntryId; readonly log: LogId; readonly n: number };
type Clocks = { readonly nowMs: () => number; readonly monotonicMs: () => number };

/** A clock set before 1970 must not make a statement that no server could read. */
const reading = (ms: number): number => Math.max(0, Math.trunc(ms));

export const clockOf = (book: Book, { nowMs, monotonicMs }: Clocks): Clock => ({
  server: book.contact?.serverMs ?? null, device: reading(nowMs()), monotonic: reading(monotonicMs()),
});

/** The content key of this unlocking, made when first asked for. */
export function sealerOf({ outbox, identity }: Book): Promise<Sealer | null> {
  outbox.sealer ??= openSealer(fromBase64url(identity.sealingKey ?? "") ?? new Uint8Array(), identity.operation.id);
  return outbox.sealer;
}

/** Fresh entries, each log's as one sealed part. */
export async function postFresh(book: Book, fresh: readonly Fresh[], clocks: Clocks): Promise<readonly SealedPart[]> {
  const logs = new Map<LogId, Fresh[]>();
  for (const one of fresh) logs.set(one.log, [...(logs.get(one.log) ?? []), one]);
  const runs = [...logs].map(([log, entries]): Unsealed => {
    const from = entries[0]?.n ?? 1;
    const known = book.own.logs.get(log);
    const prev = known ? headAt(known, from - 1) : hex(firstHead(log));
    return { log, from, prev: prev ?? "", entries: entries.map(({ lines }) => lines) };
  });
  return sealRuns(book, runs.filter(({ entries }) => entries.length <= MOST_ENTRIES), clocks);
}

/** Signed and sealed to the operation; nothing where it has no key. */
export async function sealRuns(book: Book, runs: readonly Unsealed[], clocks: Clocks): Promise<readonly SealedPart[]> {
  const sealer = await sealerOf(book);
  if (!sealer) return [];
  const clock = clockOf(book, clocks);
  return Promise.all(runs.map(async (run) => {
    const segment = await seal(run, clock, book.store.sign);
    const { log, from, entries } = run;
    return sealPart(sealer, { log, from, to: from + entries.length - 1 }, JSON.stringify(segment));
  }));
}

/** Records of runs that the server has in whole. */
export function spentIn({ own, outbox, store }: Book): readonly Change[] {
  return [...outbox.runs].filter(([, run]) => isSpent(own.logs.get(run.log), run))
    .map(([name]): Change => ({ room: "outbox", owner: store.id, name, put: null }));
}

function isSpent(log: OwnLog | undefined, { from, to }: Run): boolean {
  if (!log || to > log.entries.length) return false;
  for (let n = from; n <= to; n++) if (!isThere(log, n)) return false;
  return true;
}

/** Takes up what earlier unlockings left in the outbox. */
export async function readOutbox(book: Book, post: Post): Promise<void> {
  notePosted(book.outbox, (await post.list(book.store.id)).map(({ part }) => part));
}

/** Seals what the server lacks and the outbox does not hold: after an update of the app, or when the server lost something. */
export async function sealRest(book: Book, clocks: Clocks): Promise<void> {
  const covered = new Map<LogId, Set<number>>();
  for (const { log, from, to } of book.outbox.runs.values()) {
    const of = covered.get(log) ?? new Set();
    for (let n = from; n <= to; n++) of.add(n);
    covered.set(log, of);
  }
  for (const log of book.own.logs.values()) {
    const first = log.entries.find(({ n }) => !isThere(log, n) && !covered.get(log.log)?.has(n));
    if (!first) continue;
    const parts = await sealRuns(book, runsToSeal(log, first.n), clocks);
    if ((await book.store.write([], parts.map(postChange))).ok) notePosted(book.outbox, parts);
  }
}
