/** The tablet's verifier for tests in Python: each line that comes names a bundle and its witnesses, and is answered by a verdict. */
import { openAsBlob, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { sourceOf, TOOLS } from "../../src/verifier/tools.ts";
import { verify } from "../../src/verify/verify.ts";

type Asked = { bundle: string; witnesses: string[] };

for await (const line of createInterface({ input: process.stdin })) {
  const { bundle, witnesses } = JSON.parse(line) as Asked;
  const notes = witnesses.map((name) => new Uint8Array(readFileSync(name)));
  process.stdout.write(`${JSON.stringify(await verify(sourceOf(await openAsBlob(bundle)), notes, TOOLS))}\n`);
}
