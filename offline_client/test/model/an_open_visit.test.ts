import assert from "node:assert/strict";
import { effect } from "@preact/signals";
import { test } from "node:test";
import { THE_VISIT, type SubjectId } from "../../src/ledger/ids.ts";
import { openDoors } from "../../src/model/session.ts";
import { FWA, HSE, LEAD, openField, SECRET, START_MS, tablet, type Tablet } from "../support/field.ts";
import { machine, memoryDisk } from "../support/machine.ts";

const entered = async (member = LEAD): Promise<Tablet> => {
  const one = await tablet(await openField(), member);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  return one;
};

const ids = (on: Tablet): readonly string[] => on.visit.view.value.sections.map(({ id }) => id);
const chosen = (on: Tablet, question: string): readonly string[] =>
  on.visit.question(question, THE_VISIT).value.options.filter(({ selected }) => selected).map(({ value }) => value);

test("only what can be asked yet is asked: the rest opens when the door did", async () => {
  const one = await tablet(await openField(), LEAD);
  assert.deepEqual(ids(one), ["START", "END"]);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  assert.ok(ids(one).includes("SAFE") && ids(one).includes("HSE") && !ids(one).includes("RTW"));
});

test("choosing that there was nothing puts the other options off, and the other way round", async () => {
  const one = await entered();
  await one.visit.choose(THE_VISIT, "SAFE-05", "upset", true);
  await one.visit.choose(THE_VISIT, "SAFE-05", "injured", true);
  await one.visit.choose(THE_VISIT, "SAFE-05", "none", true);
  assert.deepEqual(chosen(one, "SAFE-05"), ["none"]);
  await one.visit.choose(THE_VISIT, "SAFE-05", "hungry", true);
  assert.deepEqual(chosen(one, "SAFE-05"), ["hungry"]);
});

test("a question that was not asked says why, and an answer given later takes its place", async () => {
  const one = await entered();
  await one.visit.notAsked(THE_VISIT, "SAFE-05", "not_safe");
  const view = one.visit.question("SAFE-05", THE_VISIT);
  assert.deepEqual([view.value.state, view.value.notAsked?.words], ["not_asked", "It was not safe to ask"]);
  await one.visit.choose(THE_VISIT, "SAFE-05", "upset", true);
  assert.deepEqual([view.value.state, view.value.notAsked], ["answered", null]);
  await one.visit.clear(THE_VISIT, "SAFE-05");
  assert.deepEqual([view.value.state, chosen(one, "SAFE-05")], ["blank", []]);
});

test("a tap that changes nothing writes nothing", async () => {
  const one = await entered();
  const before = one.visit.view.value.saved.onTablet;
  assert.ok((await one.visit.answer(THE_VISIT, "START-03", "entered")).ok);
  assert.ok((await one.visit.choose(THE_VISIT, "START-04", "none", false)).ok);
  assert.ok((await one.visit.choose(THE_VISIT, "START-04", "none", false)).ok);
  assert.equal(one.visit.view.value.saved.onTablet, before + 1);
});

test("a tap repaints the question it answered, and not its neighbours", async () => {
  const one = await entered();
  const painted: string[] = [];
  for (const id of ["SAFE-01", "SAFE-06", "SAFE-07"]) {
    effect(() => { painted.push(`${id} ${one.visit.question(id, THE_VISIT).value.state}`); });
  }
  painted.length = 0;
  await one.visit.answer(THE_VISIT, "SAFE-06", "N");
  assert.deepEqual(painted, ["SAFE-06 answered"]);
  assert.equal(one.visit.question("SAFE-06", THE_VISIT), one.visit.question("SAFE-06", THE_VISIT));
});

test("an answer that may mean danger raises its alert in words, and taking it back lowers it", async () => {
  const one = await entered();
  const saved = await one.visit.answer(THE_VISIT, "SAFE-06", "Y");
  assert.deepEqual(one.visit.view.value.alerts.map(({ words, urgent }) => [words, urgent]), [["Danger now", true]]);
  assert.ok(saved.ok && (await one.visit.withdraw(saved.id, "tapped by mistake")).ok);
  assert.deepEqual(one.visit.view.value.alerts, []);
  const [withdrawal, answer] = one.visit.history("SAFE-06", THE_VISIT);
  assert.deepEqual([withdrawal?.valueWords, answer?.standing], ["Withdrawn: tapped by mistake", "withdrawn"]);
});

