/** What the verifier takes from the browser: files by pieces, unpacking, and the checking of signatures. */
import { BrokenBundle } from "../verify/broken.ts";
import type { Tools } from "../verify/inquiry.ts";
import type { Source } from "../verify/zip.ts";
import { verifyNoteWith, verifyWith } from "../vault/keys.ts";

export const sourceOf = (file: Blob): Source => ({
  size: file.size,
  read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()),
});

async function inflate(packed: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!packed.length) return packed;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    const unpacking = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (let next = await unpacking.read(); !next.done; next = await unpacking.read()) {
      length += next.value.length;
      parts.push(next.value);
      if (length > most) break;
    }
  } catch {
    if (length < most || !most) throw new BrokenBundle("a file cannot be unpacked");
  }
  return new Uint8Array(await new Blob(parts).slice(0, most).arrayBuffer());
}

export const TOOLS: Tools = { inflate, verify: verifyWith, verifyNote: verifyNoteWith };
