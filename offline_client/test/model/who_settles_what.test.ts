/** What officers differ about stands side by side until somebody with the right to it rules, with a reason. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT } from "../../src/ledger/ids.ts";
import { COMMAND, FWA, HSE, LEAD, rule, START_MS, tablet, type Tablet } from "../support/field.ts";
import { openServer } from "../support/server.ts";

type Three = { readonly lead: Tablet; readonly other: Tablet; readonly command: Tablet; readonly all: readonly Tablet[] };

/** The visit's lead, an officer of another agency, and the lead of the operation; all in contact. */
async function three(): Promise<Three> {
  const server = await openServer([LEAD, FWA, HSE, COMMAND], START_MS);
  const [lead, other, command] = [await tablet(server, LEAD), await tablet(server, FWA, 2), await tablet(server, COMMAND, 3)];
  await lead.visit.answer(THE_VISIT, "START-03", "entered");
  const all = [lead, other, command];
  await meet(all);
  return { lead, other, command, all };
}

/** Everybody sends and fetches until all hold the same. */
async function meet(all: readonly Tablet[]): Promise<void> {
  for (const each of [...all, ...all]) await each.send();
}

type Look = readonly [state: string, chosen: readonly string[], disputes: number];
const look = ({ visit }: Tablet, question: string): Look => {
  const { state, options } = visit.question(question, THE_VISIT).value;
  return [state, options.filter(({ selected }) => selected).map(({ value }) => value), visit.view.value.conflicts.length];
};

function allSee(all: readonly Tablet[], question: string, expected: Look): void {
  for (const each of all) assert.deepEqual(look(each, question), expected);
}

test("nothing seen by one and a sign by another are in dispute for both, and the ruling for the sign puts nothing off", async () => {
  const { lead, other, command, all } = await three();
  await lead.visit.choose(THE_VISIT, "SAFE-05", "none", true);
  await other.visit.choose(THE_VISIT, "SAFE-05", "upset", true);
  await meet(all);
  allSee(all, "SAFE-05", ["disputed", ["none", "upset"], 1]);
  assert.deepEqual(lead.visit.question("SAFE-05", THE_VISIT).value.options.filter(({ disputed }) => disputed).length, 2);
  assert.ok((await rule(command, "SAFE-05", "Very upset: chosen", "two of us saw it")).ok);
  await meet(all);
  allSee(all, "SAFE-05", ["answered", ["upset"], 0]);
});

test("the ruling that nothing was seen puts every sign off", async () => {
  const { lead, other, all } = await three();
  await lead.visit.choose(THE_VISIT, "SAFE-05", "none", true);
  await other.visit.choose(THE_VISIT, "SAFE-05", "upset", true);
  await other.visit.choose(THE_VISIT, "SAFE-05", "injured", true);
  await meet(all);
  assert.ok((await rule(lead, "SAFE-05", "No: chosen", "it was next door")).ok);
  await meet(all);
  allSee(all, "SAFE-05", ["answered", ["none"], 0]);
  assert.deepEqual(other.visit.history("SAFE-05", THE_VISIT).filter(({ kind }) => kind === "ruling").map(({ note }) => note),
    ["it was next door", "it was next door", "it was next door"]);
});

for (const [words, expected] of [
  ["Very upset: chosen", ["answered", ["upset"], 0]], ["Not asked: It was not safe to ask", ["not_asked", [], 0]],
] as const) {
  test(`not asked by one beside a choice of another is settled by the ruling for "${words}"`, async () => {
    const { lead, other, command, all } = await three();
    await lead.visit.notAsked(THE_VISIT, "SAFE-05", "not_safe");
    await other.visit.choose(THE_VISIT, "SAFE-05", "upset", true);
    await meet(all);
    allSee(all, "SAFE-05", ["disputed", ["upset"], 1]);
    assert.ok((await rule(command, "SAFE-05", words, "asked both")).ok);
    await meet(all);
    allSee(all, "SAFE-05", expected);
  });
}

test("not asked by one, answered by another: the ruling may let not asked stand, with the reason why it was not", async () => {
  const { lead, other, all } = await three();
  await lead.visit.notAsked(THE_VISIT, "PREM-04", "not_safe");
  await other.visit.answer(THE_VISIT, "PREM-04", "gt3y");
  await meet(all);
  assert.ok((await rule(lead, "PREM-04", "Not asked: It was not safe to ask", "that was another business")).ok);
  await meet(all);
  for (const { visit } of all) {
    const { state, value, notAsked } = visit.question("PREM-04", THE_VISIT).value;
    assert.deepEqual([state, value, notAsked?.reason], ["not_asked", null, "not_safe"]);
  }
});

test("what is listed stands against not asked, and the ruling says so", async () => {
  const { lead, other, all } = await three();
  await lead.visit.notAsked(THE_VISIT, "EVD-01", "not_relevant");
  await other.visit.addItem(THE_VISIT, "EVD-01", { what: "Ledger" });
  await meet(all);
  const rivals = lead.visit.view.value.conflicts.flatMap((one) => one.rivals);
  assert.deepEqual(rivals.map(({ mayStand }) => mayStand), [false, true]);
  assert.ok((await rule(lead, "EVD-01", rivals[1]?.valueWords ?? "", "it is in the bag")).ok);
  await meet(all);
  for (const each of all) assert.deepEqual(look(each, "EVD-01"), ["answered", [], 0]);
});

test("a tap over what is in dispute settles nothing, whoever taps", async () => {
  const { lead, other, command, all } = await three();
  await other.visit.notAsked(THE_VISIT, "SAFE-05", "not_safe");
  await command.visit.choose(THE_VISIT, "SAFE-05", "upset", true);
  await meet(all);
  await lead.visit.choose(THE_VISIT, "SAFE-05", "hungry", true);
  await lead.visit.choose(THE_VISIT, "SAFE-05", "none", true);
  await meet(all);
  for (const each of all) assert.equal(each.visit.question("SAFE-05", THE_VISIT).value.state, "disputed");
  assert.ok(lead.visit.view.value.conflicts[0]?.rivals.some(({ valueWords }) => valueWords === "Not asked: It was not safe to ask"));
});

test("a ruling by somebody who neither leads nor may write the question settles nothing", async () => {
  const server = await openServer([LEAD, FWA, HSE], START_MS);
  const [lead, outsider] = [await tablet(server, LEAD), await tablet(server, HSE, 2)];
  await lead.visit.answer(THE_VISIT, "START-03", "entered");
  await meet([lead, outsider]);
  await lead.visit.answer(THE_VISIT, "PREM-04", "lt3m");
  await outsider.visit.answer(THE_VISIT, "PREM-04", "gt3y");
  await meet([lead, outsider]);
  const offered = [lead, outsider].map(({ visit }) => visit.view.value.conflicts.map(({ mayRule }) => mayRule));
  assert.deepEqual(offered, [[true], [false]]);
  assert.ok((await rule(outsider, "PREM-04", "Over 3 years", "I know")).ok);
  await meet([lead, outsider]);
  for (const each of [lead, outsider]) {
    assert.equal(each.visit.question("PREM-04", THE_VISIT).value.state, "disputed");
    assert.match(each.visit.history("PREM-04", THE_VISIT).find(({ kind }) => kind === "ruling")?.unheeded ?? "", /may not replace: both stand/);
  }
});
