/**
 * Days in the field by seeded chance: tablets, a relay of sealed files, a server that is put back to older days, and the
 * oracles. A step is one thing that happens: an act, or a call or a write of which chance decided what becomes of it.
 */
import type { EntryId } from "../../src/ledger/ids.ts";
import { FWA, HSE, START_MS } from "../support/field.ts";
import { dice } from "../support/machine.ts";
import { openServer, snapshot } from "../support/server.ts";
import { act, CLOSED, CREW, groundOf, inTooOpenAStream, OPEN, pick, SECRET, type Day, type Mistake } from "./acts.ts";
import { inItsEdition } from "./editions.ts";
import { sternly, type Chances } from "./fates.ts";
import { allArrived, closed, entriesOf, everywhere, hold, holdsItsGrants, honestView, streamsOf, viewsHold } from "./oracles.ts";
import { contact, enrolled, restart, signerOf, takeFile, toldIn } from "./station.ts";

export type Course = { readonly steps: number; readonly told: number; readonly atRest: number; readonly restarts: number };

async function begin(seed: number, mistake: Mistake): Promise<Day> {
  const server = await openServer(CREW, START_MS);
  server.mayRead = (member, stream) => stream === OPEN || (stream === CLOSED && member.agency !== HSE.agency);
  server.apart = inTooOpenAStream;
  mistake.server?.(server);
  const draw = dice(seed);
  const chances: Chances = { draw, calm: true, rough: 1, points: 0, serverFull: false, late: [], pushes: [] };
  const day: Day = {
    seed, mistake, draw, chances, server, stations: [], backups: [snapshot(server)], files: [], gone: [], recorded: new Set(), strange: new Set(), before: new Set(),
    believed: { held: new Map(), most: new Map(), doubted: new Set() }, older: false, acts: 0,
    arrive: inItsEdition(sternly(server.network), () => day.older),
  };
  for (const [i, member] of [...CREW, FWA].entries()) {
    const on = await enrolled(`${member.name} ${i}`, member, groundOf(day), seed * 10 + i);
    day.stations.push(on);
    await contact(on);
  }
  chances.calm = false;
  return day;
}

/** The network is well and there is room: all that is left is handed in, and looked at. */
async function settle(day: Day): Promise<void> {
  const { server, stations, chances, files, mistake, draw } = day;
  Object.assign(chances, { calm: true, serverFull: false });
  server.gone = [];
  day.older = false;
  for (const on of stations) { Object.assign(on, { full: false, older: false }); await restart(on); }
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
  for (const [stream, lines] of streams) hold("strict", stream === SECRET || lines.every((line) => inTooOpenAStream(line) === null), stream);
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
