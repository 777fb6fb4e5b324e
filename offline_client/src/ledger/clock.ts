/**
 * The hybrid logical clock: it orders what is shown, and is never a cursor and never a judge. A remote clock is believed
 * only up to a minute beyond what the server says the time is, so that one tablet set to 2099 cannot poison an operation.
 */

/** Milliseconds since 1970, and a counter for what happened within one. */
export type Hlc = readonly [ms: number, counter: number];

export const MOST_AHEAD_MS = 60_000;
export const MOST_COUNTED = 2 ** 31 - 1;

/** For an own entry: later than everything seen, and never earlier than the wall. */
export function tick(last: Hlc, wallMs: number): Hlc {
  return wallMs > last[0] ? [wallMs, 0] : [last[0], last[1] + 1];
}

/** After another tablet's entry was seen. A reading beyond the server-corrected now + 60 s is not believed at all. */
export function adopt(last: Hlc, remote: Hlc, correctedNowMs: number): Hlc {
  const believable = remote[0] <= correctedNowMs + MOST_AHEAD_MS;
  return believable && compareHlc(remote, last) > 0 ? remote : last;
}

export function compareHlc(a: Hlc, b: Hlc): number {
  return a[0] - b[0] || a[1] - b[1];
}
