/** The plan changes while tablets are out: nothing that an officer wrote becomes unreadable, and nobody works by old papers unawares. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { THE_VISIT, type VisitId } from "../../src/ledger/ids.ts";
import { LEAD, openField, tablet } from "../support/field.ts";
import { VISIT } from "../support/papers.ts";

const noVisit = (kind: string, text: string): string | null => (kind === "visit" ? null : text);

test("a visit that moved to another team stays with what the officer wrote there, over a restart, and says so", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  server.edition = (kind, text) => (kind === "agreement" || kind === "rates" ? null : noVisit(kind, text));
  server.gone = [...server.state.streams.keys()];
  for (const again of [() => one.send(), () => one.send(), () => one.restart()]) await again();
  const [card] = one.session.visits.value;
  assert.deepEqual([card?.name, card?.moved, card?.stateWords], ["Example Stitching", true, "In progress"]);
  assert.deepEqual(one.visit.history("START-03", THE_VISIT).map(({ valueWords, words }) => [valueWords, words.slice(0, 8)]), [["We went in", "received"]]);
  assert.match(one.visit.view.value.notices[0] ?? "", /^This visit moved to another team, or its time on this tablet is over\./);
});

test("a visit that moved away goes from the tablet of an officer who wrote nothing there", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  server.edition = noVisit;
  await one.send();
  assert.deepEqual(one.session.visits.value, []);
  const opened = await one.session.openVisit(VISIT as VisitId);
  assert.ok("code" in opened && opened.code === "papers");
});

test("a visit that comes back is an ordinary visit again", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  await one.send();
  const before = server.edition;
  server.edition = noVisit;
  await one.send();
  assert.equal(one.session.visits.value[0]?.moved, true);
  server.edition = before;
  await one.send();
  assert.deepEqual(one.session.visits.value.map(({ moved }) => moved), [false]);
});

test("an open visit whose plan changed says so, its card shows the new plan, and opening it again goes on with that", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  await one.visit.answer(THE_VISIT, "START-03", "entered");
  server.edition = (kind, text) => (kind === "visit" ? text.replace("1 Mill Lane", "2 Mill Lane") : text);
  await one.send();
  assert.equal(one.visit.paper.premises.address, "1 Mill Lane");
  assert.match(one.visit.view.value.notices[0] ?? "", /changed\. Leave it and open it again/);
  assert.equal(one.session.visits.value[0]?.address, "2 Mill Lane");
  const again = await one.session.openVisit(VISIT as VisitId);
  assert.ok("view" in again);
  assert.deepEqual([again.paper.premises.address, again.view.value.notices], ["2 Mill Lane", []]);
  assert.equal(again.question("START-03", THE_VISIT).value.value, "entered");
});

test("a paper that arrives changed on its way is not believed, and is fetched again", async () => {
  const server = await openField();
  const one = await tablet(server, LEAD);
  const name = () => one.session.visits.value.map((card) => card.name);
  assert.deepEqual(name(), ["Example Stitching"]);
  server.edition = (kind, text) => (kind === "visit" ? text.replace("Example Stitching", "Example Knits") : text);
  server.garble = (path, text) => (path.startsWith("/api/papers/") ? text.replace("Example Knits", "Forged Knits") : text);
  await one.send();
  assert.deepEqual(name(), ["Example Stitching"]);
  server.garble = (_, text) => text;
  await one.send();
  assert.deepEqual(name(), ["Example Knits"]);
});
