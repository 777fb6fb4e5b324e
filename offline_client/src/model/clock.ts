/** The tablet's clock as entries carry it. */
import { isTime } from "../ledger/entry.ts";

/** RFC 3339 in the tablet's own offset, with milliseconds. */
export function wireTime(ms: number): string {
  const offsetMin = -new Date(ms).getTimezoneOffset();
  const size = Math.abs(offsetMin);
  const two = (n: number): string => String(n).padStart(2, "0");
  const local = new Date(ms + offsetMin * 60_000).toISOString().slice(0, -1);
  return `${local}${offsetMin < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** What an officer must do about the clock before anything can be recorded; null while its date is one that entries may carry. */
export function clockTrouble(nowMs: number): string | null {
  if (isTime(wireTime(nowMs))) return null;
  const day = wireTime(nowMs).replace(/T.*/, "");
  return `This tablet's clock says ${day}. Set its date and time in the tablet's settings, then write this down: no record can carry that date.`;
}
