/** What the pages at both ends of a shift are given: whether all is received, and whether the tablet is ready to go out. */

/** A store that this tablet once had and has no more: so many officers' records, and what of them was nowhere else. */
export type Missing = { readonly officers: number; readonly entries: number; readonly unsent: number };

export type Receipts = {
  /** The big answer: nothing of this officer's is on this tablet alone. */
  readonly all: boolean;
  readonly answer: string;
  /** What to do, one sentence each; empty when nothing is to be done. */
  readonly todo: readonly string[];
  /** What lies aside at the server, or could not be accepted. */
  readonly attention: readonly string[];
  /** Entries of this officer that this tablet held once and that are nowhere any more, one line a place. */
  readonly lost: readonly string[];
  /** Own entries that belong to no visit in the list. */
  readonly elsewhere: { readonly onTablet: number; readonly received: number };
};

/** The other officers of this tablet, and the other tablets of the team: counts alone. */
export type Around = {
  readonly others: readonly { readonly name: string; readonly words: string; readonly all: boolean }[];
  readonly team: readonly { readonly name: string; readonly words: string; readonly all: boolean }[];
  /** When the server said so; null before it ever did. */
  readonly asOf: string | null;
};

export type Check = { readonly name: string; readonly words: string; readonly fit: boolean; readonly todo: string | null };
