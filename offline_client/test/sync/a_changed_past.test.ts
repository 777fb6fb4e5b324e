import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT } from "../../src/ledger/ids.ts";
import { FWA, LEAD, openField, tablet, type Tablet } from "../support/field.ts";
import type { Server } from "../support/server.ts";
import { historian, type Historian } from "../support/historian.ts";

const MINUTE_MS = 60_000;

async function watched(): Promise<{ server: Server; past: Historian; on: Tablet }> {
  const server = await openField();
  const past = await historian(server);
  past.receive(5);
  return { server, past, on: await tablet(server, LEAD) };
}

async function later(server: Server, on: Tablet, minutes = 2): Promise<void> {
  server.nowMs += minutes * MINUTE_MS;
  await on.send();
}

const history = (on: Tablet) => on.session.sync.value.history;

test("a tablet says quietly up to where the history was checked, and checks that it only grows", async () => {
  const { server, past, on } = await watched();
  assert.match(history(on).words, /^checked up to 5 receipts/);
  past.receive(7);
  await later(server, on);
  assert.match(history(on).words, /^checked up to 12 receipts/);
  assert.equal(history(on).alarm, null);
  assert.deepEqual(past.alarms, []);
});

test("a past that was changed raises an alarm that stays until it is read, and the lead is given both notes", async () => {
  const { server, past, on } = await watched();
  past.rewrite(2);
  past.receive(3);
  await later(server, on);
  assert.match(history(on).alarm?.words ?? "", /8 receipts that do not begin with the 5/);
  await on.restart();
  await later(server, on);
  assert.ok(history(on).alarm?.grave);
  assert.equal(past.alarms.length, 1);
  assert.equal(past.alarms[0]?.sort, "rewritten");
  assert.match(past.alarms[0]?.kept ?? "", /\n5\n/);
  assert.match(past.alarms[0]?.shown ?? "", /\n8\n/);
  await on.session.alarmRead();
  assert.equal(history(on).alarm, null);
  await later(server, on);
  assert.equal(history(on).alarm, null);
  assert.match(history(on).words, /checked up to 5 receipts/);
});

test("receipts that were taken away are missed, and an alarm that was lost on the way is told again", async () => {
  const { server, past, on } = await watched();
  past.cut(3);
  on.weather = (path) => (path.endsWith("alarm") ? "lost" : "fine");
  await later(server, on);
  assert.match(history(on).alarm?.words ?? "", /showed 3 receipts; this tablet has seen 5/);
  assert.equal(past.alarms.length, 0);
  on.weather = () => "fine";
  await later(server, on);
  assert.equal(past.alarms[0]?.sort, "shortened");
});

test("a checkpoint of another server's key is believed by nobody", async () => {
  const { server, past, on } = await watched();
  await past.anotherKey();
  past.receive(1);
  await later(server, on);
  assert.equal(past.alarms[0]?.sort, "forged");
  assert.match(history(on).words, /checked up to 5 receipts/);
});

test("a server that was put back and says so is no attack: the tablet tells in words what it lost, and goes on from there", async () => {
  const { server, past, on } = await watched();
  past.receive(4);
  await later(server, on);
  past.restore(5, "second");
  past.receive(6);
  await later(server, on);
  const { alarm } = history(on);
  assert.equal(alarm?.grave, false);
  assert.match(alarm?.words ?? "", /lacked 4 receipts/);
  assert.equal(past.alarms[0]?.sort, "restored");
  await on.session.alarmRead();
  past.receive(1);
  await later(server, on);
  assert.equal(history(on).alarm, null);
  assert.match(history(on).words, /checked up to 12 receipts/);
});

test("a restore is no cover for another past: what was kept from before it must still be there", async () => {
  const { server, past, on } = await watched();
  past.receive(4);
  await later(server, on);
  past.rewrite(1);
  past.restore(7, "second");
  await later(server, on);
  assert.equal(past.alarms[0]?.sort, "rewritten");
});

test("an entry of one's own is looked for in the tree, and missed when it is not there", async () => {
  const { server, past, on } = await watched();
  assert.ok((await on.visit.answer(THE_VISIT, "START-06", 3)).ok);
  await on.send();
  past.place(server);
  await later(server, on, 90);
  assert.match(history(on).words, /One of yours was looked for in it, and is there/);
  assert.equal(past.alarms.length, 0);
  past.forget = true;
  await later(server, on, 90);
  assert.equal(past.alarms.at(-1)?.sort, "missing");
});

test("an older server without checkpoints is worked with as before", async () => {
  const server = await openField();
  const on = await tablet(server, FWA);
  await later(server, on);
  assert.equal(history(on).words, "not checked yet");
  assert.equal(on.session.sync.value.attention.length, 0);
});
