/**
 * Reads a zip file by its own table of contents, a piece at a time, as Python's zipfile does: what one of the two verifiers
 * cannot read, the other cannot either. Nothing but stored and deflated files is known.
 */
import { BrokenBundle } from "./broken.ts";

/** A file that is never held whole: `read` gives the bytes from `from` up to `to`. */
export type Source = { readonly size: number; readonly read: (from: number, to: number) => Promise<Uint8Array<ArrayBuffer>> };
/** Unpacks raw deflate, and no more than the first `most` bytes of it. */
export type Inflate = (packed: Uint8Array<ArrayBuffer>, most: number) => Promise<Uint8Array<ArrayBuffer>>;

/** `end` is where the next one begins: nothing of this one lies beyond. */
type Entry = {
  readonly name: string; readonly flags: number; readonly method: number; readonly crc: number;
  readonly packed: number; readonly size: number; readonly at: number; readonly end: number;
};
export type Zip = { readonly names: ReadonlySet<string>; readonly size: number; readonly read: (name: string) => Promise<Uint8Array<ArrayBuffer>> };

const END = 0x06054b50, END_64 = 0x06064b50, LOCATOR_64 = 0x07064b50, CENTRAL = 0x02014b50, LOCAL = 0x04034b50;
const END_BYTES = 22, END_64_BYTES = 56, LOCATOR_BYTES = 20, CENTRAL_BYTES = 46, LOCAL_BYTES = 30;
const MOST_COMMENT = 65_536;
const IN_EXTRA = 0xffffffff;
const NEWEST_VERSION = 63;
/** Encrypted, patched, strongly encrypted. */
const UNREAD_FLAGS = 0x61;
const STORED = 0, DEFLATED = 8;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function exactly(source: Source, from: number, count: number): Promise<Uint8Array<ArrayBuffer>> {
  if (from < 0 || from + count > source.size) throw new BrokenBundle("the zip file is cut short");
  return source.read(from, from + count);
}

type Contents = { readonly from: number; readonly bytes: number; readonly shift: number };

/** Where the table of contents lies; `shift` is what was put before the zip file, or taken away. */
async function contentsOf(source: Source): Promise<Contents> {
  const from = Math.max(0, source.size - END_BYTES - MOST_COMMENT);
  const tail = viewOf(await source.read(from, source.size));
  let at = tail.byteLength - END_BYTES;
  while (at >= 0 && tail.getUint32(at, true) !== END) at--;
  if (at < 0) throw new BrokenBundle("this is no zip file");
  const [bytes, offset] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  return (await largeContents(source, from + at)) ?? placed({ bytes, offset, end: from + at });
}

function placed({ bytes, offset, end }: { bytes: number; offset: number; end: number }): Contents {
  const shift = end - bytes - offset;
  if (offset + shift < 0) throw new BrokenBundle("the zip file has no table of contents");
  return { from: offset + shift, bytes, shift };
}

/** The same of a file of more than 4 GiB or 65,535 files, which says it in a record of its own before the end. */
async function largeContents(source: Source, end: number): Promise<Contents | null> {
  const at = end - LOCATOR_BYTES - END_64_BYTES;
  if (at < 0) return null;
  const view = viewOf(await exactly(source, at, END_64_BYTES + LOCATOR_BYTES));
  if (view.getUint32(END_64_BYTES, true) !== LOCATOR_64 || view.getUint32(0, true) !== END_64) return null;
  return placed({ bytes: large(view, 40), offset: large(view, 48), end: at });
}

function large(view: DataView, at: number): number {
  const found = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(found)) throw new BrokenBundle("a size in the zip file is no size");
  return found;
}

async function entriesOf(source: Source): Promise<readonly Entry[]> {
  const { from, bytes, shift } = await contentsOf(source);
  const found = entriesIn(viewOf(await exactly(source, from, bytes)), shift);
  const begun = [...found.map(({ at }) => at), from].sort((a, b) => a - b);
  const following = new Map(begun.map((at, n) => [at, begun[n + 1] ?? from]));
  return found.map((entry) => ({ ...entry, end: following.get(entry.at) ?? from }));
}

