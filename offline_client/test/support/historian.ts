/** A server's history as it is shown to witnesses: it grows, and can be rewritten, cut short, restored or forged at will. */
import { hex, utf8 } from "../../src/ledger/bytes.ts";
import { receiptsIn, type Server } from "./server.ts";
import { sha256 } from "../../src/ledger/sha256.ts";
import { leafHash } from "../../src/ledger/tree.ts";
import { vouchedBytes } from "../../src/ledger/note.ts";
import { OPERATION } from "./papers.ts";

type Leaf = { readonly line: string; readonly statement: string };
type Told = { readonly sort: string; readonly kept: string; readonly shown: string };
export type Historian = {
  leaves: Leaf[];
  readonly alarms: Told[];
  /** Says of no entry where it lies. */
  forget: boolean;
  receive(count: number): void;
  rewrite(place: number): void;
  cut(size: number): void;
  restore(size: number, epoch: string): void;
  /** Gives all that the server received its place. */
  place(server: Server): void;
  anotherKey(): Promise<void>;
};

const NODE = Uint8Array.of(1);
const half = (size: number): number => 2 ** Math.ceil(Math.log2(size) - 1);
const hashes = (leaves: readonly Leaf[]): readonly Uint8Array[] => leaves.map(({ line }) => leafHash(utf8(line)));

function root(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length <= 1) return leaves[0] ?? sha256();
  const cut = half(leaves.length);
  return sha256(NODE, root(leaves.slice(0, cut)), root(leaves.slice(cut)));
}

function inclusion(leaves: readonly Uint8Array[], index: number): readonly Uint8Array[] {
  if (leaves.length <= 1) return [];
  const cut = half(leaves.length);
  const [left, right] = [leaves.slice(0, cut), leaves.slice(cut)];
  return index < cut ? [...inclusion(left, index), root(right)] : [...inclusion(right, index - cut), root(left)];
}

function consistency(leaves: readonly Uint8Array[], old: number, known = true): readonly Uint8Array[] {
  if (old === leaves.length) return known ? [] : [root(leaves)];
  const cut = half(leaves.length);
  const [left, right] = [leaves.slice(0, cut), leaves.slice(cut)];
  return old <= cut ? [...consistency(left, old, known), root(right)] : [...consistency(right, old - cut, false), root(left)];
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

type Signing = { readonly key: string; readonly id: Uint8Array; readonly secret: CryptoKey };

async function signing(name: string): Promise<Signing> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]) as CryptoKeyPair;
  const typed = Buffer.concat([Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey))]);
  const id = sha256(utf8(`${name}\n`), typed).slice(0, 4);
  return { key: `${name}+${hex(id)}+${base64(typed)}`, id, secret: pair.privateKey };
}

export async function historian(server: Server): Promise<Historian> {
  const name = `fieldops/${OPERATION.id}`;
  let keys = await signing(name);
  const restored: string[] = [];
  const past: Historian = {
    leaves: [], alarms: [], forget: false,
    receive(count) { for (let n = 0; n < count; n++) past.leaves.push({ line: `{"leaf":${past.leaves.length + 1000 * restored.length}}`, statement: "" }); },
    rewrite(place) { past.leaves[place] = { line: "another", statement: "" }; },
    cut(size) { past.leaves = past.leaves.slice(0, size); },
    restore(size, epoch) {
      past.cut(size);
      restored.push(`restored ${server.epoch} ${size} ${base64(root(hashes(past.leaves)))}\n`);
      server.epoch = epoch;
    },
    place() {
      for (const statement of receiptsIn(server)) {
        const { log } = JSON.parse(statement) as { log: string };
        past.leaves.push({ statement, line: JSON.stringify({ v: 1, leaf: "arrival", log, statement: hex(sha256(utf8(statement))) }) });
      }
    },
    async anotherKey() { keys = await signing(name); server.sign = async () => Buffer.alloc(64, 7).toString("base64url"); },
  };
  const show = async (size: number, of: { log: string } | null) => {
    const all = hashes(past.leaves);
    const text = `${name}\n${all.length}\n${base64(root(all))}\nepoch ${server.epoch}\n${restored.join("")}`;
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", keys.secret, utf8(text)));
    const note = `${text}\n\u2014 ${name} ${base64(Buffer.concat([keys.id, signature]))}\n`;
    const index = past.forget ? -1 : past.leaves.findIndex(({ line }) => of !== null && line.includes(of.log));
    const { line: leaf = "", statement = "" } = past.leaves[index] ?? {};
    const found = index < 0 ? null : { index, leaf, statement, proof: inclusion(all, index).map(hex) };
    const proof = size && size < all.length ? consistency(all, size).map(hex) : [];
    const vouched = await server.sign(Buffer.from(vouchedBytes(keys.key, note)).toString());
    return { note, key: keys.key, vouched, proof, inclusion: found, time: server.nowMs };
  };
  server.more = async (path, asked) => {
    if (path.endsWith("/alarm")) past.alarms.push(asked as Told);
    if (path.endsWith("/witness")) return show(Number(asked["size"]), asked["of"] as { log: string } | null);
    return path.endsWith("/alarm") ? { time: server.nowMs } : null;
  };
  return past;
}
