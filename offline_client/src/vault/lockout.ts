/**
 * Wrong secrets cost time, and the count outlives the app: it is on the disk before a try is judged, so that killing the
 * browser gains nothing. After ten wrong tries only a day's wait is left. The read key is kept even then: what is not
 * sent is in the outbox, which needs no secret, but files that belong to it are in the store alone.
 */

export type Tries = { readonly wrong: number; readonly lastTryMs: number; readonly waitUntilMs: number };

export const NO_TRIES: Tries = { wrong: 0, lastTryMs: 0, waitUntilMs: 0 };
export const MOST_TRIES = 10;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const WAITS_MS = [0, 0, 0, 30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, 60 * MINUTE];
const LONGEST_MS = 24 * 60 * MINUTE;

/** The record to write before the secret is tried; undone by `NO_TRIES` when it was right. */
export function countTry(tries: Tries, nowMs: number): Tries {
  const wrong = tries.wrong + 1;
  return { wrong, lastTryMs: nowMs, waitUntilMs: nowMs + (WAITS_MS[wrong - 1] ?? LONGEST_MS) };
}

/** When the next try is allowed, or null for now. A clock set back does not shorten a wait, it starts it again. */
export function waitUntil(tries: Tries, nowMs: number): number | null {
  const wait = tries.waitUntilMs - tries.lastTryMs;
  if (wait === 0 || nowMs >= tries.waitUntilMs) return null;
  return nowMs < tries.lastTryMs ? nowMs + wait : tries.waitUntilMs;
}

export const triesLeft = (tries: Tries): number => Math.max(0, MOST_TRIES - tries.wrong);

const SHORTEST = 8;
const SHORTEST_DIGITS = 10;
const FEWEST_DIFFERENT = 4;

/** Why a secret is not good enough for a tablet that may be lost, or null. */
export function judgeSecret(secret: string): string | null {
  const length = [...secret].length;
  if (length < SHORTEST) return `Use at least ${SHORTEST} characters: three short words are easy to remember.`;
  if (/^\d+$/.test(secret) && length < SHORTEST_DIGITS) return `Digits alone need at least ${SHORTEST_DIGITS}.`;
  if (new Set(secret).size < FEWEST_DIFFERENT) return "Use more different characters.";
  return "01234567890 09876543210".includes(secret) ? "Do not use a row of digits." : null;
}
