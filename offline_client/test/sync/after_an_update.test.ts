/** What an earlier version of the app kept on a tablet is read by this one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT } from "../../src/ledger/ids.ts";
import { openVault } from "../../src/vault/vault.ts";
import { FWA, LEAD, openField, SECRET, tablet, type Tablet } from "../support/field.ts";
import { CHEAP_LOCKS } from "../support/machine.ts";
import { atRest } from "../support/server.ts";

/** Rewrites the tablet's records as the first version did, which kept no ids beside the lines. */
async function asBefore({ machine: { disk, nowMs } }: Tablet): Promise<number> {
  const vault = openVault(disk, nowMs, CHEAP_LOCKS);
  const [holder] = await vault.holders();
  assert.ok(holder);
  const opened = await vault.unlock(holder.store, SECRET);
  assert.ok(opened.ok);
  const { own, pulled } = await opened.store.readRooms();
  const bare = own.records.map(({ name, text }) => ({ room: "own" as const, name, text: text.split("\n").slice(0, 2).join("\n") }));
  const others = pulled.records.map(({ name, text }) => {
    const { ids, ...rest } = JSON.parse(text) as { ids?: readonly string[] };
    assert.ok(ids?.length);
    return { room: "pulled" as const, name, text: JSON.stringify(rest), under: name.split(".")[0] ?? "" };
  });
  assert.ok((await opened.store.write([...bare, ...others])).ok);
  return bare.length + others.length;
}

test("answers kept by the app's first version are read, and those not yet sent are received whole", async () => {
  const server = await openField();
  const [one, two] = [await tablet(server, LEAD, 1), await tablet(server, FWA, 2)];
  assert.ok((await two.visit.answer(THE_VISIT, "START-03", "entered")).ok);
  await two.send();
  await one.send();
  one.weather = () => "lost";
  assert.ok((await one.visit.addNote("the side gate was open")).ok);
  assert.ok((await one.visit.addNote("two vans left")).ok);
  assert.ok((await asBefore(one)) >= 3);
  await one.restart();
  assert.equal(one.visit.question("START-03", THE_VISIT).value.value, "entered");
  assert.deepEqual(one.visit.view.value.notes.map(({ text }) => text).sort(), ["the side gate was open", "two vans left"]);
  one.weather = () => "fine";
  await one.send();
  assert.deepEqual([atRest(server), one.session.sync.value.waiting, one.session.sync.value.attention], [3, 0, []]);
});
