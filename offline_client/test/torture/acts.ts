/** What happens on a simulated day, each drawn by chance: what officers do, and what befalls their tablets and the server. */
import type { Draft, Lines } from "../../src/ledger/entry.ts";
import { streamId, streamOfLog, THE_VISIT, type EntryId, type LogId, type SignerId, type StreamId } from "../../src/ledger/ids.ts";
import type { Book, Wiping } from "../../src/sync/book.ts";
import { conclude } from "../../src/sync/wipe.ts";
import type { Call, Network } from "../../src/sync/wire.ts";
import type { Disk } from "../../src/vault/disk.ts";
import { FWA, HSE, LEAD } from "../support/field.ts";
import type { MemoryDisk } from "../support/machine.ts";
import { VISIT, type Member } from "../support/papers.ts";
import { letIn, type Server } from "../support/server.ts";
import { backupOf, putBackTo, type Backup } from "./backups.ts";
import { newLife, type Chances } from "./fates.ts";
import { freshFile, lookAtFiles, lookAtRemoval, shaOf } from "./filing.ts";
import { entriesOf, everywhere, hear, hold, lookAt, nothingIsLeftOf, streamsOf, type Believed, type View } from "./oracles.ts";
import { contact, copied, enrol, hasCard, photograph, restart, sealedFiles, signerOf, takeFile, tap, tellWords, type Ground, type Station } from "./station.ts";
import { forceHere, leftBy, lookAtOrder, orderWipe, wentAway, type Order } from "./wiping.ts";

const DECADE_MS = 10 * 365 * 24 * 60 * 60 * 1000;
export const CREW: readonly Member[] = [LEAD, FWA, HSE];
export const [OPEN, CLOSED, SECRET] = ["C1", "C4", "C7p"].map((code) => streamId(VISIT, code)) as [StreamId, StreamId, StreamId];
const FIELDS = 4;
/** Among acts, but for photos (among what is recorded), wrong orders (among answers), and restores and revocations in mid-round (among calls). */
export const RATES = {
  photos: 0.05, wrongOrders: 0.05, restoresAmid: 0.0004, lostAmid: 0.0004, speaks: 0.26, orders: 0.004, wishes: 0.002, copies: 0.004, lost: 0.003, releases: 0.02, updates: 0.01,
};
const SCHEMA = "0".repeat(64);
const UNKNOWN = "f".repeat(64);
const MOST_COPIES = 2;
const PULL = "/api/sync/pull";
const WEATHER = [1, 1, 0.1];
/** After which a tablet removes originals that the server has. */
const LONG_MS = 8 * 24 * 60 * 60 * 1000;

/** What is put in the place of an honest part. */
export type Mistake = {
  readonly network?: (network: Network) => Network;
  readonly beyond?: (network: Network) => Network;
  readonly disk?: (disk: MemoryDisk) => Disk;
  readonly server?: (server: Server) => void;
  readonly view?: View;
  readonly toGo?: (book: Book) => Wiping | null;
  readonly conclude?: typeof conclude;
  /** How likely that is which the mistake is about, in the place of what it is on other days. */
  readonly rates?: Partial<typeof RATES>;
  /** Whether a restored server says so. */
  readonly silent?: boolean;
};

export type Gone = { readonly signer: SignerId; readonly told: ReadonlyMap<LogId, readonly EntryId[]> };

export type Day = {
  readonly seed: number;
  readonly mistake: Mistake;
  readonly rates: typeof RATES;
  readonly draw: () => number;
  readonly chances: Chances;
  readonly server: Server;
  readonly stations: Station[];
  readonly backups: Backup[];
  readonly files: { readonly from: SignerId; readonly bytes: Uint8Array<ArrayBuffer> }[];
  readonly gone: Gone[];
  readonly recorded: Set<EntryId>;
  /** The server is of an earlier edition. */
  older: boolean;
  /** What lay in streams when the server was put back: a tablet that had it goes on showing it. */
  readonly before: Set<EntryId>;
  /** And all that it had then, aside, too, and the files. */
  readonly had: Set<string>;
  readonly believed: Believed;
  readonly arrive: Network;
  /** Every file that was ever taken, by its hash. */
  readonly pictures: Set<string>;
  /** Orders that stores go, and the last words that stores left. */
  readonly orders: Map<SignerId, Order>;
  readonly words: Set<string>;
  /** Days passed in which nobody did anything. */
  passed: boolean;
  acts: number;
};

