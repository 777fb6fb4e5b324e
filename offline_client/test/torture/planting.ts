/** How a mistake is put in the place of an honest part: in answers, in what the server does at a door, in what reaches a disk. */
import { utf8 } from "../../src/ledger/bytes.ts";
import type { Call, Network, Reply } from "../../src/sync/wire.ts";
import type { Change, Disk, Done, Room } from "../../src/vault/disk.ts";
import type { MemoryDisk } from "../support/machine.ts";
import type { Server } from "../support/server.ts";
import type { Mistake } from "./acts.ts";
import { keep } from "./fates.ts";
import type { Promised } from "./oracles.ts";

export type Json = { readonly [key: string]: unknown };
/** A mistake, made anew for each day, and the promises by which it may be seen. */
export type Planted = readonly (readonly [name: string, mistake: () => Mistake, seenBy: readonly Promised[]])[];

/** Changes the answers of one door: on their way, or where the app hears them. */
export const answering = (door: string, change: (said: Json, call: Call) => Json, where: "network" | "beyond" = "network"): Mistake => ({
  [where]: (network: Network): Network => async (call) => {
    const reply = await network(call);
    if (!call.path.endsWith(door) || reply?.status !== 200) return reply;
    const [head = "", ...lines] = Buffer.from(reply.bytes).toString().split("\n");
    if (!head.endsWith("}")) return reply;
    return { ...reply, bytes: utf8([JSON.stringify(change(JSON.parse(head) as Json, call)), ...lines].join("\n")) };
  },
});

type Serve = (server: Server, honest: Network, call: Call) => Promise<Reply | null>;

/** Changes what the server does with some calls. */
export const servingSome = (isMeant: (call: Call) => boolean, change: Serve): Mistake => ({
  server: (server) => {
    const honest = server.network;
    Object.assign(server, { network: (call: Call) => (isMeant(call) ? change(server, honest, call) : honest(call)) });
  },
});

/** Changes what the server does at one door. */
export const serving = (door: string, change: Serve): Mistake => servingSome(({ path }) => path.endsWith(door), change);

export const writing = (write: (disk: MemoryDisk, changes: readonly Change[]) => Promise<Done>): Mistake => ({
  disk: (disk): Disk => ({ ...disk, write: (changes) => write(disk, changes) }),
});

/** What lies in these rooms reaches the disk only with the next write to them, and the process may end between. */
export function lagging(...rooms: readonly Room[]): Mistake {
  const waiting = new WeakMap<MemoryDisk, readonly Change[]>();
  return writing(async (disk, changes) => {
    const later = changes.filter(({ room }) => rooms.includes(room));
    if (!later.length) return disk.write(changes);
    keep(disk, waiting.get(disk) ?? []);
    waiting.set(disk, later);
    return disk.write(changes.filter((change) => !later.includes(change)));
  });
}

let turn = 0;
export const nowAndThen = (every: number): boolean => ++turn % every === 0;
