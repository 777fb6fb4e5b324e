/**
 * Days in the field by seeded chance: tablets, a relay of sealed files, a server that is put back to older days, and the
 * oracles. A step is one thing that happens: an act, or a call or a write of which chance decided what becomes of it.
 */
import type { EntryId } from "../../src/ledger/ids.ts";
import type { Call } from "../../src/sync/wire.ts";
import { FWA, HSE, START_MS } from "../support/field.ts";
import { dice } from "../support/machine.ts";
import { openServer } from "../support/server.ts";
import { act, CLOSED, CREW, groundOf, inTooOpenAStream, OPEN, pick, RATES, restartOn, SECRET, type Day, type Mistake } from "./acts.ts";
import { backupOf } from "./backups.ts";
import { inItsEdition } from "./editions.ts";
import { plainOf, sternly, type Chances } from "./fates.ts";
import { filesArrived, partsAreTaken } from "./filing.ts";
import { allArrived, closed, entriesOf, everywhere, hold, holdsItsGrants, honestView, streamsOf, viewsHold } from "./oracles.ts";
import { contact, enrolled, hasCard, signerOf, takeFile, tellWords, toldIn, type Station } from "./station.ts";
import { orderIn, wentAway, wordsAreHeard } from "./wiping.ts";

export type Course = { readonly steps: number; readonly told: number; readonly atRest: number; readonly files: number; readonly wiped: number; readonly restarts: number };

async function begin(seed: number, mistake: Mistake): Promise<Day> {
  const server = await openServer(CREW, START_MS);
  server.mayRead = (member, stream) => stream === OPEN || (stream === CLOSED && member.agency !== HSE.agency);
  server.apart = inTooOpenAStream;
  mistake.server?.(server);
  const draw = dice(seed);
  const chances: Chances = { draw, calm: true, rough: 1, points: 0, serverFull: false, late: [], pushes: [] };
  const day: Day = {
    seed, mistake, rates: { ...RATES, ...mistake.rates }, draw, chances, server, stations: [], backups: [backupOf(server)], files: [], gone: [], recorded: new Set(), before: new Set(), had: new Set(),
    believed: { held: new Map(), most: new Map(), doubted: new Set() }, older: false, pictures: new Set(), orders: new Map(), words: new Set(), passed: false, acts: 0,
    arrive: inItsEdition(sternly(server.network), () => day.older),
  };
  server.wipeFor = (signer) => orderIn(day, signer);
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
  for (const on of stations) { Object.assign(on, { full: false, older: false }); await restartOn(day, on); }
  for (const { from, bytes } of files) {
    const carrier = stations.find((on) => signerOf(on) !== from && !server.barred(signerOf(on)));
    await takeFile(carrier ?? pick(draw, stations), bytes);
  }
  for (const on of [...stations, ...stations, ...stations]) { on.reached = false; await spoken(day, on); }
  allArrived(stations, server);
  await filesArrived(stations, server);
  partsAreTaken(server, day.pictures);
  wordsAreHeard(day);
  lostIsNumbered(day);
  const streams = streamsOf(server);
  const rest = everywhere(server);
  hold("authentic", [...rest].every((id) => day.recorded.has(id as EntryId)), "entries that nobody recorded");
  for (const on of stations.filter((one) => !server.barred(signerOf(one)) && !one.book.wipe)) {
    const open = new Map([...streams].filter(([stream]) => server.mayRead(on.member, stream)));
    holdsItsGrants(on, open, day.before);
    for (const stream of streams.keys()) if (!open.has(stream)) closed(on, stream);
  }
  for (const [stream, lines] of streams) hold("strict", stream === SECRET || lines.every((line) => inTooOpenAStream(line) === null), stream);
  for (const lines of streams.values()) viewsHold(entriesOf(lines), mistake.view ?? honestView, draw);
  await replayed(day);
}

/** A round, and what becomes of a store that goes in it. */
async function spoken(day: Day, on: Station): Promise<void> {
  await contact(on);
  await tellWords(on);
  if (!hasCard(on)) await wentAway(day, on);
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

/** What stores that are gone had sent could bring back what a restore lost. */
const isOfAGone = ({ gone }: Day, call: Call): boolean => {
  const said = `${call.headers["authorization"]} ${Buffer.from(plainOf(call)).toString()}`;
  return gone.some(({ signer }) => said.includes(signer));
};

async function replayed(day: Day): Promise<void> {
  const { server, chances, stations } = day;
  const before = [...everywhere(server)].sort().join();
  const records = stations.map((on) => on.machine.disk.records.size);
  const end = Math.floor(day.draw() * chances.pushes.length);
  for (const call of chances.pushes.slice(Math.max(0, end - 20), end).filter((one) => !isOfAGone(day, one))) await day.arrive(call);
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
    steps: reached, told: day.stations.flatMap(toldIn).length, atRest: everywhere(day.server).size, files: day.pictures.size, wiped: day.words.size,
    restarts: day.stations.reduce((sum, { restarts }) => sum + (restarts % 1000), 0),
  };
}
