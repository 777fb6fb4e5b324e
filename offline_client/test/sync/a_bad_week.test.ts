/**
 * Three tablets and a server through everything at once, by seeded chance: calls and replies lost, pages cut, tablets killed
 * between any two writes, full disks, clocks a decade off, the server put back to an older day. In the end nothing that an
 * officer was told is saved may be missing, and all who may read the same see the same.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT, type EntryId } from "../../src/ledger/ids.ts";
import type { Saved } from "../../src/model/types.ts";
import { FWA, HSE, LEAD, openField, tablet, type Tablet, type Weather } from "../support/field.ts";
import { dice } from "../support/machine.ts";
import { idsAtRest, snapshot, type Server } from "../support/server.ts";

const STEPS = 60;
const DECADE_MS = 10 * 365 * 24 * 60 * 60 * 1000;
const QUESTIONS = [
  ["START-03", ["entered", "closed", "refused"]], ["PREM-04", ["lt3m", "gt3y", "unknown"]], ["SAFE-06", ["Y", "N", "U"]],
  ["HSE-01", ["Y", "N", "part"]], ["EVD-03", ["nothing", "the ledger"]],
] as const;

type Week = {
  readonly server: Server;
  readonly tablets: readonly Tablet[];
  readonly draw: () => number;
  /** What officers were told is saved. */
  readonly told: Set<EntryId>;
  backup: ReturnType<typeof snapshot>;
};

const pick = <T>(draw: () => number, from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;

/** Does something on a tablet that may die in the middle of it; a dead one is started again. */
async function upTo(on: Tablet, draw: () => number, deadly: boolean, act: () => Promise<unknown>): Promise<void> {
  let die: () => void = () => undefined;
  const death = new Promise<"dead">((resolve) => { die = () => resolve("dead"); });
  let writesLeft = deadly ? Math.floor(draw() * 6) : Infinity;
  on.machine.disk.beforeWrite = () => {
    if (writesLeft-- > 0) return null;
    die();
    return "died";
  };
  const end = await Promise.race([act(), death]);
  if (end === "dead") await on.restart();
  else on.machine.disk.beforeWrite = () => null;
}

/** Rules on whatever is in dispute here; where nothing is, answers. */
function ruleOnAny(week: Week, on: Tablet): Promise<Saved> {
  const open = on.visit.view.value.conflicts;
  if (!open.length) return on.visit.answer(THE_VISIT, "START-06", Math.floor(week.draw() * 5));
  const { subject, field, rivals } = pick(week.draw, open);
  return on.visit.rule(subject, field, pick(week.draw, rivals).entry, "seen again");
}

async function write(week: Week, on: Tablet): Promise<void> {
  const [question, values] = pick(week.draw, QUESTIONS);
  const kinds: readonly (() => Promise<Saved>)[] = [
    () => on.visit.answer(THE_VISIT, question, pick(week.draw, values)),
    () => on.visit.notAsked(THE_VISIT, question, "no_time"),
    () => on.visit.clear(THE_VISIT, question),
    () => ruleOnAny(week, on),
    () => on.visit.choose(THE_VISIT, "SAFE-05", pick(week.draw, ["none", "upset", "injured"]), week.draw() < 0.7),
    () => on.visit.addNote("a note"),
  ];
  const saved = await pick(week.draw, kinds)();
  if (saved.ok) week.told.add(saved.id);
}

const weatherBy = (draw: () => number): Weather => () => pick(draw, ["fine", "fine", "fine", "lost", "reply_lost", "fault"] as const);

async function step(week: Week): Promise<void> {
  const { server, draw, tablets } = week;
  const on = pick(draw, tablets);
  const what = draw();
  const deadly = draw() < 0.15;
  if (what < 0.55) return upTo(on, draw, deadly, () => write(week, on));
  if (what < 0.9) {
    on.weather = weatherBy(draw);
    server.spoil = draw() < 0.2 ? (page) => page.slice(0, Math.floor(draw() * page.length)) : (page) => page;
    return upTo(on, draw, deadly, () => on.send());
  }
  if (what < 0.93) week.backup = snapshot(server);
  else if (what < 0.96) {
    server.state = { ...week.backup, logs: new Map(week.backup.logs), streams: new Map(week.backup.streams) };
    server.epoch = `epoch ${draw()}`;
  } else on.machine.pass(draw() < 0.5 ? DECADE_MS : -DECADE_MS);
}

async function comeTogether({ server, tablets }: Week): Promise<void> {
  server.spoil = (page) => page;
  for (const on of tablets) on.weather = () => "fine";
  for (const on of tablets) { await on.restart(); await on.send(); }
  for (const on of [...tablets, ...tablets]) await on.send();
}

const seen = ({ visit }: Tablet): string => JSON.stringify([
  ...QUESTIONS.map(([question]) => visit.question(question, THE_VISIT).value), visit.question("SAFE-05", THE_VISIT).value,
].map(({ state, value, options, rivals }) => [
  state, value, options.map(({ selected, disputed }) => [selected, disputed]),
  rivals.flatMap(({ rivals: all }) => all.map(({ entry }) => entry)).sort(),
]));

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`after a bad week nothing that was told saved is missing, and all see the same (week ${seed})`, async () => {
    const server = await openField();
    const draw = dice(seed);
    const tablets = [await tablet(server, LEAD, seed * 10), await tablet(server, FWA, seed * 10 + 1), await tablet(server, HSE, seed * 10 + 2)];
    const week: Week = { server, tablets, draw, told: new Set(), backup: snapshot(server) };
    for (let n = 0; n < STEPS; n++) await step(week);
    await comeTogether(week);
    const atRest = idsAtRest(server);
    assert.deepEqual([...week.told].filter((id) => !atRest.has(id)), []);
    assert.deepEqual(tablets.map(({ session }) => session.sync.value.waiting), [0, 0, 0]);
    assert.equal(new Set(tablets.map(seen)).size, 1);
    assert.ok(week.told.size > 10);
    for (const { session } of tablets) session.lock();
  });
}

