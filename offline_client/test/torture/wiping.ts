/**
 * A lead orders that stores go from their tablets, or their officers wish it: each sends all that it holds and goes, or goes
 * by force. Its last word comes at any later time, and again.
 */
import { base32 } from "../../src/ledger/bytes.ts";
import type { EntryId, LogId, SignerId } from "../../src/ledger/ids.ts";
import { readWord, type SignedOrder, type WipedWord } from "../../src/ledger/wipe.ts";
import { leftOf } from "../../src/sync/wipe.ts";
import { beginWipe } from "../../src/sync/wipe_order.ts";
import { wipedOn } from "../../src/vault/wiped.ts";
import type { Day } from "./acts.ts";
import { isWholeAt } from "./filing.ts";
import { Broken, everywhere, hold } from "./oracles.ts";
import { enrol, signerOf, type Station } from "./station.ts";

export type Order = { readonly id: string; readonly forced: boolean; readonly signed: SignedOrder };
/** What a store held that was nowhere else, at the moment of the write that ended it. */
export type Left = { readonly entries: readonly (Place & { readonly id: EntryId })[]; readonly files: readonly (Place & { readonly name: string })[] };
type Place = { readonly log: LogId; readonly n: number };

const MOST_ORDERS = 6;
const ID_BYTES = 10;

/** A store is to go; one that was told so before may be told to go by force. Of two copies only one could leave its numbers. */
export async function orderWipe(day: Day, on: Station): Promise<void> {
  const { draw, orders, server } = day;
  const signer = signerOf(on);
  if (orders.size >= MOST_ORDERS && !orders.has(signer)) return;
  const forced = !on.copied && (orders.get(signer)?.forced === true || draw() < 0.4);
  const id = base32(Uint8Array.from({ length: ID_BYTES }, () => Math.floor(draw() * 256)));
  const order = JSON.stringify({ v: 1, wipe: id, signer, forced, at: "2026-11-22T18:00:00.000+00:00" });
  orders.set(signer, { id, forced, signed: { order, signature: await server.sign(`fieldops/wipe/1\n${order}`) } });
}

/** The order that an answer brings: now and then one that is another tablet's, or was made from another's. */
export function orderIn({ draw, orders, rates, chances: { calm } }: Day, signer: SignerId): SignedOrder | null {
  const own = orders.get(signer)?.signed ?? null;
  const others = [...orders].filter(([one]) => one !== signer).map(([, { signed }]) => signed);
  if (calm || !others.length || draw() >= rates.wrongOrders) return own;
  const other = others[Math.floor(draw() * others.length)] as SignedOrder;
  return draw() < 0.5 ? other : { ...other, order: other.order.replace(/"signer":"[a-z2-7]+"/, `"signer":"${signer}"`) };
}

/** The officer at the tablet does not wait until all is sent. */
export async function forceHere(on: Station): Promise<void> {
  const { book } = on;
  if (!book.wipe || on.copied) return;
  on.forces = true;
  await beginWipe(book, { ...book.wipe, forced: true });
}

/** At any moment: only an order of its own makes a store one that is to go. */
export function lookAtOrder({ orders }: Day, on: Station): void {
  const { wipe } = on.book;
  const order = orders.get(signerOf(on));
  hold("goes", wipe === null || (order !== undefined && (order.forced || on.forces || !wipe.forced)), `${on.label} is to go, and nobody ordered it so`);
}

export function leftBy({ book, files }: Station, { server }: Day): Left {
  const rest = everywhere(server);
  const entries = [...book.own.logs.values()].flatMap((log) => log.entries);
  return {
    entries: entries.filter(({ id }) => !rest.has(id)).map(({ log, n, id }) => ({ log, n, id })),
    files: entries.flatMap(({ log, n, att }) => att.flatMap((name) => {
      const file = files.get(name);
      return file && !isWholeAt(server, book.identity.certificate.signer, name, file.bytes) ? [{ log, n, name }] : [];
    })),
  };
}

/** A store is gone: why, with which word, and what is left of it. Its officer has another on the same tablet then. */
export async function wentAway(day: Day, on: Station): Promise<void> {
  const { machine: { disk }, label } = on;
  const signer = signerOf(on);
  const order = day.orders.get(signer);
  hold("goes", order !== undefined || on.wished, `${label} goes, and nobody wanted it`);
  const kept = (await wipedOn(disk)).find(({ store }) => (store as string) === signer);
  const word = readWord(kept?.word ?? "");
  if (!kept || !word || !on.left) throw new Broken("goes", `${label} goes without its word`);
  hold("goes", !word.forced || on.forces || order?.forced === true, `${label} goes by force, and nobody ordered that`);
  named(day, on, word, on.left);
  const remains = [...disk.records.keys()].map((key) => key.split("\u0000")).filter(([, owner]) => owner === signer);
  hold("erased", remains.every(([room, , name]) => room === "officers" && name === "wiped"), `${label}: ${remains.length} records lie on`);
  on.words.push(kept.word);
  day.words.add(kept.word);
  day.gone.push({ signer, told: on.told });
  Object.assign(on, { left: null, wished: false, forces: false });
  await enrol(on, disk);
}

/** A store that goes by force asks nobody: what a server lost that was put back since has its number by what was claimed. */
function named({ had }: Day, { label, book }: Station, { forced, entries, lost, files }: WipedWord, left: Left): void {
  hold("goes", forced || left.entries.length + left.files.length === 0, `${label} goes with ${left.entries.length} entries and ${left.files.length} files that are nowhere else`);
  const said = left.entries.every(({ log, n, id }) => had.has(id) || lost.some((one) => one.log === log && one.from <= n && n <= one.to));
  const saidFiles = left.files.every(({ log, n, name }) =>
    had.has(`${book.identity.certificate.signer} ${name}`) || files.some((one) => one.log === log && one.n === n && one.manifest === name));
  const held = [...book.own.logs.values()].reduce((sum, log) => sum + log.entries.length, 0);
  hold("numbered", said && saidFiles && entries === held, `${label}: its last word does not name what goes`);
}

/** In the end every last word that lies on a tablet has come, and none that no store left. */
export function wordsAreHeard({ stations, words, server, orders }: Day): void {
  const heard = new Set(server.words.map(({ word }) => word));
  for (const on of stations) hold("numbered", on.words.every((word) => heard.has(word)), `a last word from ${on.label} is not heard`);
  hold("authentic", [...heard].every((word) => words.has(word)), "a last word that no store left");
  for (const on of stations.filter(mayGo)) hold("goes", on.book.wipe === null && !orders.has(signerOf(on)), `${on.label} was to go, and is here`);
}

/** Not without force, where the server was put back since this tablet let go of a file: that is nowhere any more. */
const mayGo = ({ book }: Station): boolean => leftOf(book).files.every(({ manifest }) => book.files.get(manifest)?.gone !== true);
