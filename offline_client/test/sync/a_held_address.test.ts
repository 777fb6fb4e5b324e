/** An address that is held back: nothing of it is readable before its key comes, by sync or as a code over the radio. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ADDRESS_TRY } from "../../src/ledger/kinds.ts";
import { FWA, LEAD, openField, tablet, type Tablet } from "../support/field.ts";
import { CODE, holdBack, OPENS_AT, OTHER_CODE, STRIKE } from "../support/held.ts";

const ADDRESS = "1 Mill Lane";

const shown = ({ visit, session }: Tablet): string =>
  JSON.stringify([visit.paper, visit.view.value, session.visits.value, session.search("mill"), session.search("stitching")]);
const outcomes = ({ visit }: Tablet): readonly unknown[] => tries(visit.paper.visit);
let server: Awaited<ReturnType<typeof openField>>;
const tries = (visit: string): readonly unknown[] =>
  [...server.state.streams].filter(([stream]) => stream.startsWith(visit)).flatMap(([, all]) => all.flatMap(({ lines }) => lines))
    .filter(({ header }) => (JSON.parse(header) as { kind: string }).kind === ADDRESS_TRY)
    .map(({ body }) => { const { number, outcome } = (JSON.parse(body) as { value: { number: number; outcome: string } }).value; return [number, outcome]; });

async function held() {
  server = await openField();
  const hold = await holdBack(server);
  return { hold, one: await tablet(server, LEAD) };
}

test("before the release a tablet shows when, where to meet and what is needed, and nothing from which the place could be learnt", async () => {
  const { one } = await held();
  assert.deepEqual(one.session.visits.value[0]?.held, { opensAt: OPENS_AT, meetingPoint: "Lay-by" });
  assert.deepEqual(one.visit.address.value, { opensAt: OPENS_AT, meetingPoint: "Lay-by", opened: false, waitUntil: null });
  assert.deepEqual([one.visit.paper.needs, one.visit.paper.premises.code], [["PO"], "P01"]);
  assert.doesNotMatch(shown(one), /Mill Lane|Example Stitching|52\.6|-1\.1/);
});

test("the key comes with the first contact after the release, stays over a restart, and the server is told that it is here", async () => {
  const { hold, one } = await held();
  await one.send();
  assert.equal(one.visit.address.value?.opened, false);
  hold.released = true;
  await one.send();
  assert.equal(one.session.visits.value[0]?.address, ADDRESS);
  assert.equal(one.visit.address.value?.opened, true);
  assert.match(one.visit.view.value.notices[0] ?? "", /^The address of this visit is here/);
  assert.deepEqual(hold.told, [{ strike: STRIKE, edition: 1, how: "sync" }]);
  await one.restart();
  assert.deepEqual([one.visit.paper.premises.address, one.visit.address.value, one.visit.view.value.notices], [ADDRESS, null, []]);
  await one.send();
  assert.equal(hold.told.length, 1);
});

test("a code opens the address without any network, and that it was typed reaches the server with the next contact", async () => {
  const { hold, one } = await held();
  one.weather = () => "lost";
  assert.deepEqual(await one.visit.enterCode(CODE.toLowerCase()), { ok: true });
  assert.equal(one.session.visits.value[0]?.address, ADDRESS);
  await one.restart();
  assert.equal(one.visit.paper.premises.address, ADDRESS);
  one.weather = () => "fine";
  await one.send();
  assert.deepEqual(outcomes(one), [[1, "opened"]]);
  assert.deepEqual(hold.told, [{ strike: STRIKE, edition: 1, how: "code" }]);
  assert.equal(one.session.visits.value[0]?.state, "not_started");
});

test("a misheard code is told as such, costs no wait, and is noted; one that is cut short is not tried at all", async () => {
  const { one } = await held();
  for (let n = 0; n < 6; n++) {
    const said = await one.visit.enterCode("0000-0000-001");
    assert.ok(!said.ok && /misheard/.test(said.why) && said.waitUntil === null);
  }
  const short = await one.visit.enterCode("0000-0000");
  assert.ok(!short.ok && /11 characters. Nothing was tried/.test(short.why));
  await one.send();
  assert.deepEqual(outcomes(one), [1, 2, 3, 4, 5, 6].map((n) => [n, "misheard"]));
  assert.deepEqual(await one.visit.enterCode(CODE), { ok: true });
});

test("wrong codes cost more and more time, over a restart too, and each is noted", async () => {
  const { one } = await held();
  for (let n = 0; n < 4; n++) assert.equal((await one.visit.enterCode(OTHER_CODE)).ok, false);
  const barred = await one.visit.enterCode(CODE);
  assert.ok(!barred.ok && barred.waitUntil === one.machine.nowMs() + 30_000);
  await one.restart();
  const still = await one.visit.enterCode(CODE);
  assert.ok(!still.ok && /Too many wrong codes/.test(still.why));
  assert.notEqual(one.visit.address.value?.waitUntil, null);
  one.machine.pass(31_000);
  assert.deepEqual(await one.visit.enterCode(CODE), { ok: true });
  await one.send();
  assert.deepEqual(outcomes(one), [...[1, 2, 3, 4].map((n) => [n, "wrong"]), [5, "opened"]]);
});

test("a right code opens nothing that could not be noted", async () => {
  const { one } = await held();
  let writes = 0;
  one.machine.disk.beforeWrite = () => (++writes > 1 ? { ok: false, code: "full", why: "The tablet is full." } : null);
  const said = await one.visit.enterCode(CODE);
  assert.ok(!said.ok && /full/.test(said.why));
  assert.doesNotMatch(shown(one), /Mill Lane/);
  one.machine.disk.beforeWrite = () => null;
  assert.deepEqual(await one.visit.enterCode(CODE), { ok: true });
});

test("a try that was cut off before it was noted leaves a gap in the numbers", async () => {
  const { one } = await held();
  let writes = 0;
  await new Promise<void>((killed) => {
    one.machine.disk.beforeWrite = () => {
      if (++writes < 2) return null;
      killed();
      return "died";
    };
    void one.visit.enterCode(OTHER_CODE);
  });
  await one.restart();
  await one.visit.enterCode(OTHER_CODE);
  await one.send();
  assert.deepEqual(outcomes(one), [[2, "wrong"]]);
});

test("to hold back again seals the visit anew: the old key and the old code open nothing", async () => {
  const { hold, one } = await held();
  hold.released = true;
  await one.send();
  assert.equal(one.session.visits.value[0]?.address, ADDRESS);
  await holdBack(server, 2);
  await one.send();
  await one.restart();
  assert.doesNotMatch(shown(one), /Mill Lane/);
});

test("two officers of one team open it each on their own tablet", async () => {
  const { one } = await held();
  const other = await tablet(server, FWA, 2);
  assert.deepEqual(await one.visit.enterCode(CODE), { ok: true });
  assert.doesNotMatch(shown(other), /Mill Lane/);
  assert.deepEqual(await other.visit.enterCode(CODE), { ok: true });
});
