/**
 * Which page is shown. Kept in memory and, encrypted, in the vault: addresses and browser history would lie readable
 * on the disk, so the history holds a depth and nothing else.
 */
import { signal } from "@preact/signals";
import type { EntryId, SubjectId, VisitId } from "../ledger/ids.ts";
import { writeDrafts } from "./drafts.ts";
import { comeBackTo, leaveAt } from "./scroll.ts";

export type Route =
  | { readonly at: "visits" }
  | { readonly at: "sync" }
  | { readonly at: "settings" }
  | { readonly at: "received" }
  | { readonly at: "ready" }
  | { readonly at: "visit"; readonly visit: VisitId }
  | { readonly at: "worker"; readonly visit: VisitId; readonly subject: SubjectId }
  | { readonly at: "section"; readonly visit: VisitId; readonly section: string; readonly subject: SubjectId; readonly question?: string }
  | { readonly at: "missing"; readonly visit: VisitId }
  | { readonly at: "conflict"; readonly visit: VisitId; readonly subject: SubjectId; readonly field: string }
  | { readonly at: "history"; readonly visit: VisitId; readonly subject: SubjectId; readonly question: string }
  | { readonly at: "indicators"; readonly visit: VisitId; readonly subject: SubjectId }
  | { readonly at: "acts"; readonly visit: VisitId; readonly subject: SubjectId }
  | { readonly at: "notes"; readonly visit: VisitId }
  | { readonly at: "share"; readonly visit: VisitId }
  | { readonly at: "exhibits"; readonly visit: VisitId }
  | { readonly at: "exhibit"; readonly visit: VisitId; readonly exhibit: EntryId }
  | { readonly at: "take"; readonly visit: VisitId; readonly subject: SubjectId; readonly question?: string };

type Keep = (place: string) => void;

const HOME: readonly Route[] = [{ at: "visits" }];
const trail = signal<readonly Route[]>(HOME);
let keep: Keep = () => undefined;
let inHand: string | null = null;

export function route(): Route {
  return trail.value.at(-1) ?? { at: "visits" };
}

export function depth(): number {
  return trail.value.length;
}

function walk(next: readonly Route[]): void {
  inHand = null;
  trail.value = next;
  remember(next);
}

/** A trail longer than its shelf is cut at its head: where the officer is matters more than where they came from. */
function remember(routes: readonly Route[]): void {
  let from = 0;
  while (from < routes.length - 1 && JSON.stringify(routes.slice(from)).length > 900) from += 1;
  const kept = routes
    .slice(from)
    .map((step, index, all) =>
      inHand !== null && index === all.length - 1 && step.at === "section" ? { ...step, question: inHand } : step,
    );
  keep(JSON.stringify(kept));
}

export function go(next: Route): void {
  void writeDrafts();
  leaveAt(trail.value.length);
  walk([...trail.value, next]);
  history.pushState(trail.value.length, "");
}

/** Beside the current page, as from one section to the next: back leads to where both came from. */
export function goBeside(next: Route): void {
  void writeDrafts();
  walk([...trail.value.slice(0, -1), next]);
}

/** Notes the question in hand, so that a killed app reopens at it. Draws nothing anew. */
export function markQuestion(question: string): void {
  if (inHand === question) return;
  inHand = question;
  remember(trail.peek());
}

export function back(): void {
  if (trail.value.length > 1) history.back();
}

/** Starts from where the officer was, and listens to the device's own back button. */
export function follow(place: string | null, remembered: Keep): void {
  keep = remembered;
  trail.value = parsed(place);
  history.replaceState(1, "");
  for (let step = 2; step <= trail.value.length; step += 1) history.pushState(step, "");
}

export function forget(): void {
  keep = () => undefined;
  trail.value = HOME;
}

addEventListener("popstate", (event) => {
  void writeDrafts();
  const wanted = typeof event.state === "number" ? event.state : 1;
  const target = Math.max(1, Math.min(wanted, trail.value.length));
  comeBackTo(target);
  walk(trail.value.slice(0, target));
});

function parsed(place: string | null): readonly Route[] {
  if (place === null) return HOME;
  try {
    const routes = JSON.parse(place) as readonly Route[];
    const whole = Array.isArray(routes) && routes.length > 0 && routes.every((step) => typeof step?.at === "string");
    return whole ? routes : HOME;
  } catch {
    return HOME; // an unreadable place costs a few taps
  }
}
