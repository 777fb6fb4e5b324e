/** Files that officers attach, part by part through a network that loses, cuts, spoils and delays them; and what must come of each. */
import { createHash } from "node:crypto";
import { CHUNK_BYTES } from "../../src/ledger/attachment.ts";
import type { EntryId, SignerId } from "../../src/ledger/ids.ts";
import { isReceived, pieceNames, type KeptFile } from "../../src/sync/files.ts";
import { fileBytes } from "../../src/sync/take.ts";
import type { Change } from "../../src/vault/disk.ts";
import type { Server } from "../support/server.ts";
import { everywhere, hold } from "./oracles.ts";
import { hasCard, signerOf, type Station } from "./station.ts";

const SMALL_BYTES = 400;
/** Random bytes at both ends, so that no two files and no two parts of one are alike. */
const ENDS = 8;

/** A file like no other; every third has two parts. */
export function freshFile(draw: () => number): Uint8Array<ArrayBuffer> {
  const first = draw() < 1 / 3 ? CHUNK_BYTES : 0;
  const bytes = new Uint8Array(first + 2 * ENDS + Math.floor(draw() * SMALL_BYTES)).fill(Math.floor(draw() * 256));
  for (let i = 0; i < ENDS; i++) bytes[i] = bytes[bytes.length - 1 - i] = Math.floor(draw() * 256);
  return bytes;
}

export const shaOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Whether each part lies there as it was taken. */
export function isWholeAt({ shelf }: Server, signer: SignerId, name: string, bytes: Uint8Array): boolean {
  const sent = shelf.sent.get(`${signer} ${name}`);
  return sent !== undefined && sent.manifest.chunks.every((_, n) => {
    const part = sent.chunks.get(n);
    return part !== undefined && Buffer.compare(part, bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES)) === 0;
  });
}

const pieces = ({ tag, manifest }: KeptFile) => pieceNames({ tag, pieces: manifest.chunks.length });

function isHere({ machine: { disk }, book }: Station, file: KeptFile): boolean {
  return file.gone || pieces(file).every((name) => disk.records.has(["media", book.store.id, name].join("\u0000")));
}

/** At any moment: a file that was told to be saved is on its tablet, and one that is called received is at the server. */
export function lookAtFiles(on: Station, server: Server): void {
  for (const [name, { bytes }] of on.files) {
    const file = on.book.files.get(name);
    hold("kept", file !== undefined && isHere(on, file), `${on.label}: file ${name}`);
    const received = file?.received?.epoch === server.epoch;
    hold("confirmed", !received || isWholeAt(server, signerOf(on), name, bytes), `${on.label}: file ${name} is called received`);
  }
}

/** What is about to be removed from a store that stays: an original goes only when the server has it. */
export function lookAtRemoval(on: Station, server: Server, changes: readonly Change[]): void {
  const removed = changes.filter(({ room, put }) => room === "media" && put === null).map(({ name }) => name.split(".")[0]);
  if (!removed.length || !hasCard(on)) return;
  for (const [name, { bytes }] of on.files) {
    const tag = on.book.files.get(name)?.tag;
    hold("confirmed", !removed.includes(tag) || isWholeAt(server, signerOf(on), name, bytes), `${on.label}: ${name} is removed and is nowhere else`);
  }
}

/**
 * The network is well: the file of every entry that the server has is there byte for byte. One that a tablet had let go of, and
 * that a server lost which was put back since, is said to be in trouble.
 */
export async function filesArrived(stations: readonly Station[], server: Server): Promise<void> {
  const rest = everywhere(server);
  for (const on of stations) {
    for (const [name, { bytes, id }] of on.files) {
      const file = on.book.files.get(name);
      if (!rest.has(id) || !file || (file.gone && file.trouble !== null)) continue;
      hold("files", isWholeAt(server, signerOf(on), name, bytes) && isReceived(on.book, file), `${on.label}: ${name}`);
      const here = file.gone ? [bytes] : await fileBytes(on.book, file);
      hold("kept", here !== null && Buffer.compare(Buffer.concat(here), bytes) === 0, `${on.label}: ${name} is another here`);
    }
    const whole = [...on.book.files.values()].reduce((sum, file) => sum + (file.gone ? 0 : pieces(file).length), 0);
    const held = [...on.machine.disk.records.keys()].filter((key) => key.startsWith(["media", on.book.store.id, ""].join("\u0000"))).length;
    hold("kept", whole === held, `${on.label}: ${held} parts lie here, ${whole} belong to files`);
  }
}

/** No part lies at the server that nobody took, or that is not what it should be. */
export function partsAreTaken({ shelf }: Server, taken: ReadonlySet<string>): void {
  for (const { manifest, chunks } of shelf.sent.values()) {
    hold("files", taken.has(manifest.sha256), "a file that nobody took");
    for (const [n, part] of chunks) hold("files", shaOf(part) === manifest.chunks[n], `part ${n} is kept spoilt`);
  }
}

export type Filed = { readonly bytes: Uint8Array<ArrayBuffer>; readonly id: EntryId };
