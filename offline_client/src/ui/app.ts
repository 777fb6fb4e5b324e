/** Where the app stands: starting, locked, open. One visit at most is open; leaving it closes it. */
import { signal } from "@preact/signals";
import type { VisitId } from "../ledger/ids.ts";
import type { Boot, Doors, Enrolled, LockedOfficer, Missing, OpenVisit, Unlocked, WipedStore } from "../model/types.ts";
import { forgetDrafts, writeDrafts } from "./drafts.ts";
import { follow, forget } from "./route.ts";

export type Stage =
  | { readonly at: "starting" }
  | { readonly at: "refused"; readonly why: string }
  | { readonly at: "enrol"; readonly officers: readonly LockedOfficer[] }
  | { readonly at: "secret"; readonly enrolled: Enrolled; readonly officers: readonly LockedOfficer[] }
  | { readonly at: "locked"; readonly officers: readonly LockedOfficer[]; readonly why: string | null }
  | { readonly at: "open"; readonly unlocked: Unlocked };

export const stage = signal<Stage>({ at: "starting" });
/** One sentence that must be read now, as "not saved". */
export const trouble = signal<string | null>(null);
/** Stores that were on this tablet and are gone, until somebody has read it. */
export const missing = signal<Missing | null>(null);

export type Opened = { readonly id: VisitId; readonly visit: OpenVisit } | { readonly id: VisitId; readonly why: string };
export const opened = signal<Opened | null>(null);

/** Stores that were removed from this tablet, until somebody has read it. */
export const wiped = signal<readonly WipedStore[]>([]);

let doors: Doors | null = null;
export function door(): Doors {
  if (doors === null) throw new Error("The app was not started.");
  return doors;
}

function stageOf(boot: Boot, why: string | null): Stage {
  missing.value = "missing" in boot ? boot.missing : null;
  wiped.value = "wiped" in boot ? boot.wiped : [];
  if (boot.state === "new") return { at: "enrol", officers: [] };
  if (boot.state === "locked") return { at: "locked", officers: boot.officers, why };
  return { at: "refused", why: boot.why };
}

export async function start(given: Doors): Promise<void> {
  doors = given;
  stage.value = stageOf(await given.boot(), null);
}

export function enter(unlocked: Unlocked): void {
  follow(unlocked.place, (place) => unlocked.remember(place));
  stage.value = { at: "open", unlocked };
}

/** Everything typed is written before the keys go. */
export async function lock(why: string | null): Promise<void> {
  if (stage.value.at !== "open") return;
  const { unlocked } = stage.value;
  await writeDrafts();
  closeVisit();
  unlocked.lock();
  forgetDrafts();
  forget();
  stage.value = stageOf(await door().boot(), why);
}

/** At the lock screen: less may be unsent than it says. */
export async function lookAgain(): Promise<void> {
  if (stage.value.at !== "locked") return;
  const { why } = stage.value;
  const boot = await door().boot();
  if (stage.value.at === "locked") stage.value = stageOf(boot, why);
}

export function closeVisit(): void {
  const now = opened.peek();
  opened.value = null;
  if (now && "visit" in now) now.visit.close();
}

/** Nothing of the visits is shown any more; what was being typed is written first. */
export async function stopShowing(): Promise<void> {
  await writeDrafts();
  leaveVisit();
}

let wanted: VisitId | null = null;
export async function wantVisit(unlocked: Unlocked, id: VisitId): Promise<void> {
  if (wanted === id && opened.peek()?.id === id) return;
  wanted = id;
  closeVisit();
  const found = await unlocked.openVisit(id);
  if (wanted !== id) return "close" in found ? found.close() : undefined;
  opened.value = "close" in found ? { id, visit: found } : { id, why: found.why };
}

/** As when its address came: opened anew, by what is known of it now. */
export async function reopenVisit(unlocked: Unlocked, id: VisitId): Promise<void> {
  await writeDrafts();
  leaveVisit();
  await wantVisit(unlocked, id);
}

export function leaveVisit(): void {
  wanted = null;
  closeVisit();
}
