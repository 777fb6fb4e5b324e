import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url, unhex } from "../../src/ledger/bytes.ts";
import { demand, meets, thinned, MOST_KEPT } from "../../src/ledger/demand.ts";
import { noteSignedBy, readNote, vouchedBytes, type Note } from "../../src/ledger/note.ts";
import { verifyNoteWith, verifyWith } from "../../src/vault/keys.ts";
import { vectors } from "../support/vectors.ts";

type Shown = { note: string; key: string; vouched: string };
type Case = Shown & { about: string; kept: string[]; proof: string[]; verdict: string; base: number; lost: number };
const { server_key, cases, forged } = vectors<{ server_key: string; cases: Case[]; forged: Shown[] }>("witness.json");

const raw = (text: string): Uint8Array => unhex(text) ?? assert.fail(`not hex: ${text}`);
const read = (note: string): Note => readNote(note) ?? assert.fail(`no note: ${note}`);
const believed = async ({ note, key, vouched }: Shown): Promise<boolean> =>
  (await verifyWith(server_key, vouchedBytes(key, note), fromBase64url(vouched) ?? new Uint8Array()))
  && (await noteSignedBy(note, key, verifyNoteWith)) === true;

test("a witness says of every checkpoint what the vectors say", async () => {
  for (const one of cases) {
    assert.ok(await believed(one), one.about);
    const wanted = demand(one.kept.map(read), read(one.note));
    if (typeof wanted === "string") {
      assert.equal(wanted, one.verdict, one.about);
      continue;
    }
    assert.deepEqual([wanted.base.size, wanted.lost], [one.base, one.lost], one.about);
    assert.equal(meets(wanted, read(one.note), one.proof.map(raw)), one.verdict, one.about);
  }
});

test("a checkpoint that the key pinned at enrolment did not vouch for is not believed", async () => {
  for (const one of forged) assert.equal(await believed(one), false);
  for (const one of cases) assert.equal(await believed({ ...one, note: one.note.replace("\n", "x\n") }), false);
});

test("what is no note is read as none", () => {
  const { note } = cases[0] ?? assert.fail("no case");
  for (const bad of ["", "x", note.slice(1, -1), note.replace("\n\n", "\n"), `${note}more`, note.replace(/\n\d+\n/, "\n-1\n")]) {
    assert.equal(readNote(bad), null, JSON.stringify(bad));
  }
});

test("a witness keeps few notes for ever, and always the newest", () => {
  const one = read(cases[0]?.note ?? "");
  let kept: readonly Note[] = [];
  for (let size = 1; size <= 500; size++) kept = thinned([...kept, { ...one, tree: { ...one.tree, size } }]);
  assert.ok(kept.length <= MOST_KEPT);
  assert.equal(kept.at(-1)?.tree.size, 500);
  assert.ok(kept.every(({ tree }, n) => tree.size > (kept[n - 1]?.tree.size ?? 0)));
});
