/**
 * What the vault asks of a disk: named records under an owner, and writes that are all there or not at all. The real one is
 * IndexedDB (indexeddb.ts); tests hand in one that can be full, die, or be killed between any two steps.
 */

/**
 * Rooms hold records that are sealed. Before anyone unlocks, `officers` can be read, and of `outbox` what stands on the
 * envelope: what is in it was sealed to the operation, and no key on this tablet opens it.
 */
export const ROOMS = ["officers", "own", "segments", "streams", "pulled", "papers", "small", "files", "media", "outbox"] as const;
export type Room = (typeof ROOMS)[number];

export type Sealed = { readonly iv: Uint8Array<ArrayBuffer>; readonly ct: Uint8Array<ArrayBuffer> };
export type Stored = { readonly [field: string]: unknown };

export type Change = { readonly room: Room; readonly owner: string; readonly name: string; readonly put: Stored | null };

export type Done = { readonly ok: true } | DiskFault;
export type DiskFault = { readonly ok: false; readonly code: "full" | "closed" | "failed"; readonly why: string };

export type Named = { readonly name: string; readonly value: Stored };

export type Disk = {
  /** Everything an owner keeps in these rooms, as it stood at one moment, each room in the order of its names. */
  gather(rooms: readonly Room[], owner: string): Promise<ReadonlyMap<Room, readonly Named[]>>;
  get(room: Room, owner: string, name: string): Promise<Stored | null>;
  /** Every record of an owner in the order of their names; of every owner when none is given. */
  list(room: Room, owner?: string): Promise<readonly { readonly owner: string; readonly name: string; readonly value: Stored }[]>;
  count(room: Room, owner: string): Promise<number>;
  /** One transaction: `ok` is said only after the disk has flushed. */
  write(changes: readonly Change[]): Promise<Done>;
  /** Removes all that an owner keeps in these rooms, in one transaction. */
  clear(rooms: readonly Room[], owner: string): Promise<Done>;
};

/** Numbers as names that sort like numbers. */
export const serialName = (n: number): string => String(n).padStart(12, "0");
