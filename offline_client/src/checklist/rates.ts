/**
 * Legal minimum pay by age as dated rows, and a careful comparison with what somebody was paid. Whole ten-thousandths of a
 * pound and whole hundredths of an hour, so that every language computes alike. A prompt for an officer, never a finding.
 */
import { isObject, type Json } from "../ledger/json.ts";
import type { Truth } from "./conditions.ts";

export type Band = { readonly id: string; readonly words: string; readonly fromAge: number; readonly special: boolean; readonly gbp: string; readonly units: number };
export type Rates = { readonly rows: readonly { readonly from: string; readonly bands: readonly Band[] }[] };
export type Pay = { readonly units: number; readonly hours: number };
/** `result` is yes only if the pay is below every rate that may apply; `below` names those it is below. */
export type Comparison = { readonly result: Truth; readonly below: readonly string[] };

const SCHEMA = "fieldops/rates";
const ADULT_AGE = 18;
const UNITS_PER_POUND = 10_000;
const UNITS_PER_HOUR = 100;
/** In one stated pay period; anything longer is more likely a misreading. */
const MOST_HOURS = 400;

const DECIMAL = /^([0-9]{1,7})(?:\.([0-9]{1,4}))?$/;
const POUNDS = String.raw`([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,6})(?:\.([0-9]{2}))?`;
const AMOUNT = new RegExp(`£ ?${POUNDS}(?![0-9.,])|(?<![0-9.,])${POUNDS} ?(?:pounds|gbp)(?![a-z])`, "g");
const HOURS = /(?<![0-9.,])([0-9]{1,3})(?:\.([0-9]{1,2}))? ?(?:hours|hour|hrs|hr|h)(?![a-z])/g;

type PublishedBand = { id: string; words: string; from_age: number; gbp: string; only_for?: string };

export function parseRates(json: Json): Rates | null {
  if (!isObject(json) || json["schema"] !== SCHEMA) return null;
  const rows = json["rows"] as unknown as readonly { from: string; bands: readonly PublishedBand[] }[];
  const parsed = rows.map(({ from, bands }) => ({ from, bands: bands.map(bandOf) }));
  return { rows: parsed.sort((a, b) => (a.from < b.from ? -1 : 1)) };
}

const bandOf = ({ id, words, from_age: fromAge, gbp, only_for: special }: PublishedBand): Band => ({
  id, words, fromAge, gbp, special: special !== undefined, units: hourly(gbp)?.units ?? 0,
});

/** The bands that somebody may fall in on a day ("2026-11-22"); all ages unless they are known to be adult. */
export function bandsOn(rates: Rates, day: string, adult: boolean): readonly Band[] {
  const row = rates.rows.findLast(({ from }) => from <= day);
  return (row?.bands ?? []).filter((band) => !band.special && (!adult || band.fromAge >= ADULT_AGE));
}

const unitsOf = (whole: string, part: string): number => Number(whole) * UNITS_PER_POUND + Number(part.padEnd(4, "0"));

/** An hourly amount such as "12.71". */
export function hourly(text: string): Pay | null {
  const found = DECIMAL.exec(text);
  return found && { units: unitsOf(found[1] ?? "", found[2] ?? ""), hours: UNITS_PER_HOUR };
}

/**
 * Pay and hours from a worker's words, if they hold one amount in pounds, one number of hours, and no more. Whatever could
 * be read in two ways is not read at all.
 */
export function stated(text: string): Pay | null {
  const plain = text.toLowerCase();
  const [amount, ...moreAmounts] = plain.matchAll(AMOUNT);
  const [time, ...moreTimes] = plain.matchAll(HOURS);
  if (!amount || !time || moreAmounts.length || moreTimes.length) return null;
  const hours = Number(time[1]) * UNITS_PER_HOUR + Number((time[2] ?? "").padEnd(2, "0"));
  const rest = plain.replace(AMOUNT, "").replace(HOURS, "");
  if (/[0-9]/.test(rest) || hours <= 0 || hours > MOST_HOURS * UNITS_PER_HOUR) return null;
  const [whole = "", part] = amount[1] ? [amount[1], amount[2]] : [amount[3], amount[4]];
  return { units: unitsOf(whole.replaceAll(",", ""), part ?? ""), hours };
}

export function compare(pay: Pay | null, bands: readonly Band[]): Comparison {
  if (!pay || !bands.length) return { result: "not_known", below: [] };
  const below = bands.filter((band) => pay.units * UNITS_PER_HOUR < band.units * pay.hours).map(({ id }) => id);
  if (below.length === bands.length) return { result: "yes", below };
  return { result: below.length ? "not_known" : "no", below };
}
