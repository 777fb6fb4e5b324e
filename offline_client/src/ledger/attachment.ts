/**
 * The manifest of an attached file: its size, its type and the hash of each of its chunks, in one line. The line's own hash
 * is what an entry names, so that neither the file nor its manifest can be changed behind it.
 */
import { fromBase64url, hex, isHash, utf8 } from "./bytes.ts";
import { judge } from "./entry.ts";
import { readLine, unread, type Json, type Read } from "./json.ts";
import { sha256 } from "./sha256.ts";

export const CHUNK_BYTES = 256 * 1024;
const MOST_LINE_BYTES = 64 * 1024;

/** What is none of the others: kept and handed out, never shown. */
export const ANY_TYPE = "application/octet-stream";

export const MEDIA_TYPES: readonly string[] = [
  "image/jpeg", "image/png", "image/webp", "audio/webm", "audio/mp4", "audio/mpeg", "audio/ogg", "video/mp4", "video/webm",
  "application/pdf", "text/plain", ANY_TYPE,
];

export type Manifest = { readonly size: number; readonly type: string; readonly chunks: readonly string[]; readonly sha256: string };

export const manifestLine = ({ size, type, chunks, sha256: whole }: Manifest): string =>
  JSON.stringify({ v: 1, manifest: 1, size, type, chunk: CHUNK_BYTES, chunks, sha256: whole });

export const manifestName = (line: string): string => hex(sha256(utf8(line)));

const CHECKS: { readonly [key: string]: (value: Json) => boolean } = {
  v: (v) => v === 1,
  manifest: (v) => v === 1,
  size: (v) => typeof v === "number" && v >= 1,
  type: (v) => typeof v === "string" && MEDIA_TYPES.includes(v),
  chunk: (v) => v === CHUNK_BYTES,
  chunks: (v) => Array.isArray(v) && v.length >= 1 && v.every(isHash),
  sha256: isHash,
};

export function readManifest(line: string): Read<Manifest> {
  const bytes = utf8(line);
  if (bytes.length > MOST_LINE_BYTES) return unread("manifest", "too large");
  const json = readLine(bytes);
  if (!json.ok) return unread("not_strict_json", json.detail);
  const wrong = judge(json.value, CHECKS, []);
  if (wrong) return unread("manifest", wrong);
  const manifest = json.value as unknown as Manifest;
  const fits = Math.ceil(manifest.size / CHUNK_BYTES) === manifest.chunks.length;
  return fits ? { ok: true, value: manifest } : unread("manifest", "chunks do not make up the size");
}

/** Which of `count` chunks are there: bit i & 7 of byte i >> 3, least significant first. Null when it is no bitmap of so many. */
export function readBitmap(text: string, count: number): readonly boolean[] | null {
  const bytes = fromBase64url(text);
  if (bytes?.length !== Math.ceil(count / 8) || (bytes.at(-1) ?? 0) >> (((count - 1) & 7) + 1)) return null;
  return Array.from({ length: count }, (_, i) => (((bytes[i >> 3] ?? 0) >> (i & 7)) & 1) === 1);
}
