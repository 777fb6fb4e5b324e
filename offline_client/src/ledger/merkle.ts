/** The tree of RFC 6962 over raw entry ids, and the running head of a log: what a segment's one signature stands on. */
import { utf8 } from "./bytes.ts";
import type { LogId } from "./ids.ts";
import { sha256 } from "./sha256.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Largest power of two smaller than n: where RFC 6962 cuts a tree of n leaves. */
function cut(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

export function merkleRoot(ids: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const first = ids[0];
  if (!first) return sha256();
  if (ids.length === 1) return sha256(LEAF, first);
  const k = cut(ids.length);
  return sha256(NODE, merkleRoot(ids.slice(0, k)), merkleRoot(ids.slice(k)));
}

export const firstHead = (log: LogId): Uint8Array<ArrayBuffer> => sha256(utf8(`fieldops/log/1\n${log}`));

export const nextHead = (head: Uint8Array, id: Uint8Array): Uint8Array<ArrayBuffer> => sha256(head, id);
