/** Base45 (RFC 9285): two bytes as three of the characters that a QR code holds at five and a half bits each. */
const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const BASE = SIGNS.length;

export function base45(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    const n = pair ? (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0) : (bytes[i] ?? 0);
    out += SIGNS.charAt(n % BASE) + SIGNS.charAt(Math.trunc(n / BASE) % BASE);
    if (pair) out += SIGNS.charAt(Math.trunc(n / BASE / BASE));
  }
  return out;
}

/** Null for what is none, or is not the one way of writing its bytes. */
export function fromBase45(text: string): Uint8Array<ArrayBuffer> | null {
  const out: number[] = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = [...text.slice(i, i + 3)].map((sign) => SIGNS.indexOf(sign));
    const n = digits.reduceRight((sum, digit) => sum * BASE + digit, 0);
    if (digits.length === 3) out.push(n >> 8, n & 255);
    else out.push(n);
    if (digits.includes(-1) || n > (digits.length === 3 ? 65_535 : 255)) return null;
  }
  const bytes = Uint8Array.from(out);
  return base45(bytes) === text ? bytes : null;
}
