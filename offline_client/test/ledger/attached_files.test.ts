import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { CHUNK_BYTES, manifestLine, manifestName, MEDIA_TYPES, readBitmap, readManifest } from "../../src/ledger/attachment.ts";
import { hex } from "../../src/ledger/bytes.ts";
import { hashing, sha256 } from "../../src/ledger/sha256.ts";
import { vectors } from "../support/vectors.ts";

type Good = { rule: string; byte: number; size: number; type: string; line: string; name: string };
type Bad = { rule: string; line: string; code: string };
type Bitmap = { count: number; text: string; held: number[] | null };
const { types, good, bad, bitmaps } = vectors<{ types: string[]; good: Good[]; bad: Bad[]; bitmaps: Bitmap[] }>("attachment.json");

test("the published types are the same in both languages", () => { assert.deepEqual([...MEDIA_TYPES], types); });

test("a file has one manifest and one name for it, in both languages", () => {
  for (const { rule, byte, size, type, line, name } of good) {
    const bytes = new Uint8Array(size).fill(byte);
    const parts = Array.from({ length: Math.ceil(size / CHUNK_BYTES) }, (_, i) => bytes.slice(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES));
    const written = manifestLine({ size, type, chunks: parts.map((part) => hex(sha256(part))), sha256: hex(sha256(bytes)) });
    assert.deepEqual([written, manifestName(line)], [line, name], rule);
    const read = readManifest(line);
    assert.ok(read.ok && manifestLine(read.value) === line, rule);
  }
});

test("what is no manifest is refused by its code", () => {
  for (const { rule, line, code } of bad) {
    const read = readManifest(line);
    assert.equal(read.ok ? "read" : read.code, code, rule);
  }
});

test("a bitmap names the same chunks in both languages, or none", () => {
  for (const { count, text, held } of bitmaps) {
    const read = readBitmap(text, count);
    assert.deepEqual(read && read.flatMap((has, n) => (has ? [n] : [])), held, `${text} of ${count}`);
  }
});

test("a file hashed a part at a time has the hash of the whole, wherever it ends", () => {
  for (const rest of [0, 1, 55, 56, 63]) {
    const bytes = Uint8Array.from({ length: 3 * 4096 + rest }, (_, i) => (i * 31) & 255);
    const whole = hashing();
    for (let at = 0; at < bytes.length; at += 4096) whole.add(bytes.slice(at, at + 4096));
    assert.equal(hex(whole.end()), createHash("sha256").update(bytes).digest("hex"));
  }
});
