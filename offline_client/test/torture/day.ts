/**
 * Days in the field by seeded chance: tablets, a relay of sealed files, a server that is put back to older days, and the
 * oracles. A step is one thing that happens: an act, or a call or a write of which chance decided what becomes of it.
 */
import type { Draft } from "../../src/ledger/entry.ts";
import { streamId, THE_VISIT, type EntryId, type LogId, type SignerId, type StreamId } from "../../src/ledger/ids.ts";
import { FWA, HSE, LEAD, START_MS } from "../support/field.ts";
import { dice, type MemoryDisk } from "../support/machine.ts";
import { VISIT, type Member } from "../support/papers.ts";
import { openServer, snapshot, type Server } from "../support/server.ts";
import { newLife, sternly, type Chances } from "./fates.ts";
import {
  allArrived, closed, entriesOf, everywhere, hear, hold, holdsItsGrants, honestView, lookAt, nothingIsLeftOf, streamsOf, viewsHold,
  type Believed, type View,
} from "./oracles.ts";
import { contact, copied, enrol, enrolled, restart, sealedFiles, signerOf, takeFile, tap, toldIn, type Ground, type Station } from "./station.ts";
import type { Network } from "../../src/sync/wire.ts";
import type { Disk } from "../../src/vault/disk.ts";

const DECADE_MS = 10 * 365 * 24 * 60 * 60 * 1000;
const CREW: readonly Member[] = [LEAD, FWA, HSE];
const [OPEN, CLOSED, SECRET] = ["C1", "C4", "C7p"].map((code) => streamId(VISIT, code)) as [StreamId, StreamId, StreamId];
const FIELDS = 4;
const SCHEMA = "0".repeat(64);
const MOST_COPIES = 2;
const WEATHER = [1, 1, 0.1];

/** What is put in the place of an honest part. */
export type Mistake = {
  readonly network?: (network: Network) => Network;
  readonly beyond?: (network: Network) => Network;
  readonly disk?: (disk: MemoryDisk) => Disk;
  readonly server?: (server: Server) => void;
  readonly view?: View;
  /** Whether a restored server says so. */
  readonly silent?: boolean;
};

type Gone = { readonly told: ReadonlyMap<LogId, readonly EntryId[]> };

type Day = {
  readonly seed: number;
  readonly mistake: Mistake;
  readonly draw: () => number;
  readonly chances: Chances;
  readonly server: Server;
  readonly stations: Station[];
  readonly backups: ReturnType<typeof snapshot>[];
  readonly files: { readonly from: SignerId; readonly bytes: Uint8Array<ArrayBuffer> }[];
  readonly gone: Gone[];
  readonly recorded: Set<EntryId>;
  /** What lay in streams when the server was put back: a tablet that had it goes on showing it. */
  readonly before: Set<EntryId>;
  readonly believed: Believed;
  readonly arrive: Network;
  acts: number;
};

export type Course = { readonly steps: number; readonly told: number; readonly atRest: number; readonly restarts: number };

