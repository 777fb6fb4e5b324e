/**
 * SHA-256 (FIPS 180-4), synchronous: a link of the chain is computed between two lines of the same function, so that no
 * other write can slip in between. Checked against the platform's own in the tests.
 */

const ROUND = new Uint32Array(64);
const START = new Uint32Array(8);

(function fillConstants(): void {
  const fraction = (x: number): number => ((x - Math.floor(x)) * 0x100000000) >>> 0;
  let found = 0;
  for (let n = 2; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    ROUND[found++] = fraction(Math.cbrt(n));
  }
})();

const words = new Uint32Array(64);

const turn = (x: number, by: number): number => (x >>> by) | (x << (32 - by));
const at = (a: Uint32Array, i: number): number => a[i] as number;

function spread(view: DataView, offset: number): void {
  for (let i = 0; i < 16; i++) words[i] = view.getUint32(offset + i * 4);
  for (let i = 16; i < 64; i++) {
    const a = at(words, i - 15);
    const b = at(words, i - 2);
    const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
    const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
    words[i] = at(words, i - 16) + s0 + at(words, i - 7) + s1;
  }
}

function block(state: Uint32Array, view: DataView, offset: number): void {
  spread(view, offset);
  let a = at(state, 0), b = at(state, 1), c = at(state, 2), d = at(state, 3);
  let e = at(state, 4), f = at(state, 5), g = at(state, 6), h = at(state, 7);
  for (let i = 0; i < 64; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(ROUND, i) + at(words, i)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((x, i) => { state[i] = at(state, i) + x; });
}

export function sha256(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, p) => sum + p.length, 0);
  const padded = new Uint8Array(((length + 8) >> 6) * 64 + 64);
  let offset = 0;
  for (const part of parts) { padded.set(part, offset); offset += part.length; }
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  const state = START.slice();
  for (let i = 0; i < padded.length; i += 64) block(state, view, i);
  const out = new Uint8Array(32);
  const write = new DataView(out.buffer);
  state.forEach((x, i) => { write.setUint32(i * 4, x); });
  return out;
}
