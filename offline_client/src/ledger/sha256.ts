/**
 * SHA-256 (FIPS 180-4), synchronous: a link of the chain is computed between two lines of the same function, so that no
 * other write can slip in between. Checked against the platform's own in the tests.
 */

/** The first bits of the cube roots of the first 64 primes, and of the square roots of the first eight. */
const ROUND = Uint32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);
const START = Uint32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);

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

/** Takes in the last bytes, which may be any number, with the padding of a message of `length` bytes. */
function close(state: Uint32Array, rest: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const left = rest.reduce((sum, part) => sum + part.length, 0);
  const padded = new Uint8Array(((left + 8) >> 6) * 64 + 64);
  let offset = 0;
  for (const part of rest) { padded.set(part, offset); offset += part.length; }
  padded[left] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  for (let i = 0; i < padded.length; i += 64) block(state, view, i);
  const out = new Uint8Array(32);
  const write = new DataView(out.buffer);
  state.forEach((x, i) => { write.setUint32(i * 4, x); });
  return out;
}

export function sha256(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return close(START.slice(), parts, parts.reduce((sum, part) => sum + part.length, 0));
}

/** The hash of what comes a part at a time, as a file too large to be held at once. Every part but the last is whole blocks of 64 bytes. */
export type Hashing = { add(part: Uint8Array): void; end(): Uint8Array<ArrayBuffer> };

export function hashing(): Hashing {
  const state = START.slice();
  let rest: Uint8Array = new Uint8Array();
  let length = 0;
  return {
    add(part) {
      if (rest.length) throw new RangeError("a part after one that was no whole number of blocks");
      const whole = part.length - (part.length % 64);
      const view = new DataView(part.buffer, part.byteOffset, whole);
      for (let i = 0; i < whole; i += 64) block(state, view, i);
      rest = part.slice(whole);
      length += part.length;
    },
    end: () => close(state.slice(), [rest], length),
  };
}
