/**
 * The tree of RFC 6962 over what the server received: whoever kept the root of an earlier, shorter list can check that the
 * longer one only adds to it. A proof is the hashes of the neighbours, from the leaf upwards.
 */
import { sameBytes } from "./bytes.ts";
import { sha256 } from "./sha256.ts";

export type Tree = { size: number; root: Uint8Array };

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const EMPTY: Tree = { size: 0, root: sha256() };

const same = (a: Tree, b: Tree): boolean => a.size === b.size && sameBytes(a.root, b.root);

export const leafHash = (data: Uint8Array): Uint8Array => sha256(LEAF, data);

const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE, left, right);

/** The root over leaf hashes, level by level; one without a right neighbour rises as it is. */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  let level = leaves;
  while (level.length > 1) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, n) => {
      const [left, right] = [level[2 * n] as Uint8Array, level[2 * n + 1]];
      return right ? nodeHash(left, right) : left;
    });
  }
  return level[0] ?? EMPTY.root;
}

/** Where a leaf or a subtree lies in its level, and the last place of that level. */
type Place = { node: number; last: number };

const half = (n: number): number => Math.floor(n / 2);
const parent = ({ node, last }: Place): Place => ({ node: half(node), last: half(last) });
const joinsLeft = ({ node, last }: Place): boolean => node % 2 === 1 || node === last;

/** A node without a right neighbour rises until it is one itself. */
function risen(place: Place): Place {
  let at = place;
  while (at.node > 0 && at.node % 2 === 0) at = parent(at);
  return at;
}

/** Whether the proof shows this leaf hash at `index` of the list. */
export function includes(tree: Tree, index: number, leaf: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (index < 0 || index >= tree.size) return false;
  let at: Place = { node: index, last: tree.size - 1 };
  let found = leaf;
  for (const neighbour of proof) {
    if (at.last === 0) return false;
    const left = joinsLeft(at);
    found = left ? nodeHash(neighbour, found) : nodeHash(found, neighbour);
    at = parent(left ? risen(at) : at);
  }
  return at.last === 0 && sameBytes(found, tree.root);
}

/** Whether the proof shows that the list of `now` begins with the list of `then`. */
export function extended(then: Tree, now: Tree, proof: readonly Uint8Array[]): boolean {
  if (then.size === 0 || then.size >= now.size) {
    return proof.length === 0 && (same(then, EMPTY) || same(then, now));
  }
  let at: Place = { node: then.size - 1, last: now.size - 1 };
  while (at.node % 2 === 1) at = parent(at);
  const [first, ...rest] = at.node > 0 ? proof : [then.root, ...proof];
  return first !== undefined && climbs(at, first, rest, then.root, now.root);
}

function climbs(from: Place, first: Uint8Array, path: readonly Uint8Array[], then: Uint8Array, now: Uint8Array): boolean {
  let at = from;
  let older = first;
  let newer = first;
  for (const neighbour of path) {
    if (at.last === 0) return false;
    const left = joinsLeft(at);
    if (left) older = nodeHash(neighbour, older);
    newer = left ? nodeHash(neighbour, newer) : nodeHash(newer, neighbour);
    at = parent(left ? risen(at) : at);
  }
  return at.last === 0 && sameBytes(older, then) && sameBytes(newer, now);
}
