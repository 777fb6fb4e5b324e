/** The first step of a round: this tablet says what it holds, and learns what of it is where. */
import { isObject } from "../ledger/json.ts";
import type { Book } from "./book.ts";
import { readBelieved, readEarlier, saidOf, type Claim, type Facts } from "./claim.ts";
import { heardErased, untold } from "./erase.ts";
import { filesLeft } from "./files.ts";
import { askHave, compare, takeHeld, type Answer, type Io } from "./offer.ts";
import type { Fault, Got } from "./wire.ts";
import { isAnswerDue } from "./wipe_order.ts";

export type TellIo = Io & { readonly facts: () => Promise<Facts> };

const DONE = { ok: true, value: null } as const;
const garbled: Fault = { ok: false, code: "garbled", why: "The server's answer could not be read.", status: 0 };

/**
 * `whole`: the first word since unlocking. It names every log, and asks how far the server has each; later ones name what
 * changed. A server that cannot keep the word, as with a full disk, is asked without it: nothing that is sent hangs on it.
 */
export async function tell(book: Book, io: TellIo, whole: boolean): Promise<Got<null>> {
  const claims = claimsOf(book, whole);
  const { answer } = book;
  const erased = untold(book);
  const said = { ...saidOf(claims, whole, await io.facts()), ...(isAnswerDue(book) ? { wipe: answer } : {}), ...(erased.length ? { erased } : {}) };
  const reply = await askHave(book, io, whole ? [...book.own.logs.keys()] : [], said);
  if (!reply.ok) return isAway(reply) ? reply : compare(book, io, whole);
  book.answered = answer;
  await heardErased(book, erased);
  for (const claim of claims) book.told.set(claim.log, stampOf(claim));
  return learn(book, io, reply.value, whole);
}

async function learn(book: Book, io: Io, { held, json }: Answer, whole: boolean): Promise<Got<null>> {
  const earlier = isObject(json) ? readEarlier(json) : null;
  if (!earlier) return garbled;
  book.earlier = earlier;
  // A word that was late on its way may have undone a later one: then the next names every log again.
  if (isObject(json) && isMistaken(book, readBelieved(json))) book.told.clear();
  if (whole) return takeHeld(book, io, held);
  // A word that asked about nothing was answered from another epoch: every log is compared before anything is sent.
  return isAnother(book.epoch, held.epoch) ? compare(book, io) : DONE;
}

/** Nobody is there, or they ask to be left alone: another question would not be answered either. */
const isAway = ({ code, waitMs }: Fault): boolean => code === "offline" || (waitMs ?? 0) > 0;
const isAnother = (known: string | null, now: string): boolean => known !== null && known !== now;

function isMistaken(book: Book, believed: ReturnType<typeof readBelieved>): boolean {
  if (!believed) return false;
  const all = claimsOf(book, true);
  const sum = (of: (claim: Claim) => number): number => all.reduce((so, claim) => so + of(claim), 0);
  return believed.held !== sum(({ held }) => held) || believed.files !== sum(({ files }) => files);
}

const stampOf = ({ held, files, fileBytes }: Claim): string => `${held}.${files}.${fileBytes}`;

/** Whether the server was told of files that it has since been given, or not of others. */
export const filesToldWrong = (book: Book): boolean =>
  claimsOf(book, true).some(({ log, files, fileBytes }) => book.told.get(log)?.endsWith(`.${files}.${fileBytes}`) === false);

function claimsOf(book: Book, whole: boolean): readonly Claim[] {
  const left = filesLeft(book);
  const all = [...book.own.logs.values()].map(({ log, entries }): Claim => {
    const files = left.filter((file) => file.log === log);
    return { log, held: entries.length, files: files.length, fileBytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  return whole ? all : all.filter((claim) => book.told.get(claim.log) !== stampOf(claim));
}
