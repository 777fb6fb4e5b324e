/** What a witness demands of a checkpoint that it is shown: that it extends what was kept, whatever the server says of itself. */
import type { Note } from "./note.ts";
import { extended, type Tree } from "./tree.ts";
import { sha256 } from "./sha256.ts";

export type Sort = "rewritten" | "shortened" | "forged" | "missing" | "restored";
/** `base` is the longest of what was kept that must still be there; `lost` what a restored server no longer has of it. */
export type Demand = { readonly base: Tree; readonly restored: boolean; readonly lost: number };
export type Verdict = "extends" | Sort;

const NOTHING: Tree = { size: 0, root: sha256() };

/** `kept` are the notes kept, the newest last. */
export function demand(kept: readonly Note[], shown: Note): Demand | Sort {
  const last = kept.at(-1);
  if (!last) return { base: NOTHING, restored: false, lost: 0 };
  if (last.origin !== shown.origin) return "forged";
  if (last.epoch === shown.epoch) {
    return shown.tree.size < last.tree.size ? "shortened" : { base: last.tree, restored: false, lost: 0 };
  }
  const since = shown.restored.findIndex(({ epoch }) => epoch === last.epoch);
  if (since < 0) return "rewritten";
  const floor = Math.min(...shown.restored.slice(since).map(({ tree }) => tree.size));
  const before = kept.map(({ tree }) => tree).filter(({ size }) => size <= floor);
  const base = before.reduce((best, tree) => (tree.size > best.size ? tree : best), NOTHING);
  return { base, restored: true, lost: Math.max(0, last.tree.size - floor) };
}

/** `proof` is the one that the shown tree extends `base`. */
export function meets({ base, restored }: Demand, shown: Note, proof: readonly Uint8Array[]): Verdict {
  if (!extended(base, shown.tree, proof)) return "rewritten";
  return restored ? "restored" : "extends";
}

/** What is kept once the shown one met the demand: no longer what a restored server has not, and no size twice. */
export function keptAfter(kept: readonly Note[], shown: Note, { base, restored }: Demand): readonly Note[] {
  const still = restored ? kept.filter(({ tree }) => tree.size <= base.size) : kept;
  const isNew = restored || shown.tree.size > (kept.at(-1)?.tree.size ?? -1);
  return thinned(isNew ? [...still, shown] : still);
}

/** Few enough to keep for ever, close together near the end: what a restored server may still have to show. */
export const MOST_KEPT = 24;

export function thinned(kept: readonly Note[]): readonly Note[] {
  if (kept.length <= MOST_KEPT) return kept;
  const recent = MOST_KEPT / 2;
  const older = kept.slice(0, -recent).filter((_, n) => n % 2 === 0);
  return [...older, ...kept.slice(-recent)];
}
