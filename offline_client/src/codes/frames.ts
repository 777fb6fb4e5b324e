/**
 * A file as a series of QR codes: packed, cut, and each piece with the name of the whole, its number and how many there are. They
 * may be read in any order, often, and beside those of another file; what comes out is byte for byte what went in, or nothing.
 */
import { base32 } from "../ledger/bytes.ts";
import { pack, unpack } from "../vault/packing.ts";
import { sha256 } from "../ledger/sha256.ts";
import { base45, fromBase45 } from "./base45.ts";

/** As much as makes a code of 85 by 85 squares, which a tablet's camera reads from another tablet's screen. */
const FRAME_BYTES = 520;
/** Longer than two minutes at three a second nobody holds a tablet still. */
export const MOST_FRAMES = 400;
const MOST_BYTES = 960 * 1024;
const NAME_BYTES = 16;
const FORM = /^FO1\/([A-Z2-7]{26})\/([1-9][0-9]{0,3})\/([1-9][0-9]{0,3})\/(.+)$/;

const nameOf = (bytes: Uint8Array): string => base32(sha256(bytes).slice(0, NAME_BYTES)).toUpperCase();

/** The texts of the codes; null for a file that is too large for them. */
export async function framesOf(file: Uint8Array<ArrayBuffer>): Promise<readonly string[] | null> {
  const packed = await pack(file);
  const total = Math.ceil(packed.length / FRAME_BYTES);
  if (total > MOST_FRAMES) return null;
  const name = nameOf(file);
  const pieces = Array.from({ length: total }, (_, i) => packed.slice(i * FRAME_BYTES, (i + 1) * FRAME_BYTES));
  return pieces.map((piece, i) => `FO1/${name}/${i + 1}/${total}/${base45(piece)}`);
}

/** How many different codes of the file in hand were read, of how many, and those that lack. */
export type Progress = { readonly have: number; readonly of: number; readonly missing: readonly number[] };
export type Collector = {
  /** Null for what is no code of ours. A code of another file begins anew with that one. */
  take(text: string): Progress | null;
  /** The file, when all of its codes were read and are together what was shown. */
  whole(): Promise<Uint8Array<ArrayBuffer> | null>;
};

export function collector(): Collector {
  let file = { name: "", of: 0 };
  let pieces = new Map<number, Uint8Array<ArrayBuffer>>();
  const progress = (): Progress => {
    const missing = Array.from({ length: file.of }, (_, i) => i + 1).filter((n) => !pieces.has(n));
    return { have: pieces.size, of: file.of, missing };
  };
  return {
    take(text) {
      const read = readFrame(text);
      if (!read) return null;
      if (read.name !== file.name || read.of !== file.of) {
        file = { name: read.name, of: read.of };
        pieces = new Map();
      }
      pieces.set(read.n, read.piece);
      return progress();
    },
    async whole() {
      if (!file.of || pieces.size < file.of) return null;
      const packed = new Blob(Array.from({ length: file.of }, (_, i) => pieces.get(i + 1) ?? new Uint8Array()));
      const bytes = await unpack(new Uint8Array(await packed.arrayBuffer()), MOST_BYTES);
      return bytes && nameOf(bytes) === file.name ? bytes : null;
    },
  };
}

function readFrame(text: string) {
  const found = FORM.exec(text);
  const [name = "", n, of, signs = ""] = found?.slice(1) ?? [];
  const piece = fromBase45(signs);
  return found && piece && isPlace(Number(n), Number(of)) ? { name, n: Number(n), of: Number(of), piece } : null;
}

const isPlace = (n: number, of: number): boolean => n <= of && of <= MOST_FRAMES;
