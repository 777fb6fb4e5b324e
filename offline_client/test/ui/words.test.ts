/** Times, ages and names in the words an officer uses. */
import { equal } from "node:assert/strict";
import { test } from "node:test";
import { age, clock, count, dayWords, moment, nativeName, planned, sentence, short, today } from "../../src/ui/words.ts";

const NOW = Date.parse("2026-11-22T14:00:00Z");

test("the age of the last contact grows from minutes to days", () => {
  equal(age(null, NOW), "never");
  equal(age("2026-11-22T13:59:40Z", NOW), "just now");
  equal(age("2026-11-22T13:22:00Z", NOW), "38 min ago");
  equal(age("2026-11-21T09:00:00Z", NOW), "29 h ago");
  equal(age("2026-11-19T14:00:00Z", NOW), "3 days ago");
});

test("a clock that runs ahead never shows an age below zero", () => {
  equal(age("2026-11-22T14:05:00Z", NOW), "just now");
});

test("one answer and several are worded apart", () => {
  equal(count(1, "entry", "entries"), "1 entry");
  equal(count(0, "entry", "entries"), "0 entries");
});

test("a bare planned time is shown as it stands", () => {
  equal(planned("09:30"), "09:30");
});

test("a day is told by the tablet's own zone", () => {
  equal(today(new Date(2026, 10, 2, 23, 59)), "2026-11-02");
});

test("every day of a year is named as the calendar of this country names it", () => {
  const calendar = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
  for (let day = 1; day <= 366; day++) {
    const at = new Date(2028, 0, day, 12);
    equal(dayWords(today(at)), calendar.format(at).replace(",", ""));
  }
  equal(moment("2026-11-02T09:05:00", new Date(2026, 10, 22)), "2 Nov 09:05");
});

test("a language is shown as its own speakers write it", () => {
  equal(nativeName("gu"), "ગુજરાતી");
  equal(nativeName("ro"), "română");
  equal(nativeName("xx"), "");
});

test("a clock at the beginning or the end of time does not cost the page", () => {
  for (const odd of ["0001-01-01T00:00:00.000+14:00", "9999-12-31T23:59:59.000-12:00"]) equal(typeof moment(odd), "string");
  equal(clock("not a time"), "not a time");
});

test("words of a list stand alone: a capital, and nothing in brackets", () => {
  equal(sentence(short("fire and rescue (every brigade)")), "Fire and rescue");
});