const pick = <T>(draw: () => number, from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;

async function begin(seed: number, mistake: Mistake): Promise<Day> {
  const server = await openServer(CREW, START_MS);
  server.mayRead = (member, stream) => stream === OPEN || (stream === CLOSED && member.agency !== HSE.agency);
  mistake.server?.(server);
  const draw = dice(seed);
  const chances: Chances = { draw, calm: true, rough: 1, points: 0, serverFull: false, late: [], pushes: [] };
  const day: Day = {
    seed, mistake, draw, chances, server, stations: [], backups: [snapshot(server)], files: [], gone: [], recorded: new Set(), before: new Set(),
    believed: { held: new Map(), most: new Map(), doubted: new Set() }, arrive: sternly(server.network), acts: 0,
  };
  for (const [i, member] of [...CREW, FWA].entries()) {
    const on = await enrolled(`${member.name} ${i}`, member, groundOf(day), seed * 10 + i);
    day.stations.push(on);
    await contact(on);
  }
  chances.calm = false;
  return day;
}

function groundOf(day: Day): Ground {
  const listening: Network = async (call) => {
    const before = day.server.told.length;
    const reply = await day.arrive(call);
    for (const word of day.server.told.slice(before)) {
      const on = day.stations.find((one) => signerOf(one) === word.signer && !one.copied) ?? null;
      hear(day.believed, word, call.headers["late"] ? null : on);
    }
    return reply;
  };
  const { network = (one) => one, beyond = (one) => one, disk = (one) => one } = day.mistake;
  return { chances: day.chances, network: network(listening), beyond, disk };
}

/** Does something on a tablet whose process may end in the midst of it; it is then started again. */
async function living(day: Day, on: Station, act: () => Promise<unknown>): Promise<void> {
  const end = await Promise.race([act(), on.life.ended]);
  if (end !== "ended" && !on.life.over) return;
  await calmly(day, () => restart(on));
  lookAt(on, day.server);
}

async function calmly(day: Day, act: () => Promise<unknown>): Promise<void> {
  const { chances } = day;
  const full = day.stations.filter((on) => on.full);
  for (const on of full) on.full = false;
  chances.calm = true;
  await act();
  chances.calm = false;
  for (const on of full) on.full = true;
}

function draftOn(day: Day, on: Station, stream: StreamId): Draft {
  const { draw } = day;
  const field = `Q-${1 + Math.floor(draw() * FIELDS)}`;
  const own = [...on.book.own.logs.values()].flatMap(({ entries }) => entries);
  const pulled = [...on.book.replica.entries.values()].map(({ entry }) => entry);
  const here = [...own, ...pulled].filter((entry) => entry.field === field && entry.log.startsWith(stream));
  const named = new Set(here.flatMap(({ supersedes }) => supersedes));
  const seen = here.map(({ id }) => id).filter((id) => !named.has(id)).slice(-8);
  const at = new Date(Math.max(0, on.machine.nowMs())).toISOString().replace("Z", "+00:00");
  const supersedes = draw() < 0.7 ? [...new Set(seen)] : [];
  return { kind: "answer", schema: SCHEMA, subject: THE_VISIT, field, value: Math.floor(draw() * 100), happened: at, recorded: at, supersedes };
}

async function record(day: Day, on: Station): Promise<void> {
  const stream = pick(day.draw, [OPEN, OPEN, CLOSED, SECRET]);
  await living(day, on, () => tap(on, stream, () => draftOn(day, on, stream)));
  for (const log of on.book.own.logs.values()) for (const { id } of log.entries.slice(-2)) day.recorded.add(id);
}

async function speak(day: Day, on: Station): Promise<void> {
  await living(day, on, async () => {
    const { gone } = day.server;
    const { fault } = await contact(on);
    if (fault === null && gone === day.server.gone) nothingIsLeftOf(gone, on);
  });
  lookAt(on, day.server);
}

function putBack(day: Day): void {
  const { server, draw, backups, mistake } = day;
  for (const lines of streamsOf(server).values()) for (const { id } of entriesOf(lines)) day.before.add(id);
  const backup = pick(draw, backups);
  server.state = { ...backup, logs: new Map(backup.logs), streams: new Map(backup.streams) };
  if (!mistake.silent) server.epoch = `epoch ${Math.floor(draw() * 1e9)}`;
}

async function copy(day: Day, on: Station): Promise<void> {
  if (on.copied || day.stations.filter((one) => one.copied).length >= 2 * MOST_COPIES) return;
  await calmly(day, async () => { day.stations.push(await copied(on, day.seed * 10 + day.stations.length)); });
}

/** The browser clears the store. One of which there is a copy is left alone: numbers do not tell the two apart. */
async function clear(day: Day, on: Station): Promise<void> {
  if (on.copied || day.gone.length > 5) return;
  day.gone.push({ told: on.told });
  on.life.end();
  on.life = newLife();
  await calmly(day, () => enrol(on));
}

async function carry(day: Day, on: Station): Promise<void> {
  const { draw, files } = day;
  if (!files.length || draw() < 0.4) {
    for (const bytes of await sealedFiles(on)) files.push({ from: signerOf(on), bytes });
    return;
  }
  const at = Math.floor(draw() * files.length);
  const { bytes } = files[at] as Day["files"][number];
  const fate = draw();
  if (fate < 0.1) files.splice(at, 1);
  const handed = fate < 0.3 ? bytes.slice(0, Math.floor(draw() * bytes.length)) : bytes;
  if (fate >= 0.1) await living(day, on, () => takeFile(on, handed));
}

async function deliverLate(day: Day): Promise<void> {
  const { late } = day.chances;
  const [call] = late.splice(Math.floor(day.draw() * late.length), 1);
  if (call) await groundOf(day).network({ ...call, headers: { ...call.headers, late: "yes" } });
}

/** Each act with its weight. */
const ACTS: readonly (readonly [number, (day: Day, on: Station) => Promise<void> | void])[] = [
  [0.5, record],
  [0.26, speak],
  [0.05, (day, on) => living(day, on, async () => { on.life.end(); })],
  [0.02, ({ draw }, on) => { on.machine.pass(draw() < 0.5 ? DECADE_MS : -DECADE_MS); }],
  [0.03, ({ backups, server }) => { backups.push(snapshot(server)); }],
  [0.02, putBack],
  [0.004, copy],
  [0.006, clear],
  [0.015, (_, on) => { on.full = !on.full; }],
  [0.01, ({ chances }) => { chances.serverFull = !chances.serverFull; }],
  [0.015, ({ server }) => { server.gone = server.gone.length ? [] : [CLOSED]; }],
  [0.003, bar],
  [0.04, carry],
  [0.03, deliverLate],
];
const WEIGHT = ACTS.reduce((sum, [weight]) => sum + weight, 0);

/** A tablet is lost: nothing more is given to it, and what it hands in is kept aside. */
function bar({ server, draw, stations }: Day): void {
  if (draw() < 0.5) return;
  const signer = signerOf(pick(draw, stations));
  const before = server.barred;
  server.barred = (one) => (one === signer ? "device_revoked" : before(one));
}

async function act(day: Day): Promise<void> {
  let left = day.draw() * WEIGHT;
  const [, chosen] = ACTS.find(([weight]) => (left -= weight) < 0) ?? [0, record];
  const on = pick(day.draw, day.stations);
  day.acts++;
  day.chances.rough = pick(day.draw, WEATHER);
  day.server.nowMs += 1000;
  on.machine.pass(1000);
  await chosen(day, on);
}

/** The network is well and there is room: all that is left is handed in, and looked at. */
async function settle(day: Day): Promise<void> {
  const { server, stations, chances, files, mistake, draw } = day;
  Object.assign(chances, { calm: true, serverFull: false });
  server.gone = [];
  for (const on of stations) { on.full = false; await restart(on); }
  for (const { from, bytes } of files) {
    const carrier = stations.find((on) => signerOf(on) !== from && !server.barred(signerOf(on)));
    await takeFile(carrier ?? pick(draw, stations), bytes);
  }
  for (const on of [...stations, ...stations, ...stations]) { on.reached = false; await contact(on); }
  allArrived(stations, server);
  lostIsNumbered(day);
  const streams = streamsOf(server);
  const rest = everywhere(server);
  hold("authentic", [...rest].every((id) => day.recorded.has(id as EntryId)), "entries that nobody recorded");
  for (const on of stations.filter((one) => !server.barred(signerOf(one)))) {
    const open = new Map([...streams].filter(([stream]) => server.mayRead(on.member, stream)));
    holdsItsGrants(on, open, day.before);
    for (const stream of streams.keys()) if (!open.has(stream)) closed(on, stream);
  }
  for (const lines of streams.values()) viewsHold(entriesOf(lines), mistake.view ?? honestView, draw);
  await replayed(day);
}

/** What is nowhere was claimed, or was recorded after the last word of a store that was then cleared. */
function lostIsNumbered({ gone, server, believed }: Day): void {
  const rest = everywhere(server);
  for (const { told } of gone) {
    for (const [log, ids] of told) {
      const lost = ids.flatMap((id, i) => (rest.has(id) ? [] : [i + 1]));
      const heard = believed.most.get(log) ?? 0;
      hold("numbered", lost.every((n) => n <= heard || n > (believed.held.get(log) ?? 0)), `${log}: ${lost.join()} are nowhere`);
    }
  }
}

async function replayed(day: Day): Promise<void> {
  const { server, chances, stations } = day;
  const gone = new Set(day.gone.flatMap(({ told }) => [...told.values()].flat()));
  const before = [...everywhere(server)].sort().join();
  const records = stations.map((on) => on.machine.disk.records.size);
  const end = Math.floor(day.draw() * chances.pushes.length);
  for (const call of gone.size ? [] : chances.pushes.slice(Math.max(0, end - 20), end)) await day.arrive(call);
  for (const on of stations) await contact(on);
  streamsOf(server);
  hold("replay", [...everywhere(server)].sort().join() === before, "the server holds something else");
  hold("replay", stations.every((on, i) => on.machine.disk.records.size === records[i]), "a tablet holds something else");
}

/** Lets so many steps happen, and looks at the end. Throws Broken where a promise does not hold. */
export async function simulate(seed: number, steps: number, mistake: Mistake = {}): Promise<Course> {
  const day = await begin(seed, mistake);
  const from = day.chances.points;
  const taken = () => day.acts + day.chances.points - from;
  while (taken() < steps) await act(day);
  const reached = taken();
  await settle(day);
  for (const on of day.stations) on.life.end();
  return {
    steps: reached, told: day.stations.flatMap(toldIn).length, atRest: everywhere(day.server).size,
    restarts: day.stations.reduce((sum, { restarts }) => sum + (restarts % 1000), 0),
  };
}
