/** Handing over without a network, as the screens are told of it. */

/** Entries that lie sealed on this tablet and that the server was not heard to have; counts only. */
export type Waiting = { readonly entries: number; readonly officers: number };

type No = { readonly ok: false; readonly code: string; readonly why: string };
export type HandedOver = (Waiting & { readonly ok: true; readonly shared: boolean; readonly files: readonly string[] }) | No;
export type TookIn = { readonly ok: true; readonly entries: number } | No;
/** `left`: what the server did not say that it has, and stays here. */
export type SentSealed = { readonly ok: true; readonly entries: number; readonly left: number } | No;
