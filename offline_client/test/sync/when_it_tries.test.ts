import assert from "node:assert/strict";
import { test } from "node:test";
import { backOff, pace } from "../../src/sync/pace.ts";
import { THE_VISIT } from "../../src/ledger/ids.ts";
import { LEAD, openField, START_MS, tablet } from "../support/field.ts";
import { machine, memoryDisk } from "../support/machine.ts";
import { atRest } from "../support/server.ts";

const MINUTE_MS = 60_000;
const quiet = async () => null;

/** Lets everything that is ready run to its end. */
const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

test("tries grow apart, never beyond five minutes, and no two tablets knock at one moment", () => {
  const waits = Array.from({ length: 12 }, (_, failures) => backOff(failures, 1));
  assert.deepEqual(waits.slice(0, 4), [5_000, 10_000, 20_000, 40_000]);
  assert.equal(Math.max(...waits), 5 * MINUTE_MS);
  assert.deepEqual([backOff(3, 0), backOff(3, 0.5)], [20_000, 30_000]);
});

test("a round that is asked for while one runs is run right after it, once", async () => {
  const on = machine(memoryDisk(), quiet, START_MS);
  let rounds = 0;
  const runner = pace(async () => { rounds++; await settle(); return { ok: true }; }, on.timers);
  await Promise.all([runner.now(), runner.now(), runner.now()]);
  assert.equal(rounds, 2);
  runner.stop();
});

test("a failed round is tried again by itself, and not after the app was locked", async () => {
  const on = machine(memoryDisk(), quiet, START_MS);
  let rounds = 0;
  const runner = pace(async () => { rounds++; return { ok: false, waitMs: 0 }; }, on.timers);
  await runner.now();
  on.pass(MINUTE_MS);
  await settle();
  assert.equal(rounds, 2);
  runner.stop();
  on.pass(60 * MINUTE_MS);
  await settle();
  assert.equal(rounds, 2);
});

test("a busy server is not asked again before the time it named, and no two tablets come back at one moment", async () => {
  const waited = async (chance: number): Promise<number> => {
    const asked: number[] = [];
    const runner = pace(async () => ({ ok: false, waitMs: 90_000 }), { chance: () => chance, after: (ms) => { asked.push(ms); return () => undefined; } });
    await runner.now();
    runner.stop();
    return asked.at(-1) ?? 0;
  };
  assert.deepEqual([await waited(0), await waited(0.5), await waited(1)], [90_000, 112_500, 135_000]);
});

test("a busy server is left alone: nothing more is asked in that round, and what is unsent goes out in a later one", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  let knocks = 0;
  one.weather = () => { knocks++; return "busy"; };
  await one.send();
  assert.equal(knocks, 1);
  assert.equal(atRest(server), 0);
  one.weather = () => "fine";
  one.machine.pass(60 * MINUTE_MS);
  await one.send();
  assert.equal(atRest(server), 1);
});

test("an answer is sent by itself a moment later, without a tap on Send now", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  assert.equal(atRest(server), 0);
  one.machine.pass(2_000);
  await one.send();
  assert.equal(atRest(server), 1);
});

test("signal that returns, or the officer who does, starts a round at once", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = () => "lost";
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  one.weather = () => "fine";
  one.machine.wake();
  while (one.session.sync.value.waiting) await settle();
  assert.equal(atRest(server), 1);
});

test("a locked session sends nothing more and keeps what is unsent", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = () => "lost";
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  one.session.lock();
  one.weather = () => "fine";
  one.machine.pass(60 * MINUTE_MS);
  await settle();
  assert.equal(atRest(server), 0);
  await one.restart();
  await one.send();
  assert.equal(atRest(server), 1);
});

test("a round that broke off, as when the disk's connection died, is followed by another", async () => {
  const on = machine(memoryDisk(), quiet, START_MS);
  let rounds = 0;
  const runner = pace(async () => {
    if (++rounds === 1) throw new Error("the connection died");
    return { ok: true };
  }, on.timers);
  await assert.rejects(runner.now());
  on.pass(MINUTE_MS);
  await settle();
  assert.equal(rounds, 2);
  runner.stop();
});
