/**
 * What becomes of every call and every write of a tablet: chance decides, at each of them, whether it arrives, is lost, cut,
 * spoilt, repeated or late, whether the disk takes it, and whether the tablet's process ends just there.
 */
import { gunzipSync } from "node:zlib";
import { utf8 } from "../../src/ledger/bytes.ts";
import type { Call, Network, Reply } from "../../src/sync/wire.ts";
import type { Change, DiskFault } from "../../src/vault/disk.ts";
import type { MemoryDisk } from "../support/machine.ts";

/** One life of a tablet's process. Whatever it still does when it is over reaches nobody. */
export type Life = { over: boolean; readonly end: () => void; readonly ended: Promise<"ended"> };
export type Chances = {
  readonly draw: () => number;
  /** Nothing goes wrong. */
  calm: boolean;
  /** How likely a fault is, beside the usual: a network is bad for a while, and then good. */
  rough: number;
  /** Calls and writes that a fate was drawn for. */
  points: number;
  serverFull: boolean;
  /** Calls that are still on their way. */
  readonly late: Call[];
  /** Pushes as they were sent. */
  readonly pushes: Call[];
};

export function newLife(): Life {
  let resolve: (how: "ended") => void = () => undefined;
  const ended = new Promise<"ended">((done) => { resolve = done; });
  const life = { over: false, ended, end: () => { life.over = true; resolve("ended"); } };
  return life;
}

const never = <T>(): Promise<T> => new Promise(() => undefined);
const PUSHES = ["/api/sync/push", "/api/sync/bundle"];
const LAST_WORD = "/api/tablet/wiped";
const FULL: DiskFault = { ok: false, code: "full", why: "There is no room." };

/** By which a tablet speaks to the server: each call has its fate. */
export function fatedNetwork(chances: Chances, arrive: Network, life: () => Life): Network {
  return async (call) => {
    const mine = life();
    if (mine.over) return never();
    chances.points++;
    if (PUSHES.includes(call.path)) chances.pushes.push(call);
    if (chances.calm) return arrive(call);
    const reply = await fated(chances, arrive, call, mine);
    return mine.over ? never() : reply;
  };
}

async function fated(chances: Chances, arrive: Network, call: Call, life: Life): Promise<Reply | null> {
  const { draw, late, rough } = chances;
  // Parts of files come last in a round, when all before went well: they have a weather of their own.
  const fate = isPart(call) ? draw() * 0.6 : draw() / rough;
  if (fate < 0.005) life.end();
  if (fate < 0.07) return null;
  if (fate < 0.1) {
    late.push(call);
    return null;
  }
  if (fate < 0.12) return { status: 500, bytes: new Uint8Array() };
  if (fate < 0.13) return { status: 503, bytes: new Uint8Array(), retryAfterS: 3 };
  if (chances.serverFull && needsRoom(call)) return { status: 507, bytes: new Uint8Array() };
  if (fate < 0.16) await arrive(call);
  const reply = await arrive(fate < 0.19 && handsIn(call) ? spoilt(call, draw) : call);
  if (fate < 0.195) life.end();
  if (fate < 0.26) return null;
  return fate < 0.29 && reply ? { ...reply, bytes: reply.bytes.slice(0, Math.floor(draw() * reply.bytes.length)) } : reply;
}

/** A call's body as it was before it was packed. */
export const plainOf = ({ headers, body }: Call): Uint8Array<ArrayBuffer> =>
  headers["content-encoding"] === "gzip" && body ? Uint8Array.from(gunzipSync(body)) : (body ?? new Uint8Array());

/** A disk that takes nothing more keeps no entry and no tablet's word; what is only asked is answered. */
const needsRoom = (call: Call): boolean =>
  PUSHES.includes(call.path) || isPart(call) || (call.path === "/api/sync/have" && Buffer.from(plainOf(call)).includes('"claims"'));

export const isPart = ({ path }: Call): boolean => path.startsWith("/api/sync/attachments/");
const handsIn = (call: Call): boolean => PUSHES.includes(call.path) || call.path === LAST_WORD || isPart(call);

/** A bit of what is handed in is another. A part of a file may as well be cut, or be taken for the next. */
function spoilt(call: Call, draw: () => number): Call {
  const fate = isPart(call) ? draw() : 0;
  if (fate > 0.7) return { ...call, path: call.path.replace(/\d+$/, (n) => String(Number(n) + 1)) };
  if (fate > 0.4) return { ...call, body: (call.body ?? new Uint8Array()).slice(0, Math.floor(draw() * (call.body?.length ?? 0))) };
  const body = plainOf(call).slice();
  const at = Math.floor(draw() * body.length);
  body[at] = (body[at] ?? 0) ^ (1 << Math.floor(draw() * 7));
  return { ...call, headers: { ...call.headers, "content-encoding": "identity" }, body };
}

/** What a server answers that is asked in a form which is none. */
export const sternly = (network: Network): Network => async (call) => {
  try {
    return await network(call);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { status: 400, bytes: utf8(JSON.stringify({ code: "malformed", title: "Malformed." })) };
  }
};

/** `full`: its storage takes nothing more. `before` sees each write that takes something away; `ends`: the keys of a store. */
type Storage = { readonly full: () => boolean; readonly before: (changes: readonly Change[], ends: boolean) => void };

/** Each write of a tablet has its fate, beside those that a start makes. */
export function fateWrites(disk: MemoryDisk, chances: Chances, life: Life, { full, before }: Storage): void {
  disk.beforeWrite = (changes) => {
    if (life.over) return "died";
    const ends = changes.some(({ room, name, put }) => room === "officers" && name === "card" && put === null);
    if (changes.some(({ put }) => put === null)) before(changes, ends);
    if (!ends && changes.every(({ room, name }) => room === "officers" && name !== "wiped")) return null;
    chances.points++;
    if (full()) return FULL;
    return chances.calm ? null : fateOf(disk, chances, life, changes);
  };
}

function fateOf(disk: MemoryDisk, { draw }: Chances, life: Life, changes: readonly Change[]): DiskFault | "died" | null {
  const fate = draw();
  if (fate >= 0.03) return null;
  if (fate < 0.01) return { ok: false, code: "failed", why: "The disk failed." };
  life.end();
  if (fate < 0.02) keep(disk, changes);
  return "died";
}

/** All of it reaches the disk, and nobody hears of that. */
export function keep({ records }: Pick<MemoryDisk, "records">, changes: readonly Change[]): void {
  for (const { room, owner, name, put } of changes) {
    const key = [room, owner, name].join("\u0000");
    if (put) records.set(key, put);
    else records.delete(key);
  }
}
