/**
 * Tablets, a server and sealed files through everything at once: by seed, over the tablet's own vault, book and rounds. A seed
 * that fails is printed with the words by which it happens again.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "./day.ts";
import { Broken } from "./oracles.ts";

const STEPS_A_DAY = 1000;
const DAYS = Math.ceil(Number(process.env["FIELDOPS_TORTURE_STEPS"] ?? 30_000) / STEPS_A_DAY);
const FIRST = Number(process.env["FIELDOPS_TORTURE_SEED"] ?? 1);

for (let seed = FIRST; seed < FIRST + DAYS; seed++) {
  test(`whatever befalls tablets, network and server nothing is lost without a number, hidden or shown too far (seed ${seed})`, async () => {
    try {
      const { steps, atRest } = await simulate(seed, STEPS_A_DAY);
      assert.ok(steps >= STEPS_A_DAY && atRest > 0, `${steps} steps, ${atRest} entries`);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      const again = `FIELDOPS_TORTURE_SEED=${seed} FIELDOPS_TORTURE_STEPS=${STEPS_A_DAY}`;
      assert.fail(`${error.message}\nagain: ${again} node --test test/torture/nothing_is_lost.test.ts`);
    }
  });
}

test("a seed tells the same day twice", async () => {
  assert.deepEqual(await simulate(7, 600), await simulate(7, 600));
});
