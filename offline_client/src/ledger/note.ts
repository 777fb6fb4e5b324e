/**
 * A checkpoint as a C2SP signed note: the name, size and root of an operation's tree, the epoch, and each epoch that ended
 * because the server was put back to an older copy. Signatures are checked by functions handed in.
 */
import { fromBase64url, hex, utf8 } from "./bytes.ts";
import { sha256 } from "./sha256.ts";
import type { Tree } from "./tree.ts";

export type Restored = { readonly epoch: string; readonly tree: Tree };
export type Note = {
  readonly note: string;
  readonly origin: string;
  readonly tree: Tree;
  readonly epoch: string | null;
  /** The epochs that ended, the oldest first, with the last checkpoint of each that the copy knew. */
  readonly restored: readonly Restored[];
};
/** Null: this browser knows no Ed25519, and cannot say. */
export type VerifyNote = (key: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) => Promise<boolean | null>;

const FORM = /^((\S+)\n(\d{1,15})\n(\S+)\n((?:.+\n)*))\n((?:\u2014 \S+ \S+\n)+)$/;
const ED25519 = 1;
const ID_BYTES = 4;

/** Standard base64 with its padding. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  return text.length % 4 ? null : fromBase64url(text.replace(/={1,2}$/, "").replace(/[+]/g, "-").replace(/[/]/g, "_"));
}

const partsOf = (note: string): readonly string[] => FORM.exec(note) ?? [];

export function readNote(note: string): Note | null {
  const [, , origin = "", size = "", spelled = "", more = ""] = partsOf(note);
  const root = fromBase64(spelled);
  if (!origin || !root) return null;
  const lines = more.split("\n").map((line) => line.split(" "));
  return { note, origin, tree: { size: Number(size), root }, epoch: epochIn(lines), restored: lines.flatMap(restoredIn) };
}

const epochIn = (lines: readonly (readonly string[])[]): string | null => lines.find(([word]) => word === "epoch")?.[1] ?? null;

function restoredIn([word, epoch = "", size = "", spelled = ""]: readonly string[]): readonly Restored[] {
  const root = word === "restored" ? fromBase64(spelled) : null;
  return root ? [{ epoch, tree: { size: Number(size), root } }] : [];
}

type NoteKey = { readonly name: string; readonly id: string; readonly key: Uint8Array<ArrayBuffer> };

/** A verifier key "name+id+key"; null where it is none, or its id is not its own. */
export function readNoteKey(spelled: string): NoteKey | null {
  const [, name = "", id = "", rest = ""] = /^([^+]+)[+]([0-9a-f]{8})[+](\S+)$/.exec(spelled) ?? [];
  const typed = fromBase64(rest);
  if (!typed || typed[0] !== ED25519 || hex(sha256(utf8(`${name}\n`), typed).slice(0, ID_BYTES)) !== id) return null;
  return { name, id, key: typed.slice(1) };
}

/** Whether this key signed the note; null where nobody here can tell. */
export async function noteSignedBy(note: string, spelled: string, verify: VerifyNote): Promise<boolean | null> {
  const key = readNoteKey(spelled);
  const [, text = "", origin, , , , lines = ""] = partsOf(note);
  if (!key || key.name !== origin) return false;
  const signatures = lines.split("\n").flatMap((line) => signatureIn(line, key));
  const said = await Promise.all(signatures.map((one) => verify(key.key, utf8(text), one)));
  return said.includes(true) || (said.includes(null) ? null : false);
}

/** The signature in a line that names this key. */
function signatureIn(line: string, { name, id }: NoteKey): readonly Uint8Array<ArrayBuffer>[] {
  const [, by, signed = ""] = line.split(" ");
  const data = by === name ? fromBase64(signed) : null;
  return data && hex(data.slice(0, ID_BYTES)) === id ? [data.slice(ID_BYTES)] : [];
}

/** What the key behind the certificates signs, so that whoever has pinned that one can trust the note and its key. */
export const vouchedBytes = (key: string, note: string): Uint8Array<ArrayBuffer> => utf8(`fieldops/checkpoint/1\n${key}\n${note}`);
