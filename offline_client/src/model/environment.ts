/** What a session asks of the machine it runs on: a disk, a network, clocks, chance, and to be woken. */
import type { Disk } from "../vault/disk.ts";
import type { Locks } from "../vault/vault.ts";
import type { Timers } from "../sync/pace.ts";
import type { Chance } from "../sync/record.ts";
import type { Storage } from "../sync/claim.ts";
import type { Network } from "../sync/wire.ts";

export type GivenFile = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

export type Environment = {
  readonly disk: Disk;
  readonly network: Network;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  readonly chance: Chance;
  readonly timers: Timers;
  /** Calls back when signal or the officer returns; gives the way to stop it. */
  readonly onWake: (wake: () => void) => () => void;
  /** Free bytes that this app may still use, or null when the browser does not say. */
  readonly room: () => Promise<number | null>;
  /** Whether the tablet is on Wi-Fi or a cable, or null when the browser does not say. */
  readonly onWifi: () => boolean | null;
  /** Asks that the browser never evicts this store; says whether it promised. */
  readonly keepStorage: () => Promise<boolean>;
  readonly storage: () => Promise<Storage>;
  /** A few words that lie in the open, apart from the store: counts, so that a store that vanished is missed. */
  readonly shelf: { read(): string | null; write(text: string): void };
  /** Puts files where the officer can give them to somebody. */
  readonly save: (files: readonly GivenFile[]) => Promise<void>;
  /** The machine's share sheet; null where there is none. `cannot`: it does not take these. */
  readonly share: ((files: readonly GivenFile[]) => Promise<"shared" | "stopped" | "cannot">) | null;
  /** Which build of the app this is. */
  readonly build: string;
  /** True when this window is the one writer. */
  readonly takePen: () => Promise<boolean>;
  /** How a secret becomes a key, and how dear a guess at it is made for new stores. */
  readonly locks: Locks;
  /** Resolves when what was last drawn is on the screen, so that work nobody waits for comes after it. */
  readonly painted: () => Promise<void>;
  /** Why nothing can be offered here, or null. */
  readonly unsupported: () => string | null;
};
