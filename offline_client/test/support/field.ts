/** Words for the tests of the field: tablets, their officers, and a network that comes and goes. */
import assert from "node:assert/strict";
import type { VisitId } from "../../src/ledger/ids.ts";
import { openDoors } from "../../src/model/session.ts";
import type { OpenVisit, Saved, Unlocked } from "../../src/model/types.ts";
import type { Network } from "../../src/sync/wire.ts";
import { machine, memoryDisk, type Machine, type MemoryDisk } from "./machine.ts";
import { STRATEGIC_LEAD, VISIT, type Member } from "./papers.ts";
import { openServer, type Server } from "./server.ts";

export const SECRET = "four quiet grey herons";
export const START_MS = Date.UTC(2026, 10, 22, 9, 30);

export const LEAD: Member = { officer: "llllllllllllllll", name: "lead", agency: "POL", lead: true };
export const FWA: Member = { officer: "ffffffffffffffff", name: "fwa", agency: "FWA", lead: false };
export const COMMAND: Member = { officer: STRATEGIC_LEAD, name: "command", agency: "DWP", lead: false };
export const HSE: Member = { officer: "hhhhhhhhhhhhhhhh", name: "hse", agency: "HSE", lead: false };

/** What becomes of each call: it arrives, is lost on the way, its answer is lost on the way back, or the server fails. */
export type Weather = (path: string) => Fate | Promise<Fate>;
type Fate = "fine" | "lost" | "reply_lost" | "fault" | "busy";

export type Tablet = {
  readonly machine: Machine;
  session: Unlocked;
  visit: OpenVisit;
  weather: Weather;
  /** Locks, forgets everything in memory, and opens again from what the disk acknowledged. */
  restart(): Promise<void>;
  send(): Promise<void>;
};

export const openField = (): Promise<Server> => openServer([LEAD, FWA, HSE], START_MS);

export async function tablet(server: Server, member: Member, seed = 1): Promise<Tablet> {
  const made: Partial<Tablet> & { weather: Weather } = { weather: () => "fine" };
  const network: Network = async (call) => through(server, await made.weather(call.path), call);
  const first = machine(memoryDisk(), network, START_MS, seed);
  const doors = openDoors(first);
  assert.equal((await doors.boot()).state, "new");
  const enrolled = await doors.enrol(`code-${seed}`, member.name, "password", "a tablet");
  assert.ok(enrolled.ok);
  const session = await doors.setSecret(enrolled, SECRET);
  assert.ok(session.ok);
  await session.sendNow();
  return Object.assign(made, {
    machine: first, session, visit: await openIt(session),
    restart: () => reopen(made as Tablet, network, seed),
    send: () => (made as Tablet).session.sendNow(),
  }) as Tablet;
}

async function through(server: Server, weather: Fate, call: Parameters<Network>[0]): ReturnType<Network> {
  if (weather === "lost") return null;
  if (weather === "fault") return { status: 500, bytes: new Uint8Array() };
  if (weather === "busy") return { status: 503, bytes: new Uint8Array(), retryAfterS: 3 };
  const reply = await server.network(call);
  return weather === "reply_lost" ? null : reply;
}

/** A server that takes nothing of what is carried for others: a second officer sends nothing of the first's. */
export const carryingNothing = (server: Server): Network => async (call) =>
  call.path === "/api/sync/bundle" ? { status: 500, bytes: new Uint8Array() } : server.network(call);

async function openIt(session: Unlocked): Promise<OpenVisit> {
  const visit = await session.openVisit(VISIT as VisitId);
  assert.ok("view" in visit, JSON.stringify(visit));
  return visit;
}

async function reopen(on: Tablet, network: Network, seed: number): Promise<void> {
  on.session.lock();
  const { machine: next, session } = await opened(on.machine.disk, network, on.machine.nowMs(), seed + 1000);
  Object.assign(on, { machine: next, session, visit: await openIt(session) });
}

export async function opened(disk: MemoryDisk, network: Network, nowMs: number, seed: number) {
  const next = machine(memoryDisk(disk), network, nowMs, seed);
  const doors = openDoors(next);
  const boot = await doors.boot();
  assert.ok(boot.state === "locked" && boot.officers[0]);
  const session = await doors.unlock(boot.officers[0].store, SECRET);
  assert.ok(session.ok);
  return { machine: next, session };
}

/** Rules on a question that is in dispute, so that the rival of these words stands. */
export async function rule(on: Tablet, question: string, words: string, reason: string): Promise<Saved> {
  const conflict = on.visit.view.value.conflicts.find((one) => one.question === question);
  const rival = conflict?.rivals.find(({ valueWords }) => valueWords === words);
  assert.ok(conflict && rival, `${question} has no rival "${words}"`);
  return on.visit.rule(conflict.subject, conflict.field, rival.entry, reason);
}
