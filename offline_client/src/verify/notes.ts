/** Checkpoints of a bundle and of witnesses: whether the key that the bundle names signed one, and what it says. */
import { hex } from "../ledger/bytes.ts";
import type { VerifyNote } from "../ledger/note.ts";
import { BrokenBundle } from "./broken.ts";
import { latin, raw, unlatin, unspelled } from "./texts.ts";

export type Signed = { readonly size: number; readonly root: Uint8Array };
export type Restore = { readonly epoch: string; readonly size: number; readonly root: Uint8Array };

const FORM = /^(([^ \t\n\r\f\v]+)\n([0-9]{1,15})\n([^ \t\n\r\f\v]+)\n(?:[^\n]+\n)*)\n((?:\xe2\x80\x94 [^ \t\n\r\f\v]+ [^ \t\n\r\f\v]+\n)+)$/;
const KEY_BYTES = 32, ID_BYTES = 4;

type Key = { readonly name: string; readonly id: string; readonly key: Uint8Array<ArrayBuffer> };

function readKey(spelled: string): Key {
  const [name = "", id = "", ...rest] = spelled.split("+");
  const key = unspelled(rest.join("+")).slice(1);
  if (key.length !== KEY_BYTES) throw new BrokenBundle("the key of the checkpoints is none");
  return { name: latin(raw(name)), id, key };
}

/** Null where this key did not sign it. */
export async function readSigned(note: Uint8Array, spelledKey: string, verify: VerifyNote): Promise<Signed | null> {
  const [, text, origin, size, root = "", lines = ""] = FORM.exec(latin(note)) ?? [];
  if (text === undefined) throw new BrokenBundle("a checkpoint is none");
  const known = readKey(spelledKey);
  const signatures = known.name === origin ? lines.split("\n").flatMap((line) => signatureIn(line, known)) : [];
  for (const one of signatures) {
    if (await says(verify, known, unlatin(text), one)) return { size: Number(size), root: unspelled(root) };
  }
  return null;
}

/** The signature in a line that names this key. */
function signatureIn(line: string, { name, id }: Key): readonly Uint8Array<ArrayBuffer>[] {
  const [, by, signed = ""] = line.split(" ");
  const data = unspelled(signed);
  return by === name && hex(data.slice(0, ID_BYTES)) === id ? [data.slice(ID_BYTES)] : [];
}

async function says(verify: VerifyNote, { key }: Key, text: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const said = await verify(key, text, signature);
  if (said === null) throw new BrokenBundle("this browser cannot check the signatures of checkpoints (Ed25519): take a newer one");
  return said;
}

/** The epoch of a note; nothing where it names none. */
export const epochOf = (note: Uint8Array): string => /^epoch ([^ \t\n\r\f\v]+)$/m.exec(latin(note))?.[1] ?? "";

/** The epochs that ended because an older copy was put back, the oldest first, and what the copy held. */
export const restoresIn = (note: Uint8Array): readonly Restore[] =>
  [...latin(note).matchAll(/^restored ([^ \t\n\r\f\v]+) ([0-9]{1,15}) ([^ \t\n\r\f\v]+)$/gm)].map(([, epoch = "", size, root = ""]) =>
    ({ epoch, size: Number(size), root: unspelled(root) }));
