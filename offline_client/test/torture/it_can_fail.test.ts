/** The simulation can fail: every mistake that is planted in what a tablet stands on is seen, by the promise it breaks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mistake } from "./acts.ts";
import { simulate } from "./day.ts";
import { Broken, type Promised } from "./oracles.ts";
import { PLANTED } from "./planted.ts";

const STEPS = 600;
const MOST_DAYS = 30;

async function seenBy(mistake: () => Mistake): Promise<Promised | null> {
  for (let seed = 1; seed <= MOST_DAYS; seed++) {
    try {
      await simulate(seed, STEPS, mistake());
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return error.promised;
    }
  }
  return null;
}

for (const [name, mistake, promises] of PLANTED) {
  test(`it is seen when ${name}`, async () => {
    const seen = await seenBy(mistake);
    assert.ok(seen !== null && promises.includes(seen), `seen by ${seen}`);
  });
}
