/** The server's shelf of files, in memory: what each signer sent of which file, and the whole of it only by its hashes. */
import { createHash } from "node:crypto";
import { manifestName, readManifest, type Manifest } from "../../src/ledger/attachment.ts";
import type { SignerId } from "../../src/ledger/ids.ts";

type Sent = { readonly manifest: Manifest; readonly chunks: Map<number, Uint8Array> };
export type Shelf = {
  readonly sent: Map<string, Sent>;
  /** Bytes of chunks that ever came in, also such as were cut off or had come before. */
  arrived: number;
  /** Names of manifests in the order in which their chunks came. */
  readonly order: string[];
  /** Why the server takes no file of this manifest, or null. */
  refuses: (manifest: Manifest) => string | null;
};

export const emptyShelf = (): Shelf => ({ sent: new Map(), arrived: 0, order: [], refuses: () => null });

const sha = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const keyOf = (signer: SignerId, name: string): string => `${signer} ${name}`;

/** The rows of an answer to what is needed. `named` says which manifests entries that are held name. */
export function needed(shelf: Shelf, signer: SignerId, lines: readonly string[], named: ReadonlySet<string>): readonly object[] {
  return lines.map((line) => {
    const name = manifestName(line);
    const read = readManifest(line);
    if (!named.has(name) || !read.ok) return { manifest: name, refused: "not_named", detail: "No entry names it." };
    const refused = shelf.refuses(read.value);
    if (refused !== null) return { manifest: name, refused, detail: `Refused: ${refused}.` };
    const sent = shelf.sent.get(keyOf(signer, name)) ?? { manifest: read.value, chunks: new Map() };
    shelf.sent.set(keyOf(signer, name), sent);
    return { manifest: name, have: bitmap(sent), whole: wholeOf(sent) !== null };
  });
}

function bitmap({ manifest, chunks }: Sent): string {
  const bytes = new Uint8Array(Math.ceil(manifest.chunks.length / 8));
  for (const n of chunks.keys()) bytes[n >> 3] = (bytes[n >> 3] ?? 0) | (1 << (n & 7));
  return Buffer.from(bytes).toString("base64url");
}

/** Takes a chunk in; the status and code of the answer. */
export function takeChunk(shelf: Shelf, signer: SignerId, path: string, bytes: Uint8Array): readonly [number, string] {
  const [name = "", n = ""] = path.split("/").slice(-2);
  const sent = shelf.sent.get(keyOf(signer, name));
  shelf.arrived += bytes.length;
  if (!sent) return [404, "not_named"];
  if (sha(bytes) !== sent.manifest.chunks[Number(n)]) return [422, "chunk_hash"];
  shelf.order.push(name);
  sent.chunks.set(Number(n), bytes);
  return [204, ""];
}

/** The file as the server has it, or null until it is whole. */
export function wholeOf({ manifest, chunks }: Sent): Uint8Array | null {
  const parts = manifest.chunks.map((_, n) => chunks.get(n));
  if (parts.includes(undefined)) return null;
  const all = Buffer.concat(parts.filter((part) => part !== undefined));
  return sha(all) === manifest.sha256 ? all : null;
}
