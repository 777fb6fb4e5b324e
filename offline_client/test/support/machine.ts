/**
 * A tablet's machine in memory: a disk that keeps what was acknowledged and can be full, dead or cut off between any two
 * steps, clocks that move when told, and a network that is whatever function is plugged in.
 */
import type { Environment } from "../../src/model/environment.ts";
import type { Kdf } from "../../src/vault/keys.ts";
import { keyFromSecret } from "../../src/vault/secret.ts";
import type { Locks } from "../../src/vault/vault.ts";
import type { Network } from "../../src/sync/wire.ts";
import type { Change, Disk, DiskFault, Done, Room, Stored } from "../../src/vault/disk.ts";

export type MemoryDisk = Disk & {
  /** What a restart finds: every record that was acknowledged, by room, owner and name. */
  readonly records: Map<string, Stored>;
  /** What lies in the open beside the records. */
  shelf: string | null;
  /** Called before each write; a fault stops it, "died" leaves the promise open for ever, as a kill does. */
  beforeWrite: (changes: readonly Change[]) => DiskFault | "died" | null;
};

const SEPARATOR = "\u0000";
const keyOf = (room: Room, owner: string, name: string): string => [room, owner, name].join(SEPARATOR);

export function memoryDisk(from: MemoryDisk | null = null): MemoryDisk {
  const records = new Map(from?.records ?? []);
  const disk: MemoryDisk = {
    records,
    shelf: from?.shelf ?? null,
    beforeWrite: () => null,
    get: async (room, owner, name) => records.get(keyOf(room, owner, name)) ?? null,
    gather: async (rooms, owner) => new Map(rooms.map((room) => [room, listed(records, room, owner)])),
    list: async (room, owner) => listed(records, room, owner),
    count: async (room, owner) => listed(records, room, owner).length,
    write: (changes) => write(disk, changes),
    clear: (rooms, owner) => write(disk, rooms.flatMap((room) =>
      listed(records, room, owner).map(({ name }): Change => ({ room, owner, name, put: null })))),
  };
  return disk;
}

function listed(records: ReadonlyMap<string, Stored>, room: Room, owner?: string) {
  return [...records]
    .map(([key, value]) => ({ parts: key.split(SEPARATOR), value }))
    .filter(({ parts }) => parts[0] === room && (owner === undefined || parts[1] === owner))
    .map(({ parts, value }) => ({ owner: parts[1] ?? "", name: parts[2] ?? "", value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function write(disk: MemoryDisk, changes: readonly Change[]): Promise<Done> {
  await Promise.resolve();
  const fault = disk.beforeWrite(changes);
  if (fault === "died") return new Promise(() => undefined);
  if (fault) return fault;
  for (const { room, owner, name, put } of changes) {
    if (put) disk.records.set(keyOf(room, owner, name), put);
    else disk.records.delete(keyOf(room, owner, name));
  }
  return { ok: true };
}

/** A secret costs next to nothing here; what it costs on a tablet is measured elsewhere. */
export const CHEAP: Kdf = { memoryKiB: 64, passes: 1, lanes: 1 };

export const CHEAP_LOCKS: Locks = { kdf: CHEAP, stretch: keyFromSecret, ready: () => undefined };

export type Machine = Environment & {
  readonly disk: MemoryDisk;
  /** Moves the wall clock and rings what is due. */
  pass(ms: number): void;
  wake(): void;
  network: Network;
  /** Free bytes, and whether it is on Wi-Fi, as far as this browser says. */
  free: number | null;
  wifi: boolean | null;
  /** Files that were given to the officer. */
  readonly saved: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[];
};

type Alarm = { readonly at: number; readonly run: () => void };

/** `seed` makes chance repeat. */
export function machine(disk: MemoryDisk, network: Network, startMs: number, seed = 1): Machine {
  let now = startMs;
  let passed = 0;
  let alarms: readonly Alarm[] = [];
  const saved: Machine["saved"] = [];
  const wakers = new Set<() => void>();
  const draw = dice(seed);
  const made: Machine = {
    disk, network,
    nowMs: () => now,
    monotonicMs: () => passed,
    chance: (count) => Uint8Array.from({ length: count }, () => Math.floor(draw() * 256)),
    timers: {
      after(ms, run) {
        const alarm = { at: now + ms, run };
        alarms = [...alarms, alarm];
        return () => { alarms = alarms.filter((one) => one !== alarm); };
      },
      chance: draw,
    },
    onWake(wake) {
      wakers.add(wake);
      return () => wakers.delete(wake);
    },
    room: async () => made.free,
    onWifi: () => made.wifi,
    free: null, wifi: null,
    keepStorage: async () => true,
    storage: async () => ({ persisted: true, quotaMib: 2048, usageMib: 12 }),
    shelf: { read: () => disk.shelf, write: (text) => { disk.shelf = text; } },
    save: async (files) => { saved.push(...files); },
    share: null,
    saved,
    build: "0123456789ab",
    takePen: async () => true,
    locks: CHEAP_LOCKS,
    painted: async () => undefined,
    unsupported: () => null,
    pass(ms) {
      now += ms;
      passed += Math.abs(ms);
      const due = alarms.filter(({ at }) => at <= now);
      alarms = alarms.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
    wake: () => { for (const wake of wakers) wake(); },
  };
  return made;
}

/** A small generator with a seed (mulberry32), so that a failing run can be run again. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
