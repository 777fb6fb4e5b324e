/** What an officer types becomes a value or a sentence, never a guess. */
import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import type { FormField } from "../../src/model/types.ts";
import { pounds, readForm, readMoney, readNumber } from "../../src/ui/reading.ts";

const PEOPLE = { min: 0, max: 999 };
const field = (name: string, type: FormField["type"], required = true): FormField => ({ name, label: name, type, options: [], required });

test("a count is a whole number within what the checklist allows", () => {
  deepEqual(readNumber(" 14 ", PEOPLE), { value: 14 });
  for (const wrong of ["1000", "-1", "1.5", "1e3", "fourteen", ""]) equal("wrong" in readNumber(wrong, PEOPLE), true, wrong);
});

test("an amount travels as text with two decimals", () => {
  for (const [typed, kept] of [["12.71", "12.71"], ["12.5", "12.50"], ["£12", "12.00"], ["1,200.5", "1200.50"], ["007", "7.00"]] as const) equal(pounds(typed), kept);
});

test("an amount that could mean two things is refused", () => {
  for (const wrong of ["12,50", "12.715", "1.2.3", "12 pounds", "-3", ""]) equal(pounds(wrong), null, wrong);
});

test("an amount beyond the limit is refused with the limits in words", () => {
  const read = readMoney("201", { min: 0, max: 200 });
  match("wrong" in read ? read.wrong : "", /from 0 to 200/);
});

test("an act is written with counts as numbers and money as text", () => {
  const fields = [field("workers", "count"), field("estimate_gbp", "money")];
  deepEqual(readForm(fields, { workers: "9", estimate_gbp: "£4,350" }), { workers: 9, estimate_gbp: "4350.00" });
});

test("an act that lacks a needed field names the field", () => {
  equal(readForm([field("offence", "text")], { offence: "  " }), "Still needed: offence.");
});

test("an empty optional field is left out of the act", () => {
  deepEqual(readForm([field("what", "text"), field("seal", "text", false)], { what: "Docket book" }), { what: "Docket book" });
});
