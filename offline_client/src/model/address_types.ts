/** An address that is held back, as the screens see it. */
import type { ReadonlySignal } from "@preact/signals";

/** What a paper says of it. `opened`: its premises are those that had been sealed. */
export type HeldPart = {
  readonly strike: string;
  readonly edition: number;
  readonly opens_at: string;
  readonly meeting_point: string;
  readonly opened?: true;
};
/** `opened`: it is here now, and shows once the visit is opened anew. `waitUntil`: no further code before (epoch ms). */
export type HeldAddress = {
  readonly opensAt: string;
  readonly meetingPoint: string;
  readonly opened: boolean;
  readonly waitUntil: number | null;
};
export type CodeTried = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly waitUntil: number | null };
export type AddressDoor = {
  /** Null where the address was known when the visit was opened. */
  readonly address: ReadonlySignal<HeldAddress | null>;
  /** Tries a radio code. Each whole one that is typed is an entry. */
  enterCode(typed: string): Promise<CodeTried>;
};