export const pick = <T>(draw: () => number, from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;

export function groundOf(day: Day): Ground {
  const listening: Network = async (call) => {
    const before = day.server.told.length;
    const signer = revokedAmid(day, call);
    putBackAmid(day);
    const barred = signer !== null && day.server.barred(signer) !== null;
    const reply = await day.arrive(call);
    hold("granted", !barred || call.path !== PULL || reply?.status !== 200, `${signer} is given what is new`);
    for (const word of day.server.told.slice(before)) {
      const on = day.stations.find((one) => signerOf(one) === word.signer && !one.copied && !one.older && !day.older) ?? null;
      hear(day.believed, word, call.headers["late"] ? null : on);
    }
    return reply;
  };
  const heard = (signer: SignerId) => { if (!day.older) day.believed.doubted.delete(signer); };
  const letsGo: Ground["letsGo"] = (on, changes, ends) => {
    if (ends) on.left = leftBy(on, day);
    else lookAtRemoval(on, day.server, changes);
  };
  const { network = (one) => one, beyond = (one) => one, disk = (one) => one, toGo = ({ wipe }) => wipe, conclude: how = conclude } = day.mistake;
  return { chances: day.chances, network: network(listening), beyond, disk, heard, letsGo, toGo, conclude: how };
}

/** Now and then the server is put back between two calls of one round. */
function putBackAmid(day: Day): void {
  if (!day.chances.calm && day.draw() < day.rates.restoresAmid) putBack(day);
}

/** Whose call it is; now and then their tablet is revoked just before it comes, in the midst of all that they send. */
function revokedAmid(day: Day, { headers }: Call): SignerId | null {
  const { draw, rates, chances: { calm }, stations } = day;
  const signer = (headers["authorization"] ?? "").slice("Bearer ".length).split(".")[0] || null;
  const found = stations.find((on) => signerOf(on) === signer);
  if (found && !calm && draw() < rates.lostAmid) revoke(day, found);
  return signer as SignerId | null;
}

/** Does something on a tablet whose process may end in the midst of it; it is then started again. */
async function living(day: Day, on: Station, act: () => Promise<unknown>): Promise<void> {
  const end = await Promise.race([act(), on.life.ended]);
  noteRecorded(day, on);
  const lives = end !== "ended" && !on.life.over;
  if (lives && hasCard(on)) return;
  await calmly(day, () => restartOn(day, on));
  noteRecorded(day, on);
  look(day, on);
}

/** Another process, in which the officer enrols anew where their store is gone. */
export async function restartOn(day: Day, on: Station): Promise<void> {
  await restart(on);
  if (!hasCard(on)) await wentAway(day, on);
}

function look(day: Day, on: Station): void {
  lookAt(on, day.server);
  lookAtFiles(on, day.server);
  lookAtOrder(day, on);
}

export async function calmly(day: Day, act: () => Promise<unknown>): Promise<void> {
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
  const schema = draw() < 0.03 ? UNKNOWN : SCHEMA;
  return { kind: "answer", schema, subject: THE_VISIT, field, value: Math.floor(draw() * 100), happened: at, recorded: at, supersedes };
}

function noteRecorded({ recorded }: Day, on: Station): void {
  for (const log of on.book.own.logs.values()) for (const { id } of log.entries.slice(-2)) recorded.add(id);
}

/** An answer, or now and then a photo. A store that is to go shows no question to answer. */
async function record(day: Day, on: Station): Promise<void> {
  if (!on.book.wipe) await living(day, on, () => answer(day, on));
}

async function answer(day: Day, on: Station): Promise<void> {
  const { draw } = day;
  const stream = pick(draw, [OPEN, OPEN, CLOSED, SECRET]);
  const draft = () => draftOn(day, on, stream);
  if (draw() >= day.rates.photos) return tap(on, stream, draft);
  const bytes = freshFile(draw);
  day.pictures.add(shaOf(bytes));
  await photograph(on, stream, bytes, draft);
}

/** In the round in which a store may go an answer that was begun before may still be written. */
async function speak(day: Day, on: Station): Promise<void> {
  await living(day, on, async () => {
    const { gone } = day.server;
    if (day.draw() < 0.02) await forceHere(on);
    const late = on.book.wipe && day.draw() < 0.5 ? answer(day, on) : null;
    const [{ fault }] = await Promise.all([contact(on), late]);
    if (fault === null && gone === day.server.gone && !on.book.wipe) nothingIsLeftOf(gone, on);
  });
  look(day, on);
}

/** The officer removes their store, if the server has all of it. */
async function remove(day: Day, on: Station): Promise<void> {
  on.wished = true;
  await speak(day, on);
  on.wished = false;
}

/** A checklist that nobody published: whatever the tablet says, the server takes the answer for one of the strictest class. */
export const inTooOpenAStream = ({ header }: Lines): string | null => {
  const { log, schema } = JSON.parse(header) as { readonly log: LogId; readonly schema: string };
  return schema === UNKNOWN && streamOfLog(log) !== SECRET ? "class_too_weak" : null;
};

function putBack(day: Day): void {
  const { server, draw, backups, mistake } = day;
  for (const lines of streamsOf(server).values()) for (const { id } of entriesOf(lines)) day.before.add(id);
  for (const one of [...everywhere(server), ...server.shelf.sent.keys()]) day.had.add(one);
  putBackTo(server, pick(draw, backups));
  if (!mistake.silent) server.epoch = `epoch ${Math.floor(draw() * 1e9)}`;
}

async function copy(day: Day, on: Station): Promise<void> {
  if (on.copied || day.stations.filter((one) => one.copied).length >= 2 * MOST_COPIES) return;
  await calmly(day, async () => { day.stations.push(await copied(on, day.seed * 10 + day.stations.length)); });
}

/** The browser clears the store. One of which there is a copy is left alone: numbers do not tell the two apart. */
async function clear(day: Day, on: Station): Promise<void> {
  if (on.copied || day.gone.length > 5) return;
  day.gone.push({ signer: signerOf(on), told: on.told });
  on.words = [];
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

/** A lead lets in what waits. */
function release({ server, draw }: Day): void {
  letIn(server, Array.from({ length: 64 }, () => Math.floor(draw() * 16).toString(16)).join(""));
}

/** The app of a tablet is changed for one of another edition, which starts on the same disk. */
const changeApp = (day: Day, on: Station): Promise<void> => {
  on.older = !on.older;
  return living(day, on, async () => { on.life.end(); });
};

/** Each act with its weight. */
type Act = readonly [number, (day: Day, on: Station) => Promise<void> | void];
const ACTS: readonly Act[] = [
  [0.5, record],
  [0.05, (day, on) => living(day, on, async () => { on.life.end(); })],
  [0.02, ({ draw }, on) => { on.machine.pass(draw() < 0.5 ? DECADE_MS : -DECADE_MS); }],
  [0.03, ({ backups, server }) => { backups.push(backupOf(server)); }],
  [0.02, putBack],
  [0.006, clear],
  [0.015, (_, on) => { on.full = !on.full; }],
  [0.01, ({ chances }) => { chances.serverFull = !chances.serverFull; }],
  [0.015, ({ server }) => { server.gone = server.gone.length ? [] : [CLOSED]; }],
  [0.04, carry],
  [0.03, deliverLate],
  [0.02, (day, on) => living(day, on, () => tellWords(on))],
  [0.003, passDays],
];

/** And what is oftener where a mistake is about just that. */
const actsAt = ({ speaks, orders, wishes, copies, lost, releases, updates }: typeof RATES): readonly Act[] => [
  [speaks, speak],
  [orders, orderWipe],
  [wishes, remove],
  [copies, copy],
  [lost, bar],
  [releases, release],
  [0.01, changeApp],
  [updates, (day) => { day.older = !day.older; }],
];

/** So many that originals are removed; not so many that certificates end. */
function passDays(day: Day): void {
  if (!day.passed) day.server.nowMs += LONG_MS;
  day.passed = true;
}

/** A tablet is lost: nothing more is given to it, and what it hands in is kept aside. */
function bar(day: Day): void {
  if (day.draw() < 0.5) revoke(day, pick(day.draw, day.stations));
}

function revoke({ server }: Day, on: Station): void {
  const signer = signerOf(on);
  const before = server.barred;
  server.barred = (one) => (one === signer ? "device_revoked" : before(one));
}

export async function act(day: Day): Promise<void> {
  const acts = [...ACTS, ...actsAt(day.rates)];
  let left = day.draw() * acts.reduce((sum, [weight]) => sum + weight, 0);
  const [, chosen] = acts.find(([weight]) => (left -= weight) < 0) ?? [0, record];
  const on = pick(day.draw, day.stations);
  day.acts++;
  day.chances.rough = pick(day.draw, WEATHER);
  day.server.nowMs += 1000;
  on.machine.pass(1000);
  await chosen(day, on);
}

