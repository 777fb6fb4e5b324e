/**
 * When to try: at once when there is a reason (new entries, signal, the app coming to the front, the officer's tap), and
 * otherwise by a timer that backs off with jitter, so that forty tablets leaving a cellar do not knock at one moment.
 */

export type Timers = {
  after(ms: number, run: () => void): () => void;
  /** A number from 0 to 1. */
  readonly chance: () => number;
};

export type Pace = {
  /** Runs a round now, or right after the one under way. */
  now(): Promise<void>;
  /** Something was written: try soon, together with what follows in the next moments. */
  soon(): void;
  stop(): void;
};

const SOON_MS = 1_500;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * 60_000;
const QUIET_MS = 60_000;

/** The wait before try number `failures` + 1: doubling, within half to the whole of it. */
export function backOff(failures: number, chance: number): number {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 16));
  return Math.round(most / 2 + (most / 2) * chance);
}

/** A round went through, or it did not, and the server asked not to be tried again before so many ms. */
export type Ran = { readonly ok: true } | { readonly ok: false; readonly waitMs: number };

/** `run` does a round and says how it went; it is handed whether another one is wanted by now. What a busy server asks for is waited for, and up to half of it longer. */
export function pace(run: (wanted: () => boolean) => Promise<Ran>, timers: Timers): Pace {
  const state: { failures: number; asked: number; stopped: boolean; cancel: () => void; under: Promise<void> | null; again: boolean } = {
    failures: 0, asked: 0, stopped: false, cancel: () => undefined, under: null, again: false,
  };
  const untilNext = (): number =>
    Math.max(backOff(state.failures - 1, timers.chance()), Math.round(state.asked * (1 + timers.chance() / 2)));
  const wait = (ms: number): void => {
    state.cancel();
    if (!state.stopped) state.cancel = timers.after(ms, () => { void now(); });
  };
  const once = async (): Promise<void> => {
    try {
      do {
        state.again = false;
        state.failures++;
        const ran = await run(() => state.again || state.stopped);
        state.asked = ran.ok ? 0 : ran.waitMs;
        if (ran.ok) state.failures = 0;
      } while (state.again && !state.stopped);
    } finally {
      // Even a round that broke off, as when the disk's connection died, is followed by another.
      state.under = null;
      wait(state.failures ? untilNext() : QUIET_MS);
    }
  };
  const now = (): Promise<void> => {
    state.cancel();
    if (state.under) state.again = true;
    else if (!state.stopped) state.under = once();
    return state.under ?? Promise.resolve();
  };
  return {
    now,
    soon: () => { if (!state.under) wait(state.failures ? untilNext() : SOON_MS); else state.again = true; },
    stop: () => { state.stopped = true; state.cancel(); },
  };
}
