/**
 * Wiping this store, in two phases. First all that the server lacks is sent, and nothing is deleted; then, on the server's
 * fresh word that it has everything, or by force, the keys go. What a forced wipe loses is named in the store's last word.
 */
import { signWord, type LostEntries, type LostFile, type WipedWord } from "../ledger/wipe.ts";
import type { Book, Wiping } from "./book.ts";
import { isReceived, namings } from "./files.ts";
import { compare, type Io } from "./offer.ts";
import { isThere, type OwnLog } from "./own.ts";
import { confirmFiles } from "./send_files.ts";

/** What of this store the server is not known to have. */
export type Left = { readonly entries: readonly LostEntries[]; readonly files: readonly LostFile[] };

export function leftOf(book: Book): Left {
  return {
    entries: [...book.own.logs.values()].flatMap(runsLeft),
    files: namings(book).flatMap(({ log, n, files }) =>
      files.filter((file) => !isReceived(book, file)).map(({ name }) => ({ log, n, manifest: name }))),
  };
}

function runsLeft(log: OwnLog): readonly LostEntries[] {
  const runs: LostEntries[] = [];
  for (const { n } of log.entries) {
    if (isThere(log, n)) continue;
    const last = runs.at(-1);
    if (last?.to === n - 1) runs[runs.length - 1] = { ...last, to: n };
    else runs.push({ log: log.log, from: n, to: n });
  }
  return runs;
}

export const isAnyLeft = (book: Book): boolean => {
  const { entries, files } = leftOf(book);
  return entries.length + files.length + book.unread > 0;
};

/** `kept`: not all is with the server, or it could not be asked. */
export type Concluded = "wiped" | "kept" | { readonly why: string };

/**
 * The second phase. What was confirmed once may be lost with the server since, so it is asked again, entries and files, and
 * between its answers and the erasing nothing is recorded.
 */
export async function conclude(book: Book, io: Io, wipe: Wiping): Promise<Concluded> {
  if (!wipe.forced && !(await isAllThere(book, io))) return "kept";
  if (book.recording > 0 || (!wipe.forced && isAnyLeft(book))) return "kept";
  const word = lastWord(book, wipe, io.nowMs());
  const erased = await book.store.erase(() => signWord(word, book.store.sign));
  return erased.ok ? "wiped" : { why: erased.why };
}

async function isAllThere(book: Book, io: Io): Promise<boolean> {
  if (isAnyLeft(book)) return false;
  const [entries, files] = [await compare(book, io), await confirmFiles(book, io)];
  return entries.ok && files.ok && !isAnyLeft(book);
}

/** Beyond these days no program reads a time, however wrong this tablet's clock is. */
const LATEST_MS = Date.UTC(2199, 11, 31);
const timeOf = (ms: number): string => new Date(Math.min(Math.max(0, Math.trunc(ms)), LATEST_MS)).toISOString().replace("Z", "+00:00");

function lastWord(book: Book, { order, forced }: Wiping, nowMs: number): WipedWord {
  const left = leftOf(book);
  return {
    wiped: order, signer: book.identity.certificate.signer, forced, at: timeOf(nowMs),
    entries: [...book.own.logs.values()].reduce((sum, { entries }) => sum + entries.length, 0), lost: left.entries, files: left.files,
  };
}
