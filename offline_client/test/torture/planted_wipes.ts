/** Wrong tablets, disks and servers where a store is ordered to go. */
import { signWord, type LostEntries, type LostFile } from "../../src/ledger/wipe.ts";
import type { Book, WipeAnswer, Wiping } from "../../src/sync/book.ts";
import { conclude, isAnyLeft, leftOf, type Concluded } from "../../src/sync/wipe.ts";
import { utf8 } from "../../src/ledger/bytes.ts";
import type { Mistake } from "./acts.ts";
import { serving, writing, type Planted } from "./planting.ts";

type Said = { readonly lost: readonly LostEntries[]; readonly files: readonly LostFile[] };

/** A store ends at once, with whatever word. */
async function go(book: Book, { order, forced }: Wiping, { lost, files }: Said = { lost: [], files: [] }): Promise<Concluded> {
  const entries = [...book.own.logs.values()].reduce((sum, log) => sum + log.entries.length, 0);
  const word = { wiped: order, signer: book.identity.certificate.signer, forced, at: "2026-11-22T18:00:00.000+00:00", entries, lost, files };
  const done = await book.store.erase(() => signWord(word, book.store.sign));
  return done.ok ? "wiped" : { why: done.why };
}

const ORDERS = { orders: 0.03 };

const goesAtOnce: Mistake = { rates: ORDERS, conclude: (book, _, wipe) => go(book, wipe) };

/** What was confirmed once is taken for what the server has. */
const asksNobody: Mistake = { rates: { wishes: 0.2, restoresAmid: 0.05 }, conclude: async (book, _, wipe) => (isAnyLeft(book) || book.recording ? "kept" : go(book, wipe)) };

const namesNoLoss: Mistake = { rates: ORDERS, conclude: (book, io, wipe) => (wipe.forced ? go(book, wipe) : conclude(book, io, wipe)) };

/** Entries are named, and not the files that go with them. */
const namesNoFile: Mistake = {
  rates: { orders: 0.05, photos: 0.3 }, conclude: (book, io, wipe) => (wipe.forced ? go(book, wipe, { lost: leftOf(book).entries, files: [] }) : conclude(book, io, wipe)),
};

/** An order is obeyed of which the tablet itself says that it should not be. */
const obeys = (word: WipeAnswer["word"]): Mistake => ({
  rates: { ...ORDERS, wrongOrders: 0.5 },
  toGo: ({ wipe, answer }) => wipe ?? (answer?.word === word ? { order: answer.order.slice(0, 16).replace(/[^a-z2-7]/g, "a"), forced: false } : null),
});

/** The keys go, and the word is not kept with them. */
const goesWithoutAWord: Mistake = {
  rates: ORDERS, ...writing((disk, changes) => disk.write(changes.filter(({ name }) => name !== "wiped"))),
};

const leavesTheRest: Mistake = { rates: ORDERS, disk: (disk) => ({ ...disk, clear: async () => ({ ok: true }) }) };

/** A last word is answered, and nothing of it is kept. */
const hearsNoLastWord: Mistake = { rates: ORDERS, ...serving("wiped", async () => ({ status: 200, bytes: utf8('{"time":1}') })) };

export const PLANTED_WIPES: Planted = [
  ["a store goes before all of it is received", () => goesAtOnce, ["goes", "numbered"]],
  ["a store goes without asking the server anew", () => asksNobody, ["goes"]],
  ["a store that goes by force names no loss", () => namesNoLoss, ["numbered"]],
  ["a store that goes by force names no file", () => namesNoFile, ["numbered"]],
  ["another tablet's order is obeyed", () => obeys("not_ours"), ["goes"]],
  ["an order is obeyed that nobody signed so", () => obeys("forged"), ["goes"]],
  ["a store goes without its word", () => goesWithoutAWord, ["goes"]],
  ["what is left of a store lies on", () => leavesTheRest, ["erased"]],
  ["a server keeps no last word", () => hearsNoLastWord, ["numbered"]],
];
