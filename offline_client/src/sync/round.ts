/**
 * One round with the server: first what is ours goes out, then what others wrote comes in, then files, as long as nothing
 * else waits. A failing push never holds back a pull, and the round says what failed instead of throwing it.
 */
import type { Book } from "./book.ts";
import { fetchAddresses } from "./addresses.ts";
import { eraseOrdered } from "./erase.ts";
import { fetchPapers, pullAll, type FetchIo } from "./fetch.ts";
import { compare, offerAll } from "./offer.ts";
import { tellReaderKey } from "./reader_keys.ts";
import { relay, type RelayIo } from "./relay.ts";
import { filesToldWrong, tell, type TellIo } from "./tell.ts";
import { askAgain, unvouched } from "./replica.ts";
import { sendFiles, type FilesIo } from "./send_files.ts";
import { witness, type WitnessIo } from "./witness.ts";
import type { Fault, Got } from "./wire.ts";
import { isAnswerDue } from "./wipe_order.ts";

export type Doing = "idle" | "sending" | "fetching" | "files";
export type Watch = { doing(what: Doing): void; changed(): void };
export type RoundIo = FetchIo & TellIo & RelayIo & WitnessIo;
/** The first fault of the round, or null when all of it went through; whether files are left that could go at once. */
export type Outcome = { readonly fault: Fault | null; readonly reached: boolean; readonly more: boolean };

/**
 * `first`: since unlocking, so both sides say all that they hold before anything is sent, and what came in spoilt is asked for
 * again. Nothing more comes to a store that is to be wiped.
 */
export async function round(book: Book, io: RoundIo & FilesIo, first: boolean, watch: Watch): Promise<Outcome> {
  watch.doing("sending");
  if (first) askAgain(book.replica);
  const steps: Got<null>[] = [];
  await go(steps, [() => tell(book, io, first), () => answerOrder(book, io), () => offerAll(book, io, watch.changed), () => relay(book, io)]);
  await erase(book, io, steps);
  if (book.wipe) watch.changed();
  else await receive(book, io, steps, watch);
  watch.doing("files");
  let more = false;
  await go(steps, [async () => {
    const sent = await sendFiles(book, io, watch.changed);
    more = sent.ok && sent.value;
    return sent.ok ? { ok: true, value: null } : sent;
  }]);
  // Entries that come prove that they were held; of files the server has the tablet's word alone, so that is set right at once.
  if (filesToldWrong(book)) await go(steps, [() => tell(book, io, false)]);
  watch.doing("idle");
  watch.changed();
  const faults = steps.filter((step): step is Fault => !step.ok);
  return { fault: faults[0] ?? null, reached: !faults.some(isOffline), more };
}

/** The desk is told at once that an order came, whatever becomes of the rest of the round. */
const answerOrder = async (book: Book, io: RoundIo): Promise<Got<null>> => (isAnswerDue(book) ? tell(book, io, false) : { ok: true, value: null });

/** What was ordered is done whatever else failed, and told at once. */
async function erase(book: Book, io: RoundIo, steps: Got<null>[]): Promise<void> {
  const erased = await eraseOrdered(book, io);
  if (!erased.ok) steps.push(erased);
  else if (erased.value) await go(steps, [() => tell(book, io, false)]);
}

async function receive(book: Book, io: RoundIo, steps: Got<null>[], watch: Watch): Promise<void> {
  watch.doing("fetching");
  await go(steps, [() => tellReaderKey(book, io), () => fetchPapers(book, io), () => fetchAddresses(book, io), () => pullAll(book, io, watch.changed)]);
  // A colleague may have enrolled between the two: their certificate says who wrote what just came.
  if (unvouched(book.replica)) await go(steps, [() => fetchPapers(book, io)]);
  // The pull may have been the first to tell that the server was put back to an older day.
  if (isElsewhere(book)) await go(steps, [() => compare(book, io), () => offerAll(book, io, watch.changed)]);
  await go(steps, [() => witness(book, io)]);
}

/** One step after another, until one finds no network, or a server that asks to be left alone for a while. */
async function go(steps: Got<null>[], next: readonly (() => Promise<Got<null>>)[]): Promise<void> {
  for (const step of next) if (!steps.some((done) => isOffline(done) || isBusy(done))) steps.push(await step());
}

const isElsewhere = ({ epoch, replica }: Book): boolean => epoch !== null && replica.epoch !== null && replica.epoch !== epoch;
const isBusy = (step: Got<null>): boolean => !step.ok && (step.waitMs ?? 0) > 0;
const isOffline = (step: Got<null>): boolean => !step.ok && step.code === "offline";
