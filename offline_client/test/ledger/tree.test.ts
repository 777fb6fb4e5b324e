import assert from "node:assert/strict";
import { test } from "node:test";
import { unhex } from "../../src/ledger/bytes.ts";
import { extended, includes, leafHash } from "../../src/ledger/tree.ts";
import { vectors } from "../support/vectors.ts";

type Vectors = {
  leaves: string[];
  roots: string[];
  inclusion: { size: number; index: number; proof: string[] }[];
  consistency: { old: number; new: number; proof: string[] }[];
  stranger: string;
};
const tree = vectors<Vectors>("tree.json");

const raw = (text: string): Uint8Array => unhex(text) ?? assert.fail(`not hex: ${text}`);
const at = (size: number): { size: number; root: Uint8Array } => ({ size, root: raw(tree.roots[size] ?? "-") });
const leaf = (index: number): Uint8Array => leafHash(raw(tree.leaves[index] ?? "-"));
const stranger = raw(tree.stranger);

/** Every way to change a proof in one place. */
function spoilt(proof: readonly Uint8Array[]): Uint8Array[][] {
  const other = proof.map((_, n) => proof.map((one, m) => (m === n ? stranger : one)));
  const shorter = proof.length ? [proof.slice(1), proof.slice(0, -1)] : [];
  return [...other, [...proof, stranger], ...shorter];
}

test("what is in the server's list can be proven to the tablet, and nothing else", () => {
  for (const { size, index, proof } of tree.inclusion) {
    const path = proof.map(raw);
    assert.ok(includes(at(size), index, leaf(index), path), `${index} of ${size}`);
    assert.ok(!includes(at(size), index, stranger, path));
    assert.ok(!includes(at(size), size, leaf(index), path));
    assert.ok(!includes({ size, root: stranger }, index, leaf(index), path));
    for (const bad of spoilt(path)) assert.ok(!includes(at(size), index, leaf(index), bad));
  }
});

test("a server that changed what a tablet has witnessed cannot prove that it only added to it", () => {
  for (const one of tree.consistency) {
    const path = one.proof.map(raw);
    assert.ok(extended(at(one.old), at(one.new), path), `${one.old} to ${one.new}`);
    assert.ok(!extended({ size: one.old, root: stranger }, at(one.new), path));
    if (one.old > 0) assert.ok(!extended(at(one.old), { size: one.new, root: stranger }, path));
    if (one.old < one.new) assert.ok(!extended(at(one.new), at(one.old), path));
    for (const bad of spoilt(path)) assert.ok(!extended(at(one.old), at(one.new), bad));
  }
});
