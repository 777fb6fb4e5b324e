/** Many answers on one tablet: they come to lie in few records, and at no moment is one of them nowhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Stored } from "../../src/vault/disk.ts";
import { LEAD, openField, tablet, type Tablet } from "../support/field.ts";
import type { MemoryDisk } from "../support/machine.ts";
import { atRest } from "../support/server.ts";

const MANY = 70;
const NOTES = Array.from({ length: MANY }, (_, i) => `note ${i}`).sort();

const ownRecords = ({ records }: MemoryDisk): readonly (readonly [string, Stored])[] =>
  [...records].filter(([key]) => key.startsWith("own")).sort();
const notesOn = (one: Tablet): readonly string[] => one.visit.view.value.notes.map(({ text }) => text).sort();

async function written(): Promise<{ server: Awaited<ReturnType<typeof openField>>; one: Tablet }> {
  const server = await openField();
  const one = await tablet(server, LEAD);
  one.weather = () => "lost";
  for (const note of NOTES) assert.ok((await one.visit.addNote(note)).ok);
  return { server, one };
}

/** Lets everything go on that waits for nothing but its turn. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !holds(); turn++) await new Promise((next) => { setImmediate(next); });
  assert.ok(holds());
}

test("answers come to lie in few records, and all of them are read and received", async () => {
  const { server, one } = await written();
  assert.equal(ownRecords(one.machine.disk).length, MANY);
  await one.restart();
  await until(() => ownRecords(one.machine.disk).length === 8);
  assert.ok((await one.visit.addNote("one more")).ok);
  await one.restart();
  assert.deepEqual(notesOn(one), [...NOTES, "one more"].sort());
  one.weather = () => "fine";
  await one.send();
  assert.deepEqual([atRest(server), one.session.sync.value.waiting], [MANY + 1, 0]);
});

test("a tablet killed while it packs has every answer, and packs on when it starts again", async () => {
  for (const left of [MANY, MANY - 31]) {
    const { one } = await written();
    await one.restart();
    const { disk } = one.machine;
    let died = false;
    disk.beforeWrite = ([first]) => {
      died ||= first?.room === "own" && ownRecords(disk).length <= left;
      return died ? "died" : null;
    };
    await until(() => died);
    await one.restart();
    assert.deepEqual(notesOn(one), NOTES);
    await until(() => ownRecords(one.machine.disk).length === 8);
  }
});

test("a record that cannot be read is never packed nor written over, wherever it lies", async () => {
  for (const spoilt of [5, MANY - 1]) {
    const { one } = await written();
    const [key, value] = ownRecords(one.machine.disk)[spoilt] ?? assert.fail();
    const bad: Stored = { ...value, ct: new Uint8Array(40) };
    one.machine.disk.records.set(key, bad);
    await one.restart();
    assert.match(one.session.sync.value.attention.join(), /own entries on this tablet cannot be read/);
    for (const note of ["after", "and after"]) assert.ok((await one.visit.addNote(note)).ok);
    await one.restart();
    await until(() => ownRecords(one.machine.disk).length < MANY);
    assert.deepEqual(one.machine.disk.records.get(key), bad);
    assert.ok(["after", "and after"].every((note) => notesOn(one).includes(note)));
  }
});
