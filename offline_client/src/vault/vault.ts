/**
 * The tablet's vault: several officers, each with keys and a store of their own, none of whom can read another's. Only
 * who they are and how much they have unsent can be read before a secret is given.
 */
import type { OfficerId, StoreId } from "../ledger/ids.ts";
import type { Disk, DiskFault, Stored } from "./disk.ts";
import { chance, unwrapKeys, wrapKeys, type FreshKeys, type Kdf, type Stretch, type Wrapped } from "./keys.ts";
import { countTry, NO_TRIES, triesLeft, waitUntil, type Tries } from "./lockout.ts";
import { gather, openStore, type Plain, type Store } from "./store.ts";

export type Holder = {
  readonly officer: OfficerId;
  readonly name: string;
  readonly agency: string;
  readonly operation: string;
  readonly device: string;
};
/** `earlier`: the same officer enrolled again since, as after a forgotten secret; this store opens with the former one. */
export type HolderLine = Holder & {
  readonly store: StoreId; readonly unsent: number; readonly waitUntil: number | null; readonly earlier: boolean;
};
export type Refused = { readonly ok: false; readonly why: string; readonly triesLeft: number; readonly waitUntil: number | null };
export type OpenedVault = { readonly ok: true; readonly store: Store };

type Card = Holder & { readonly wrapped: Wrapped; readonly tries: Tries; readonly unsent: number; readonly madeMs?: number };

export type Vault = {
  holders(): Promise<readonly HolderLine[]>;
  /** Keeps fresh keys under a secret. The officer appears at the lock screen only when their `first` records are kept, too. */
  create(holder: Holder, fresh: FreshKeys, secret: string, first: readonly Plain[]): Promise<OpenedVault | DiskFault>;
  unlock(store: StoreId, secret: string): Promise<OpenedVault | Refused>;
  /** A number that no officer of this tablet was given before; null when it could not be kept. */
  nextNumber(): Promise<number | null>;
};

const CARD = "card";
/** Shared by the tablet's officers, so that two of them never give two workers one label. */
const TABLET = { owner: "tablet", name: "numbers" } as const;

export type Locks = {
  /** What new stores are made with; each store remembers its own. */
  readonly kdf: Kdf;
  readonly stretch: Stretch;
  /** Makes ready for a secret that will soon be typed. */
  readonly ready: () => void;
};

export function openVault(disk: Disk, nowMs: () => number, locks: Locks): Vault {
  /** One number after another, for two taps in a row must not read the same count. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    async holders() {
      const found = (await disk.list("officers")).filter(({ name }) => name === CARD);
      const cards = found.map(({ owner, value }) => [owner as StoreId, value as unknown as Card] as const);
      const lines = cards.map(([store, card]) => holderLine(store, card, nowMs(), cards.some(([, other]) => replaces(other, card))));
      return lines.sort((one, two) => Number(one.earlier) - Number(two.earlier));
    },
    async create(holder, fresh, secret, first) {
      const id = fresh.signer as string as StoreId;
      const salt = chance(16);
      const key = await locks.stretch(secret, salt, locks.kdf);
      if (!key) return { ok: false, code: "failed", why: NO_STRETCH };
      const wrapped = await wrapKeys(fresh, id, { salt, kdf: locks.kdf, key });
      const keys = await unwrapKeys(wrapped, id, key);
      if (!keys) return { ok: false, code: "failed", why: "The keys could not be opened again. Enrol once more." };
      const store = await openStore(disk, id, keys, null);
      const kept = await store.write(first);
      if (!kept.ok) return kept;
      const written = await writeCard(disk, id, { ...holder, wrapped, tries: NO_TRIES, unsent: 0, madeMs: nowMs() });
      return written.ok ? { ok: true, store } : written;
    },
    unlock: (store, secret) => unlock({ disk, stretch: locks.stretch, nowMs: nowMs() }, store, secret),
    nextNumber: () => {
      const number = last.then(() => nextNumber(disk));
      last = number.catch(() => null);
      return number;
    },
  };
}

const sameWork = (one: Holder, two: Holder): boolean => one.officer === two.officer && one.operation === two.operation;

/** A store without a time was made before times were kept. */
const replaces = (other: Card, card: Card): boolean => sameWork(other, card) && (other.madeMs ?? 0) > (card.madeMs ?? 0);

function holderLine(store: StoreId, card: Card, nowMs: number, earlier: boolean): HolderLine {
  const { officer, name, agency, operation, device, unsent, tries } = card;
  return { store, officer, name, agency, operation, device, unsent, waitUntil: waitUntil(tries, nowMs), earlier };
}

const writeCard = (disk: Disk, id: StoreId, card: Card) =>
  disk.write([{ room: "officers", owner: id, name: CARD, put: card as unknown as Stored }]);

const refused = (why: string, tries: Tries, until: number | null): Refused => ({
  ok: false, why, triesLeft: triesLeft(tries), waitUntil: until,
});

const NO_STRETCH = "This tablet could not work out the key. Close the app, open it again, and try once more.";

type Door = { readonly disk: Disk; readonly stretch: Stretch; readonly nowMs: number };

/** The try is counted, the secret stretched and the sealed records read side by side; it is judged when the count is on the disk. */
async function unlock({ disk, stretch, nowMs }: Door, id: StoreId, secret: string): Promise<OpenedVault | Refused> {
  const card = (await disk.get("officers", id, CARD)) as unknown as Card | null;
  if (!card) return refused("This officer is not enrolled on this tablet.", NO_TRIES, null);
  const until = waitUntil(card.tries, nowMs);
  if (until !== null) return refused("Too many wrong tries. Wait, then try again.", card.tries, until);
  const tries = countTry(card.tries, nowMs);
  const [counted, outer, held] = await Promise.all([
    writeCard(disk, id, { ...card, tries }), stretch(secret, card.wrapped.salt, card.wrapped.kdf), gather(disk, id),
  ]);
  if (!counted.ok) return refused(counted.why, card.tries, null);
  if (!outer) return refused(NO_STRETCH, tries, waitUntil(tries, nowMs));
  const keys = await unwrapKeys(card.wrapped, id, outer);
  if (!keys) return refused("That is not the secret of this officer.", tries, waitUntil(tries, nowMs));
  // Nobody waits for this: a count left standing by a kill is taken back by the next unlocking.
  void writeCard(disk, id, { ...card, tries: NO_TRIES });
  return { ok: true, store: await openStore(disk, id, keys, held) };
}

async function nextNumber(disk: Disk): Promise<number | null> {
  const record = await disk.get("officers", TABLET.owner, TABLET.name);
  const next = Number(record?.["given"] ?? 0) + 1;
  const done = await disk.write([{ room: "officers", ...TABLET, put: { given: next } }]);
  return done.ok ? next : null;
}
