/** The removal of this store, by order or by its officer's wish, as an open session offers it; and what stays of it after. */
import { computed, type ReadonlySignal } from "@preact/signals";
import { entriesLost, readWord } from "../ledger/wipe.ts";
import type { Book } from "../sync/book.ts";
import type { Io } from "../sync/offer.ts";
import { conclude, leftOf } from "../sync/wipe.ts";
import { beginWipe } from "../sync/wipe_order.ts";
import { openPost } from "../sync/wire.ts";
import type { Vault } from "../vault/vault.ts";
import { noteWiped, wipedOn } from "../vault/wiped.ts";
import type { Environment } from "./environment.ts";
import { beat, type Pulse } from "./pulse.ts";
import { forgetMissing } from "./shelf.ts";
import type { LeftHere, Unlocked, WipedStore, Wiping } from "./types.ts";

export function leftHere(book: Book): LeftHere {
  const { entries, files } = leftOf(book);
  return {
    entries: entries.reduce((sum, { from, to }) => sum + to - from + 1, 0), unread: book.unread,
    files: new Set(files.map(({ log, n }) => `${log}:${n}`)).size,
  };
}

/** What an officer is shown while their store is to go, and null as long as it is not. */
export const wipingOf = (book: Book, pulse: Pulse): ReadonlySignal<Wiping | null> => computed(() => {
  void pulse.version.value;
  const { gone, trouble } = pulse.removal.value;
  if (!book.wipe && !gone) return null;
  return { ...leftHere(book), ordered: book.wipe !== null, forced: book.wipe?.forced === true, trouble, gone };
});

type Removing = { readonly environment: Environment; readonly vault: Vault; readonly book: Book; readonly pulse: Pulse };

/** The end of a round. True when the store is gone: then nothing of this session may go on. */
export async function endOfRound({ environment, vault, book, pulse }: Removing, io: Io): Promise<boolean> {
  const { wished } = pulse.removal.value;
  const wipe = book.wipe ?? (wished ? { order: null, forced: false } : null);
  if (!wipe) return false;
  const done = await conclude(book, io, wipe);
  if (done === "wiped") {
    await tellWiped(environment);
    forgetMissing(environment.shelf, (await vault.holders()).map(({ store }) => store));
  }
  pulse.removal.value = { wished, gone: done === "wiped", trouble: typeof done === "object" ? done.why : null };
  beat(pulse);
  return done === "wiped";
}

type Doors = Pick<Unlocked, "wiping" | "removeStore" | "forceWipe">;

export function removalDoors(book: Book, pulse: Pulse, now: () => Promise<void>): Doors {
  return {
    wiping: wipingOf(book, pulse),
    removeStore: async () => {
      pulse.removal.value = { ...pulse.removal.value, wished: true };
      await now();
      const { gone, trouble } = pulse.removal.value;
      pulse.removal.value = { wished: false, gone, trouble: null };
      return gone ? { ok: true } : { ok: false, code: "left", why: trouble ?? keptWords(leftHere(book)) };
    },
    forceWipe: async () => {
      if (!book.wipe) return;
      await beginWipe(book, { ...book.wipe, forced: true });
      await now();
    },
  };
}

const some = (n: number, one: string, more: string): readonly string[] => (n === 0 ? [] : [n === 1 ? `1 ${one}` : `${n} ${more}`]);

export const leftWords = ({ entries, files, unread }: LeftHere): string => [
  ...some(entries, "entry", "entries"), ...some(files, "file", "files"), ...some(unread, "record that cannot be read", "records that cannot be read"),
].join(" and ");

function keptWords(left: LeftHere): string {
  const words = leftWords(left);
  return words === ""
    ? "Nothing was removed: the server could not be asked whether it has everything. Try again where there is signal."
    : `Nothing was removed. The server is not known to have ${words}. Send first.`;
}

/** Brings the server the last words of stores that are gone, as long as it has not heard them. No token is needed. */
export async function tellWiped({ disk, network }: Environment): Promise<void> {
  for (const wiped of await wipedOn(disk)) {
    if (wiped.told) continue;
    const { word, signature } = wiped;
    const heard = await openPost(network, "/api/tablet/wiped", { word, signature });
    if (heard.ok) await noteWiped(disk, { ...wiped, told: true });
  }
}

export async function wipedStores({ disk }: Environment): Promise<readonly WipedStore[]> {
  return (await wipedOn(disk)).flatMap(({ word, told, seen }) => {
    const read = seen ? null : readWord(word);
    if (!read) return [];
    const files = new Set(read.files.map(({ log, n }) => `${log}:${n}`)).size;
    return [{ at: read.at, entries: read.entries, lost: entriesLost(read), files, told }];
  });
}

export async function wipedSeen({ disk }: Environment): Promise<void> {
  for (const wiped of await wipedOn(disk)) await noteWiped(disk, { ...wiped, seen: true });
}
