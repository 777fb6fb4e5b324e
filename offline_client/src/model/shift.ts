/** Both ends of a shift, as an open session gives them to the screens. */
import { computed } from "@preact/signals";
import type { Book } from "../sync/book.ts";
import type { Io } from "../sync/offer.ts";
import { unconfirmed } from "../sync/own.ts";
import { fetchTeam } from "../sync/team.ts";
import type { Vault } from "../vault/vault.ts";
import type { Environment } from "./environment.ts";
import { beat, type Pulse } from "./pulse.ts";
import { readinessOf } from "./readiness.ts";
import { aroundOf, receiptsOf } from "./receipts.ts";
import { note } from "./shelf.ts";
import type { Unlocked } from "./types.ts";

export type Shift = Pick<Unlocked, "receipts" | "around" | "readiness" | "lookAround">;

export function shiftOf({ nowMs }: Environment, vault: Vault, book: Book, pulse: Pulse, io: Io): Shift {
  return {
    receipts: computed(() => { void pulse.version.value; return receiptsOf(book, pulse.fault.value, nowMs()); }),
    around: computed(() => { void pulse.version.value; return aroundOf(book, pulse.holders.value, nowMs()); }),
    readiness: computed(() => {
      void pulse.version.value;
      return readinessOf(book, pulse.storage.value, pulse.storageKept.value, nowMs());
    }),
    async lookAround() {
      pulse.holders.value = await vault.holders();
      await fetchTeam(book, io);
      beat(pulse);
    },
  };
}

/** Notes in the open how much this store holds, so that it is missed should the browser clear it. */
export function noteHeld({ shelf }: Environment, { own, store }: Book, { removal }: Pulse): void {
  if (removal.value.gone) return;
  const held = [...own.logs.values()].reduce((sum, { entries }) => sum + entries.length, 0);
  note(shelf, store.id, held, unconfirmed(own));
}
