/** What lies on a tablet's disk, opened with the officer's secret: every record's text and every piece of a file. */
import assert from "node:assert/strict";
import type { StoreId } from "../../src/ledger/ids.ts";
import { postOf } from "../../src/vault/post.ts";
import type { Store } from "../../src/vault/store.ts";
import { openVault } from "../../src/vault/vault.ts";
import { SECRET, START_MS } from "./field.ts";
import { CHEAP_LOCKS, memoryDisk, type MemoryDisk } from "./machine.ts";

/** A copy of the disk, as somebody who knows the secret reads it. */
export async function openedStore(disk: MemoryDisk): Promise<Store> {
  const vault = openVault(memoryDisk(disk), () => START_MS, CHEAP_LOCKS);
  const [holder] = await vault.holders();
  const opened = await vault.unlock(holder?.store ?? ("" as StoreId), SECRET);
  assert.ok(opened.ok);
  return opened.store;
}

export type Held = { readonly texts: readonly string[]; readonly pieces: ReadonlyMap<string, Uint8Array>; readonly unreadable: number };

export async function heldOn(disk: MemoryDisk): Promise<Held> {
  const store = await openedStore(disk);
  const rooms = Object.values(await store.readRooms());
  const names = [...disk.records.keys()].map((key) => key.split("\u0000")).filter(([room]) => room === "media").map(([, , name]) => name ?? "");
  const pieces = new Map<string, Uint8Array>();
  for (const name of names) {
    const piece = await store.readPiece(name);
    if (piece) pieces.set(name, piece);
  }
  return {
    texts: rooms.flatMap(({ records }) => records.map(({ text }) => text)), pieces,
    unreadable: rooms.reduce((sum, { unreadable }) => sum + unreadable, 0) + names.length - pieces.size,
  };
}

/** How many records hold these words. */
export const holding = ({ texts }: Held, words: string): number => texts.filter((text) => text.includes(words)).length;

/** The runs that lie sealed to the operation, as "log:from-to". */
export const posted = async (disk: MemoryDisk): Promise<readonly string[]> =>
  (await postOf(disk).list()).map(({ part: { log, from, to } }) => `${log}:${from}-${to}`);
