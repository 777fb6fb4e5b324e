/** What a tablet keeps as a witness, sealed with the rest, between two unlocks. */
import type { Sort } from "../ledger/demand.ts";

/** `kept` and `shown` are notes; `told` is the epoch in which the server was told, `lost` what a restore cost. */
export type Alarm = {
  readonly sort: Sort;
  readonly kept: string;
  readonly shown: string;
  readonly at: number;
  readonly lost: number;
  readonly read: boolean;
  readonly told: string | null;
};
/** `kept` are notes, the newest last; `at` is when the newest was checked, by the server's time. */
export type Witnessed = {
  readonly kept: readonly string[];
  readonly at: number | null;
  readonly proven: number;
  readonly alarm: Alarm | null;
};

export const NO_WITNESS: Witnessed = { kept: [], at: null, proven: 0, alarm: null };
export const WITNESS_RECORD = "witness";
