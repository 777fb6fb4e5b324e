/** The wipe of a store, as the screens are told of it. */

/** What the server is not known to have. `unread`: records that cannot be read, so that nobody knows what they hold. */
export type LeftHere = { readonly entries: number; readonly files: number; readonly unread: number };

/** `ordered`: by the desk, rather than by this officer. `trouble`: why it could not be removed. `gone`: it is. */
export type Wiping = LeftHere & {
  readonly ordered: boolean;
  readonly forced: boolean;
  readonly trouble: string | null;
  readonly gone: boolean;
};

/** A store that was removed from this tablet, until somebody has read it. `told`: the server has heard what was lost. */
export type WipedStore = { readonly at: string; readonly entries: number; readonly lost: number; readonly files: number; readonly told: boolean };
