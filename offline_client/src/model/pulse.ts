/** What changes while a session is open. */
import { signal, type Signal } from "@preact/signals";
import type { Storage } from "../sync/claim.ts";
import type { Doing } from "../sync/round.ts";
import type { Fault } from "../sync/wire.ts";
import type { HolderLine } from "../vault/vault.ts";
import type { Waiting } from "./hand_over_types.ts";

export type Pulse = {
  /** Counts every change of the book. */
  readonly version: Signal<number>;
  readonly doing: Signal<Doing>;
  readonly fault: Signal<Fault | null>;
  readonly storageKept: Signal<boolean | null>;
  readonly storage: Signal<Storage | null>;
  readonly holders: Signal<readonly HolderLine[]>;
  /** Pictures and recordings wait for Wi-Fi, or for the officer's word. */
  readonly holdMedia: Signal<boolean>;
  /** What lies here sealed for others. */
  readonly carried: Signal<Waiting>;
  /** `wished`: the officer wants this store removed. `trouble`: why it could not be. */
  readonly removal: Signal<{ readonly wished: boolean; readonly gone: boolean; readonly trouble: string | null }>;
};

export const freshPulse = (holdMedia: boolean): Pulse => ({
  version: signal(0), doing: signal("idle"), fault: signal(null), storageKept: signal(null), storage: signal(null), holders: signal([]),
  holdMedia: signal(holdMedia),
  carried: signal({ entries: 0, officers: 0 }),
  removal: signal({ wished: false, gone: false, trouble: null }),
});

export const beat = ({ version }: Pulse): void => { version.value++; };
