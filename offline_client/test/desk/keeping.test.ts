import assert from "node:assert/strict";
import { test } from "node:test";
import { check, NOTHING_KEPT, type Keeping, type Shown } from "../../src/desk/keeping.ts";
import { verifyNoteWith } from "../../src/vault/keys.ts";
import { vectors } from "../support/vectors.ts";

type Case = { about: string; note: string; key: string; kept: string[]; proof: string[]; verdict: string; base: number; lost: number };
const { cases } = vectors<{ cases: Case[] }>("witness.json");
const NOW = 1_800_000_000_000;

const keeping = (one: Case): Keeping => ({ ...NOTHING_KEPT, key: one.key, notes: one.kept });

test("a browser at the desk says of every checkpoint what a tablet says of it", async () => {
  for (const one of cases) {
    const asked: number[] = [];
    const ask = async (size: number): Promise<Shown> => (asked.push(size), one);
    const after = await check(keeping(one), ask, verifyNoteWith, NOW);
    assert.equal(after.alarm?.sort ?? "extends", one.verdict, one.about);
    if (one.verdict === "restored") assert.equal(after.alarm?.lost, one.lost, one.about);
    if (["extends", "restored"].includes(one.verdict)) assert.equal(asked.at(-1), one.base, one.about);
    else assert.deepEqual(after.notes, one.kept, "what was kept stays, so that the same is demanded again");
  }
});

test("a checkpoint by another key is no successor, and a server that does not answer is no liar", async () => {
  const one = cases.find(({ verdict, kept }) => verdict === "extends" && kept.length) ?? assert.fail("no case");
  const other = { ...keeping(one), key: `${one.key}x` };
  assert.equal((await check(other, async () => one, verifyNoteWith, NOW)).alarm?.sort, "forged");
  assert.deepEqual(await check(keeping(one), async () => null, verifyNoteWith, NOW), keeping(one));
});