test("the indicators stay closed until the officer has judged and said why", async () => {
  const one = await entered();
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  const view = one.visit.indicators(worker.subject);
  for (const [question, value] of [["WK0-04", "Y"], ["WK0-06", "Y"], ["WK0-07", "adult"], ["WK3-01", "cannot"], ["IDN-01", "Y"]] as const) {
    assert.equal(view.value.open, false);
    await one.visit.answer(worker.subject, question, value);
  }
  await one.visit.choose(worker.subject, "WK3-02", "leave", true);
  await one.visit.answer(worker.subject, "IDN-02", "papers are with the boss");
  assert.ok(view.value.open);
  const coercion = view.value.dimensions.find(({ result }) => result === "positive");
  assert.deepEqual(coercion?.present.map(({ because }) => because.map(({ words }) => words)),
    [["Someone else has it, I cannot get it"], ["Not free: leave after work"]]);
});

test("somebody who might be under 18 is on the child path, and an adult's choices close", async () => {
  const one = await entered();
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  for (const [question, value] of [["WK0-06", "Y"], ["WK0-07", "maybe"], ["IDN-01", "Y"]] as const) await one.visit.answer(worker.subject, question, value);
  assert.equal(one.visit.view.value.workers[0]?.child, true);
  assert.deepEqual(one.visit.question("IDN-04", worker.subject).value.options.map(({ value }) => value), ["child"]);
});

test("an officer sees which sections are theirs, and may not write what is another's", async () => {
  const one = await entered(HSE);
  const cards = new Map(one.visit.view.value.sections.map((card) => [card.id, card]));
  assert.deepEqual([cards.get("HSE")?.mayWrite, cards.get("PAY")?.mayWrite], [true, false]);
  assert.deepEqual([cards.get("HSE")?.mine, cards.get("PAY")?.mine], [true, false]);
});

test("what a worker may be told is read out with the operation's own sentence", async () => {
  const one = await entered(FWA);
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  assert.match(one.visit.section("WK0", worker.subject).value.say ?? "", /No immigration officers are with us\./);
});

test("stated pay below the legal rate is a prompt beside the answer, never a finding", async () => {
  const one = await entered(FWA);
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  for (const [question, value] of [["WK0-06", "Y"], ["WK2-04", "£300 for 60 hours"]] as const) await one.visit.answer(worker.subject, question, value);
  assert.match(one.visit.question("WK2-04", worker.subject).value.prompts[0] ?? "", /^Below the legal rate for/);
});

test("a visit is found by its place, its language, and by what was written in it", async () => {
  const one = await entered();
  await one.visit.answer(THE_VISIT, "EVD-03", "no ledger behind the green door");
  for (const words of ["stitching", "mill lane", "P01 gu", "green ledger", ""]) assert.equal(one.session.search(words).length, 1, words);
  for (const words of ["nowhere", "stitching nowhere"]) assert.equal(one.session.search(words).length, 0, words);
});

test("a visit may be signed only when nothing that must be is left, and then it says so", async () => {
  const one = await tablet(await openField(), LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "closed");
  for (const [question, value] of [["START-01", "Y"], ["START-02", "consent"]] as const) await one.visit.answer(THE_VISIT, question, value);
  assert.equal(one.visit.view.value.state, "in_progress");
  await one.visit.choose(THE_VISIT, "END-01", "not_done", true);
  assert.equal(one.visit.view.value.state, "complete");
  await one.visit.answer(THE_VISIT, "END-05", { left: "2026-11-22T10:40:00.000+00:00" });
  assert.equal(one.visit.view.value.state, "signed_off");
  assert.equal(one.session.visits.value[0]?.stateWords, "Signed off");
});

test("an item, an act and a note stand in words, and what was pasted is kept without what nobody can see", async () => {
  const one = await entered();
  await one.visit.addItem(THE_VISIT, "EVD-01", { what: "Ledger", from: "office", by: "PC 1", power: "PACE s.19", seal: "A1" });
  await one.visit.act("arrest", THE_VISIT, { offence: "Modern Slavery Act s.1" });
  await one.visit.addNote("a line\r\nand\u0000 another\u0007");
  assert.deepEqual(one.visit.question("EVD-01", THE_VISIT).value.items.map(({ words }) => words), ["Ledger, office, PC 1, PACE s.19, A1"]);
  assert.deepEqual(one.visit.view.value.acts.map(({ summary }) => summary), ["Modern Slavery Act s.1"]);
  assert.deepEqual(one.visit.view.value.notes.map(({ text }) => text), ["a line\nand another"]);
});

