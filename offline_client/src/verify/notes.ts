/** Checkpoints of a bundle and of witnesses: whether the key that the bundle names signed one, and what it says. */
import { hex } from "../ledger/bytes.ts";
import type { VerifyNote } from "../ledger/note.ts";
import { BrokenBundle } from "./broken.ts";
import { latin, raw, unlatin, unspelled } from "./texts.ts";

export type Signed = { readonly size: number; readonly root: Uint8Array };
export type Restore = { readonly epoch: string; readonly size: number; readonly root: Uint8Array };

const FORM = /^(([^ \t\n\r\f\v]+)\n([0-9]{1,15})\n([^ \t\n\r\f\v]+)\n(?:[^\n]+\n)*)\n((?:\xe2\x80\x94 [^ \t\n\r\f\v]+ [^ \t\n\r\f\v]+\n)+)$/;
const KEY_BYTES = 32;

/** Null where this key did not sign it. */
export async function readSigned(note: Uint8Array, spelledKey: string, verify: VerifyNote): Promise<Signed | null> {
  const [, text = "", origin, size, root = "", lines = ""] = FORM.exec(latin(note)) ?? [];
  const [name = "", id, ...rest] = spelledKey.split("+");
  const key = unspelled(rest.join("+")).slice(1);
  if (!text || key.length !== KEY_BYTES) throw new BrokenBundle("a checkpoint or its key is none");
  for (const line of lines.split("\n").slice(0, -1)) {
    const [, by, signed = ""] = line.split(" ");
    const data = unspelled(signed);
    if (by !== origin || by !== latin(raw(name)) || hex(data.slice(0, 4)) !== id) continue;
    const says = await verify(key, unlatin(text), data.slice(4));
    if (says === null) throw new BrokenBundle("this browser cannot check the signatures of checkpoints (Ed25519): take a newer one");
    if (says) return { size: Number(size), root: unspelled(root) };
  }
  return null;
}

/** The epoch of a note; nothing where it names none. */
export const epochOf = (note: Uint8Array): string => /^epoch ([^ \t\n\r\f\v]+)$/m.exec(latin(note))?.[1] ?? "";

/** The epochs that ended because an older copy was put back, the oldest first, and what the copy held. */
export const restoresIn = (note: Uint8Array): readonly Restore[] =>
  [...latin(note).matchAll(/^restored ([^ \t\n\r\f\v]+) ([0-9]{1,15}) ([^ \t\n\r\f\v]+)$/gm)].map(([, epoch = "", size, root = ""]) =>
    ({ epoch, size: Number(size), root: unspelled(root) }));
