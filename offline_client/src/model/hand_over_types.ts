/** Handing over without a network, as the screens are told of it. */

import type { ReadonlySignal } from "@preact/signals";
import type { OfficerId } from "../ledger/ids.ts";

/** Entries that lie sealed on this tablet and that the server was not heard to have; counts only. */
export type Waiting = { readonly entries: number; readonly officers: number };

type No = { readonly ok: false; readonly code: string; readonly why: string };
export type HandedOver = (Waiting & { readonly ok: true; readonly shared: boolean; readonly files: readonly string[] }) | No;
/** `entries` are carried for the server; `read` of them were sealed to this officer as well, and are shown at their visits. */
export type TookIn = { readonly ok: true; readonly entries: number; readonly read: number } | No;
/** `left`: what the server did not say that it has, and stays here. */
export type SentSealed = { readonly ok: true; readonly entries: number; readonly left: number } | No;

/** Somebody on the visit's roster, with how many of this officer's entries may be given to them. */
export type ColleagueView = {
  readonly officer: OfficerId;
  readonly name: string;
  readonly agency: string;
  readonly entries: number;
  /** Why nothing can be sealed to them, or null. */
  readonly hindered: string | null;
};
export type SealedVisit = { readonly ok: true; readonly entries: number; readonly files: readonly Uint8Array<ArrayBuffer>[] } | No;
export type SharedVisit = { readonly ok: true; readonly entries: number; readonly shared: boolean; readonly files: readonly string[] } | No;

export type Sharing = {
  /** Of this officer's entries here, how many there are. */
  readonly mine: ReadonlySignal<number>;
  /** Entries that are known here from colleagues' tablets alone. */
  readonly handed: ReadonlySignal<number>;
  /** Everybody else on the roster, as the papers on this tablet say it. */
  readonly colleagues: ReadonlySignal<readonly ColleagueView[]>;
  /** What each of these officers may read of the entries that this one wrote here, sealed to them. */
  sealFor(officers: readonly OfficerId[]): Promise<SealedVisit>;
  /** The same, given away as a file. */
  shareWith(officers: readonly OfficerId[], by: "share" | "save"): Promise<SharedVisit>;
};
