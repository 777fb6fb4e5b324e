/** A file shown as QR codes comes out byte for byte, in whatever order they are read, or not at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import encodeQR from "qr";
import decodeQR from "qr/decode.js";
import { base45, fromBase45 } from "../../src/codes/base45.ts";
import { collector, framesOf } from "../../src/codes/frames.ts";
import { dice } from "../support/machine.ts";

const draw = dice(45);
const noise = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, () => Math.floor(draw() * 256));
const shuffled = <T>(all: readonly T[]): readonly T[] => all.map((one) => [draw(), one] as const).sort(([a], [b]) => a - b).map(([, one]) => one);

async function frames(bytes: Uint8Array<ArrayBuffer>): Promise<readonly string[]> {
  const made = await framesOf(bytes);
  assert.ok(made);
  return made;
}

test("base45 is that of the RFC, and every text has one reading at most", () => {
  for (const [plain, signs] of [["AB", "BB8"], ["Hello!!", "%69 VD92EX0"], ["base-45", "UJCLQE7W581"], ["ietf!", "QED8WEX0"]]) {
    assert.equal(base45(Buffer.from(plain ?? "")), signs);
    assert.equal(Buffer.from(fromBase45(signs ?? "") ?? []).toString(), plain);
  }
  for (const none of ["GGW", "::", "A", "ab8", "BB8é"]) assert.equal(fromBase45(none), null, none);
  for (let length = 0; length < 70; length++) {
    const bytes = noise(length);
    assert.deepEqual(fromBase45(base45(bytes)), bytes);
  }
});

test("frames in any order, some twice, give the file", async () => {
  for (const length of [1, 519, 520, 521, 20_000]) {
    const bytes = noise(length);
    const hand = collector();
    const all = await frames(bytes);
    for (const text of shuffled([...all, ...all])) assert.equal(hand.take(text)?.of, all.length);
    assert.deepEqual(await hand.whole(), bytes);
  }
});

test("what lacks is told by its number, and before all are there is no file", async () => {
  const all = await frames(noise(3000));
  const hand = collector();
  for (const text of all.filter((_, i) => i !== 2)) hand.take(text);
  assert.deepEqual(hand.take(all[0] ?? "")?.missing, [3]);
  assert.equal(await hand.whole(), null);
});

test("codes of another file begin anew, and codes of nobody's are not counted", async () => {
  const [one, two] = [await frames(noise(2000)), await frames(noise(2000))];
  const hand = collector();
  one.forEach((text) => hand.take(text));
  assert.equal(hand.take("https://example.org"), null);
  assert.equal(hand.take(`${one[0]?.split("/", 2).join("/")}/9/4/BB8`), null);
  assert.equal(hand.take(two[0] ?? "")?.have, 1);
  assert.equal(await hand.whole(), null);
});

test("a frame whose piece is another gives no file", async () => {
  const [first = "", ...others] = await frames(noise(1500));
  const hand = collector();
  for (const text of [...others, `${first.slice(0, -3)}BB8`]) hand.take(text);
  assert.equal(await hand.whole(), null);
});

test("another file under this one's name is none", async () => {
  const [one, two] = [await frames(noise(1500)), await frames(noise(1500))];
  const name = one[0]?.split("/")[1] ?? "";
  const hand = collector();
  for (const text of two) assert.ok(hand.take(text.replace(/^FO1\/[^/]+/, `FO1/${name}`)));
  assert.equal(await hand.whole(), null);
});

test("what unpacks to more than a file may hold is none", async () => {
  const hand = collector();
  const packed = new Uint8Array(await new Response(new Blob([new Uint8Array(64 * 1024 * 1024)]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
  const pieces = Array.from({ length: Math.ceil(packed.length / 520) }, (_, i) => packed.slice(i * 520, (i + 1) * 520));
  pieces.forEach((piece, i) => hand.take(`FO1/${"A".repeat(26)}/${i + 1}/${pieces.length}/${base45(piece)}`));
  assert.equal(await hand.whole(), null);
});

test("a file too large for codes is told so", async () => {
  assert.equal(await framesOf(noise(250_000)), null);
});

test("each frame is a code that the reader of another hand reads from its squares", async () => {
  for (const text of (await frames(noise(1600))).slice(0, 2)) {
    const squares = encodeQR(text, "raw", { ecc: "low", encoding: "alphanumeric", border: 4 });
    assert.ok(squares.length <= 93, `${squares.length}`);
    const [scale, size] = [4, squares.length * 4];
    const data = new Uint8ClampedArray(size * size * 4).fill(255);
    squares.forEach((row, y) => row.forEach((dark, x) => {
      if (!dark) return;
      for (let i = 0; i < scale * scale; i++) data.fill(0, 4 * ((y * scale + Math.trunc(i / scale)) * size + x * scale + (i % scale)), 4 * ((y * scale + Math.trunc(i / scale)) * size + x * scale + (i % scale)) + 3);
    }));
    assert.equal(decodeQR({ width: size, height: size, data }), text);
  }
});
