/** The tree of RFC 6962 over raw entry ids, and the running head of a log: what a segment's one signature stands on. */
import { utf8 } from "./bytes.ts";
import type { LogId } from "./ids.ts";
import { sha256 } from "./sha256.ts";
import { leafHash, rootOf } from "./tree.ts";

export const merkleRoot = (ids: readonly Uint8Array[]): Uint8Array => rootOf(ids.map(leafHash));

export const firstHead = (log: LogId): Uint8Array<ArrayBuffer> => sha256(utf8(`fieldops/log/1\n${log}`));

export const nextHead = (head: Uint8Array, id: Uint8Array): Uint8Array<ArrayBuffer> => sha256(head, id);
