/** One bundle under examination: what was found wrong with it, in the words of `verify.py`, in the same order. */
import { base32, hex, sameBytes } from "../ledger/bytes.ts";
import type { Json } from "../ledger/json.ts";
import type { VerifyNote } from "../ledger/note.ts";
import type { Verify } from "../ledger/segment.ts";
import { sha256 } from "../ledger/sha256.ts";
import { leafHash, rootOf } from "../ledger/tree.ts";
import type { Held } from "./held.ts";
import { epochOf, readSigned, restoresIn } from "./notes.ts";
import { at, raw, read, unspelled, whole, words } from "./texts.ts";
import type { Inflate } from "./zip.ts";

export type Finding = { readonly sort: string; readonly code: string; readonly where: string; readonly words: string };
/** What a browser and node bring along, and pure code does not have. */
export type Tools = { readonly inflate: Inflate; readonly verify: Verify; readonly verifyNote: VerifyNote };
export type Inquiry = Held & {
  readonly tools: Tools;
  readonly findings: Finding[];
  /** Point and name of each key that is vouched for. */
  readonly signers: Map<string, { readonly point: string; readonly name: string }>;
  /** The ids in each log's own chain, and the heads along it. */
  readonly places: Map<string, Map<number, Uint8Array>>;
  readonly chains: Map<string, Uint8Array[]>;
  /** How much is left of what each epoch held that a restore ended. */
  readonly stood: Map<string, number>;
  readonly seen: { entries: number; erased: number; files: number };
};

export const found = (q: Inquiry, code: string, where: string, said: string): void => {
  q.findings.push({ sort: code.split("_")[0] as string, code, where, words: said });
};

const encoder = new TextEncoder();
const FIELDS = {
  certificate: ["signer", "certificate", "signature"],
  arrival: ["log", "seq", "count", "n", "statement", "signature", "received", "offset_ms", "via", "held_back"],
  look: ["line"],
} as const;
const HASHED = new Set(["certificate", "statement"]);

export function leafOf(kind: keyof typeof FIELDS, row: Json): Uint8Array {
  const said = FIELDS[kind].map((key) => [key, HASHED.has(key) ? hex(sha256(raw(words(row, key)))) : at(row, key)]);
  return leafHash(raw(JSON.stringify({ v: 1, leaf: kind, ...(Object.fromEntries(said) as object) })));
}

const POINT_BYTES = 65, SIGNATURE_BYTES = 64;

export async function signedBy(q: Inquiry, point: string, signature: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (unspelled(point).length !== POINT_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  return q.tools.verify(point, data, signature);
}

export const joined = (label: string, text: string): Uint8Array<ArrayBuffer> => {
  const [head, rest] = [encoder.encode(label), raw(text)];
  const out = new Uint8Array(head.length + rest.length);
  out.set(head);
  out.set(rest, head.length);
  return out;
};

export async function lookAtCertificates(q: Inquiry): Promise<void> {
  const server = words(q.head, "server_key");
  for (const row of q.certificates) {
    const [line, named] = [words(row, "certificate"), words(row, "signer")];
    const said = read(line);
    const point = words(said, "key");
    const name = base32(sha256(unspelled(point))).slice(0, 26);
    const vouched = await signedBy(q, server, unspelled(words(row, "signature")), joined("fieldops/certificate/1\n", line));
    if (vouched && name === named && name === at(said, "signer")) {
      q.signers.set(name, { point, name: `${words(said, "name")} (${words(said, "agency")})` });
    } else {
      found(q, "altered_certificate", `key ${named}`, "The server did not vouch for it so.");
    }
  }
}

export function lookAtOrder(q: Inquiry): void {
  const held = new Map<number, { leaf: Uint8Array; by: string }>();
  const rows = [
    ...q.certificates.map((row) => ({ row, leaf: leafOf("certificate", row), by: words(row, "signer") })),
    ...q.arrivals.map((row) => ({ row, leaf: leafOf("arrival", row), by: words(row, "log") })),
    ...q.looks.map((row) => ({ row, leaf: leafOf("look", row), by: "access log" })),
  ];
  for (const { row, leaf, by } of rows) held.set(whole(row, "position"), { leaf, by });
  for (const [n, leaf] of q.leaves.entries()) {
    const one = held.get(n);
    if (!one) found(q, "missing_receipt", `receipt ${n}`, "What was received as this is not there.");
    else if (!sameBytes(one.leaf, leaf)) found(q, "altered_receipt", `receipt ${n}`, `This (${one.by}) is not what came then.`);
  }
  if (held.size > q.leaves.length || held.size < rows.length) {
    found(q, "altered_order", "receipts", "Some have no place of their own among the leaves.");
  }
}

export async function lookAtCheckpoints(q: Inquiry, witnesses: readonly Uint8Array[]): Promise<void> {
  const own = [...q.files.keys()].filter((name) => name.startsWith("checkpoints/")).sort().map((name) => q.files.get(name) as Uint8Array);
  const newest = own.at(-1) ?? new Uint8Array();
  for (const { epoch, size, root } of [...restoresIn(newest)].reverse()) {
    q.stood.set(epoch, Math.min(size, ...q.stood.values()));
    if (!sameBytes(rootOf(q.leaves.slice(0, size)), root)) found(q, "altered_history", "restore", `The copy of ${size} receipts was another.`);
  }
  let longest = -1;
  for (const note of own) longest = Math.max(longest, await lookAtNote(q, note, "checkpoint"));
  if (longest < q.leaves.length) found(q, "missing_checkpoint", "checkpoints", "None of them covers all receipts of the bundle.");
  for (const note of witnesses) await lookAtNote(q, note, "witness");
}

async function lookAtNote(q: Inquiry, note: Uint8Array, where: string): Promise<number> {
  const signed = await readSigned(note, words(q.head, "checkpoint_key"), q.tools.verifyNote);
  if (!signed) {
    found(q, "altered_checkpoint", where, "The key that the bundle names did not sign it.");
    return -1;
  }
  const { size, root } = signed;
  const stood = q.stood.get(epochOf(note)) ?? size;
  if (size > stood) found(q, "restored_history", where, `Of ${size} receipts then, the copy put back held ${stood}.`);
  else if (size > q.leaves.length) found(q, "missing_history", where, `${size} receipts then, ${q.leaves.length} now.`);
  else if (!sameBytes(rootOf(q.leaves.slice(0, size)), root)) found(q, "altered_history", where, `The first ${size} receipts are not those of then.`);
  return size;
}
