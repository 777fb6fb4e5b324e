/**
 * A count that lies in the open beside the store: which stores were here, how many entries each held, and how many of these
 * the server did not have. When the browser clears the store alone, the next start misses it by number.
 */
import type { StoreId } from "../ledger/ids.ts";
import type { Environment } from "./environment.ts";
import type { Missing } from "./types.ts";

type Noted = { readonly [store: string]: readonly [held: number, unsent: number] };
type Shelf = Environment["shelf"];

/** An unreadable note costs a warning, never the app. */
function noted(shelf: Shelf): Noted {
  try {
    return JSON.parse(shelf.read() ?? "{}") as Noted;
  } catch {
    return {};
  }
}

export function note(shelf: Shelf, store: StoreId, held: number, unsent: number): void {
  const before = noted(shelf);
  const [wasHeld, wasUnsent] = before[store] ?? [];
  if (wasHeld !== held || wasUnsent !== unsent) shelf.write(JSON.stringify({ ...before, [store]: [held, unsent] }));
}

/** What was noted of stores that are not here; null when none is missing. */
export function missingFrom(shelf: Shelf, here: readonly StoreId[]): Missing | null {
  const gone = Object.entries(noted(shelf)).filter(([store]) => !here.includes(store as StoreId));
  const sum = (at: 0 | 1): number => gone.reduce((total, [, counts]) => total + Number(counts[at] ?? 0), 0);
  return gone.length ? { officers: gone.length, entries: sum(0), unsent: sum(1) } : null;
}

/** Somebody has read that they are missing. */
export function forgetMissing(shelf: Shelf, here: readonly StoreId[]): void {
  const kept = Object.entries(noted(shelf)).filter(([store]) => here.includes(store as StoreId));
  shelf.write(JSON.stringify(Object.fromEntries(kept)));
}
