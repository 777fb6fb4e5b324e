/**
 * What stays of a store that was wiped: its last word, signed and in the open, until the server has heard it and somebody
 * here has read it. It names logs and numbers, and nobody.
 */
import type { StoreId } from "../ledger/ids.ts";
import type { SignedWord } from "../ledger/wipe.ts";
import { READER_KEY } from "./reader_key.ts";
import { ROOMS, type Change, type Disk, type Done } from "./disk.ts";

/** `told`: the server has the word. `seen`: somebody here has read it. */
export type Wiped = SignedWord & { readonly store: StoreId; readonly told: boolean; readonly seen: boolean };

const CARD = "card";
const WORD = "wiped";
const REST = ROOMS.filter((room) => room !== "officers");

/** The write that ends a store: its keys lie on the card, and go in the moment in which the word is kept. */
export const farewell = (store: StoreId, { word, signature }: SignedWord): readonly Change[] => [
  { room: "officers", owner: store, name: CARD, put: null },
  { room: "officers", owner: store, name: READER_KEY, put: null },
  { room: "officers", owner: store, name: WORD, put: { word, signature, told: false, seen: false } },
];

export const clearRooms = (disk: Disk, store: StoreId): Promise<Done> => disk.clear(REST, store);

export async function wipedOn(disk: Disk): Promise<readonly Wiped[]> {
  const named = (await disk.list("officers")).filter(({ name }) => name === WORD);
  return named.map(({ owner, value }) => ({ ...(value as unknown as Wiped), store: owner as StoreId }));
}

/** Notes that the server or somebody here knows of it. When both do, nothing of the store is left. */
export function noteWiped(disk: Disk, { store, word, signature, told, seen }: Wiped): Promise<Done> {
  const put = told && seen ? null : { word, signature, told, seen };
  return disk.write([{ room: "officers", owner: store, name: WORD, put }]);
}

/** Goes on with what a kill cut short. */
export async function finishErasing(disk: Disk): Promise<void> {
  for (const { store } of await wipedOn(disk)) await clearRooms(disk, store);
}
