/**
 * One round with the server: first what is ours goes out, then what others wrote comes in. A failing push never holds back
 * a pull, and the round says what failed instead of throwing it.
 */
import type { Book } from "./book.ts";
import { fetchPapers, pullAll, type FetchIo } from "./fetch.ts";
import { compare, offerAll } from "./offer.ts";
import type { Fault, Got } from "./wire.ts";

export type Doing = "idle" | "sending" | "fetching";
export type Watch = { doing(what: Doing): void; changed(): void };
/** The first fault of the round, or null when all of it went through. */
export type Outcome = { readonly fault: Fault | null; readonly reached: boolean };

/** `first`: since unlocking, so both sides say what they hold before anything is sent. */
export async function round(book: Book, io: FetchIo, first: boolean, watch: Watch): Promise<Outcome> {
  watch.doing("sending");
  const steps: Got<null>[] = [];
  const compared = first ? await compare(book, io) : null;
  if (compared) steps.push(compared);
  if (!isOffline(compared)) steps.push(await offerAll(book, io, watch.changed));
  watch.doing("fetching");
  if (!steps.some(isOffline)) {
    steps.push(await fetchPapers(book, io));
    steps.push(await pullAll(book, io, watch.changed));
  }
  watch.doing("idle");
  watch.changed();
  const faults = steps.filter((step): step is Fault => !step.ok);
  return { fault: faults[0] ?? null, reached: !faults.some(isOffline) };
}

const isOffline = (step: Got<null> | null): boolean => step !== null && !step.ok && step.code === "offline";