function entriesIn(view: DataView, shift: number): readonly Entry[] {
  const found: Entry[] = [];
  const bytes = view.byteLength;
  for (let at = 0; at < bytes; ) {
    if (at + CENTRAL_BYTES > bytes || view.getUint32(at, true) !== CENTRAL) throw new BrokenBundle("the table of contents is broken");
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [number, number, number];
    const named = Math.min(bytes, at + CENTRAL_BYTES + name);
    if (view.getUint8(at + 6) > NEWEST_VERSION) throw new BrokenBundle("the table of contents is broken");
    found.push(entryAt(view, at, { name: named - at - CENTRAL_BYTES, extra: Math.min(extra, bytes - named), shift }));
    at += CENTRAL_BYTES + name + extra + comment;
  }
  return found;
}

type Lengths = { readonly name: number; readonly extra: number; readonly shift: number };

function entryAt(view: DataView, at: number, { name, extra, shift }: Lengths): Entry {
  const more = largeOnes(view, at + CENTRAL_BYTES + name, extra);
  const long = (place: number): number => {
    const said = view.getUint32(at + place, true);
    return said === IN_EXTRA ? (more.shift() ?? said) : said;
  };
  const [size, packed, offset] = [long(24), long(20), long(42)];
  return {
    name: spelled(view, at + CENTRAL_BYTES, name), flags: view.getUint16(at + 8, true), method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true), packed, size, at: offset + shift, end: 0,
  };
}

/** The sizes of a file that are too large for their own places, in their order. */
function largeOnes(view: DataView, from: number, length: number): number[] {
  for (let at = from; at + 4 <= from + length; at += 4 + view.getUint16(at + 2, true)) {
    const count = Math.floor(Math.min(view.getUint16(at + 2, true), from + length - at - 4) / 8);
    if (view.getUint16(at, true) === 1) return Array.from({ length: count }, (_, n) => large(view, at + 4 + 8 * n));
  }
  return [];
}

const spelled = (view: DataView, at: number, length: number): string =>
  String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));

async function unpacked(source: Source, inflate: Inflate, entry: Entry): Promise<Uint8Array<ArrayBuffer>> {
  const head = viewOf(await exactly(source, entry.at, LOCAL_BYTES));
  const name = head.getUint16(26, true);
  const own = viewOf(await exactly(source, entry.at + LOCAL_BYTES, name));
  const isItsOwn = head.getUint32(0, true) === LOCAL && spelled(own, 0, name) === entry.name;
  if (!isItsOwn || entry.flags & UNREAD_FLAGS) throw new BrokenBundle(`${entry.name} does not lie where the zip file says`);
  const from = entry.at + LOCAL_BYTES + name + head.getUint16(28, true);
  const packed = await exactly(source, from, Math.max(0, Math.min(entry.packed, entry.end - from)));
  const data = entry.method === STORED ? packed.slice(0, entry.size) : entry.method === DEFLATED ? await inflate(packed, entry.size) : null;
  if (!data || crc32(data) !== entry.crc) throw new BrokenBundle(`${entry.name} is not what was put into the zip file`);
  return data;
}

export async function openZip(source: Source, inflate: Inflate): Promise<Zip> {
  const entries = new Map((await entriesOf(source)).map((entry) => [entry.name, entry]));
  return {
    names: new Set(entries.keys()),
    size: [...entries.values()].reduce((sum, { size }) => sum + size, 0),
    read(name) {
      const entry = entries.get(name);
      if (!entry) throw new BrokenBundle(`there is no ${name}`);
      return unpacked(source, inflate, entry);
    },
  };
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function crc32(data: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of data) rest = (rest >>> 8) ^ (CRC[(rest ^ byte) & 0xff] as number);
  return (rest ^ 0xffffffff) >>> 0;
}
