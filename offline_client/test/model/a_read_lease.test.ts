import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT } from "../../src/ledger/ids.ts";
import type { OpenVisit, Unlocked } from "../../src/model/types.ts";
import { LEAD, opened, openField, tablet } from "../support/field.ts";
import { LEASE_HOURS } from "../support/papers.ts";
import { atRest, type Server } from "../support/server.ts";

const HOUR_MS = 3_600_000;

type Away = { readonly server: Server; readonly signal: { yes: boolean }; readonly visit: OpenVisit; readonly unlocked: Unlocked };

/** A tablet with a visit and one answer that the server lacks, out of signal for so long, its clock then moved, and unlocked again. */
async function awayFor(hours: number, movedHours = 0): Promise<Away> {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const signal = { yes: false };
  one.weather = () => "lost";
  if (movedHours) one.machine.pass(hours * HOUR_MS);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  if (!movedHours) one.machine.pass(hours * HOUR_MS);
  one.session.lock();
  const network = async (call: Parameters<Server["network"]>[0]) => (signal.yes ? server.network(call) : null);
  const { session } = await opened(one.machine.disk, network, one.machine.nowMs() + movedHours * HOUR_MS, 7);
  return { server, signal, visit: one.visit, unlocked: session };
}

test("a tablet unlocked within its lease shows its visits", async () => {
  const { unlocked } = await awayFor(LEASE_HOURS - 1);
  assert.equal(unlocked.lease.value.over, false);
  assert.equal(unlocked.visits.value.length > 0, true);
});

test("after the lease nothing is listed, found or opened, what was recorded is kept, and the server's word opens all again", async () => {
  const { server, signal, visit, unlocked } = await awayFor(LEASE_HOURS + 1);
  assert.deepEqual({ over: unlocked.lease.value.over, hours: unlocked.lease.value.hours }, { over: true, hours: LEASE_HOURS });
  assert.deepEqual([unlocked.visits.value.length, unlocked.search("").length], [0, 0]);
  const refused = await unlocked.openVisit(visit.id);
  assert.equal("code" in refused && refused.code, "lease");
  assert.deepEqual([unlocked.sync.value.waiting, atRest(server)], [1, 0]);
  signal.yes = true;
  await unlocked.sendNow();
  assert.deepEqual([unlocked.lease.value.over, atRest(server), unlocked.sync.value.waiting], [false, 1, 0]);
  assert.equal(unlocked.visits.value.length > 0, true);
  assert.equal("close" in (await unlocked.openVisit(visit.id)), true);
});

test("a visit that is open goes on when the lease runs out: the lease is judged at the next unlocking", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = () => "lost";
  one.machine.pass((LEASE_HOURS + 1) * HOUR_MS);
  const written = await one.visit.answer(THE_VISIT, "START-03", "entered");
  assert.equal(written.ok, true);
  assert.equal(one.session.lease.value.over, false);
});

test("setting the clock back gains nothing beyond the last answer that was recorded", async () => {
  const { unlocked } = await awayFor(LEASE_HOURS + 8, -LEASE_HOURS);
  assert.equal(unlocked.lease.value.over, true);
});
