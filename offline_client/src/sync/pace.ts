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

/** `run` does a round and says whether it went through. */
export function pace(run: () => Promise<boolean>, timers: Timers): Pace {
  const state: { failures: number; stopped: boolean; cancel: () => void; under: Promise<void> | null; again: boolean } = {
    failures: 0, stopped: false, cancel: () => undefined, under: null, again: false,
  };
  const wait = (ms: number): void => {
    state.cancel();
    if (!state.stopped) state.cancel = timers.after(ms, () => { void now(); });
  };
  const once = async (): Promise<void> => {
    try {
      do {
        state.again = false;
        state.failures++;
        if (await run()) state.failures = 0;
      } while (state.again && !state.stopped);
    } finally {
      // Even a round that broke off, as when the disk's connection died, is followed by another.
      state.under = null;
      wait(state.failures ? backOff(state.failures - 1, timers.chance()) : QUIET_MS);
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
    soon: () => { if (!state.under) wait(state.failures ? backOff(state.failures - 1, timers.chance()) : SOON_MS); else state.again = true; },
    stop: () => { state.stopped = true; state.cancel(); },
  };
}
