/** gzip, there and back. What comes from others is unpacked up to a bound: a little can be made to unpack to very much. */

export async function pack(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** By its first two bytes, with which no text of ours begins. */
export const isPacked = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Null for what is not whole, or is more than `most` bytes. */
export async function unpack(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = (plain as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done && size <= most; next = await reader.read()) {
      pieces.push(next.value);
      size += next.value.length;
    }
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
  return size <= most ? new Uint8Array(await new Blob(pieces).arrayBuffer()) : null;
}