test("where the officer was is remembered over a killed browser", async () => {
  const one = await entered();
  one.session.remember("visit/SAFE");
  await one.visit.addNote("waits its turn behind the place");
  await one.restart();
  assert.equal(one.session.place, "visit/SAFE");
});

test("a wrong secret opens nothing, says how many tries are left, and the right one still opens", async () => {
  const one = await entered();
  one.session.lock();
  const again = openDoors(machine(memoryDisk(one.machine.disk), async () => null, START_MS));
  const boot = await again.boot();
  assert.ok(boot.state === "locked" && boot.officers[0]);
  const { store, name, unsent } = boot.officers[0];
  assert.deepEqual([name, unsent], ["lead", 0]);
  const refused = await again.unlock(store, "not the secret");
  assert.ok(!refused.ok && refused.triesLeft === 9);
  const opened = await again.unlock(store, SECRET);
  assert.ok(opened.ok);
  opened.lock();
});

test("a question of the visit is the same from whatever worker's card it is asked", async () => {
  const one = await entered();
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  await one.visit.answer(worker.subject as SubjectId, "START-05", 14);
  assert.equal(one.visit.question("START-05", THE_VISIT).value.value, 14);
});

test("from would rather not say to adult the tablet asks for the reason, and the history says what is lacking", async () => {
  const one = await entered();
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  const age = () => one.visit.question("WK0-07", worker.subject).value;
  const child = () => one.visit.view.value.workers[0]?.child;
  for (const [question, value] of [["WK0-06", "Y"], ["WK0-07", "P"], ["WK0-07", "adult"]] as const) await one.visit.answer(worker.subject, question, value);
  assert.deepEqual([age().wantsReason, child()], [true, true]);
  assert.match(age().prompts[0] ?? "", /until you write down why/);
  assert.match(one.visit.history("WK0-07", worker.subject)[0]?.unheeded ?? "", /until you write down why/);
  assert.ok((await one.visit.answer(worker.subject, "WK0-07", "adult", "showed a passport, born 1990")).ok);
  assert.deepEqual([age().wantsReason, age().prompts, child()], [false, [], false]);
  assert.deepEqual(one.visit.history("WK0-07", worker.subject).map(({ unheeded }) => unheeded), [null, null, null]);
});

test("from under 18 or not sure to adult it asks for the reason too, and says that only the council's decision lifts the path", async () => {
  const one = await entered();
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  for (const value of ["maybe", "adult"]) await one.visit.answer(worker.subject, "WK0-07", value);
  const age = () => one.visit.question("WK0-07", worker.subject).value;
  assert.deepEqual([age().wantsReason, age().prompts.length], [true, 1]);
  await one.visit.answer(worker.subject, "WK0-07", "adult", "showed a passport");
  assert.deepEqual([age().wantsReason, one.visit.view.value.workers[0]?.child], [false, true]);
  assert.match(age().prompts[0] ?? "", /council's decision/);
});

test("who was always put down as an adult is asked for no reason", async () => {
  const one = await entered();
  const worker = await one.visit.addWorker();
  assert.ok(worker.ok);
  await one.visit.answer(worker.subject, "WK0-07", "adult");
  const { wantsReason, prompts } = one.visit.question("WK0-07", worker.subject).value;
  assert.deepEqual([wantsReason, prompts], [false, []]);
});

test("a tablet whose clock no record can carry says so before anything is written, and writes once it is set", async () => {
  const one = await tablet(await openField(), LEAD);
  const back = START_MS + 400 * 24 * 60 * 60_000;
  one.machine.pass(-back);
  await one.restart();
  const says = /^This tablet's clock says 1968-\d\d-\d\d\. Set its date and time/;
  assert.match(one.visit.view.value.notices[0] ?? "", says);
  assert.ok(one.session.sync.value.attention.some((words) => says.test(words)));
  for (const saved of [
    await one.visit.answer(THE_VISIT, "START-03", "entered"), await one.visit.addNote("the door was locked"), await one.visit.addWorker(),
  ]) assert.match(saved.ok ? "" : saved.why, says);
  assert.equal(one.session.sync.value.waiting, 0);
  one.machine.pass(back);
  assert.ok((await one.visit.answer(THE_VISIT, "START-03", "entered")).ok);
  assert.deepEqual(one.visit.view.value.notices, []);
});
