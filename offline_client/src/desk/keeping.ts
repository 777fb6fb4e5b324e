/**
 * A browser at the desk as a witness: it keeps checkpoints, and demands of each new one that it extends them. Pure: what was
 * kept and what the server shows come in, what is to be kept goes out.
 */
import { unhex } from "../ledger/bytes.ts";
import { demand, keptAfter, meets, type Demand, type Sort } from "../ledger/demand.ts";
import { noteSignedBy, readNote, type Note, type VerifyNote } from "../ledger/note.ts";

/** `lost`: how many receipts a server that was put back to an older copy no longer has. */
export type Alarm = { readonly sort: Sort; readonly kept: string; readonly shown: string; readonly at: number; readonly lost: number };
/** `key` is the one that signed the first; `at` is when the server was asked last, by this browser's clock. */
export type Keeping = { readonly key: string; readonly notes: readonly string[]; readonly at: number; readonly alarm: Alarm | null };
export type Shown = { readonly note: string; readonly key: string; readonly proof: readonly string[] };
/** Null where the server did not answer; then nothing is known, and nothing is wrong. */
export type Ask = (size: number) => Promise<Shown | null>;

export const NOTHING_KEPT: Keeping = { key: "", notes: [], at: 0, alarm: null };

const sizeOf = (notes: readonly Note[]): number => notes.at(-1)?.tree.size ?? 0;

export async function check(kept: Keeping, ask: Ask, verify: VerifyNote, now: number): Promise<Keeping> {
  const notes = kept.notes.map(readNote).filter((note) => note !== null);
  const shown = await ask(sizeOf(notes));
  if (!shown) return kept;
  const asked = { ...kept, at: now };
  const note = (await isSigned(kept, shown, verify)) ? readNote(shown.note) : null;
  if (!note) return raised(asked, "forged", shown.note);
  const wanted = demand(notes, note);
  if (typeof wanted === "string") return raised(asked, wanted, shown.note);
  const proven = wanted.base.size === sizeOf(notes) ? shown : await ask(wanted.base.size);
  // A checkpoint that was made between the two questions is for the next time.
  if (proven?.note !== shown.note) return kept;
  const verdict = meets(wanted, note, proven.proof.map((one) => unhex(one) ?? new Uint8Array()));
  return verdict === "rewritten" ? raised(asked, verdict, shown.note) : grown({ ...asked, key: shown.key }, notes, note, wanted);
}

const raised = (asked: Keeping, sort: Sort, shown: string): Keeping => ({ ...asked, alarm: alarmOf(asked, sort, shown) });

/** By the key that signed the first. A browser that knows no Ed25519 still demands that history only grows. */
const isSigned = async ({ key }: Keeping, shown: Shown, verify: VerifyNote): Promise<boolean> =>
  (!key || key === shown.key) && (await noteSignedBy(shown.note, shown.key, verify)) !== false;

/** The first alarm of a sort stays as it was raised. */
function alarmOf({ alarm, notes, at }: Keeping, sort: Sort, shown: string, lost = 0): Alarm {
  const kept = notes.at(-1) ?? "";
  return alarm?.sort === sort && alarm.kept === kept ? alarm : { sort, kept, shown, at, lost };
}

function grown(kept: Keeping, notes: readonly Note[], note: Note, wanted: Demand): Keeping {
  return {
    ...kept,
    notes: keptAfter(notes, note, wanted).map((one) => one.note),
    alarm: wanted.restored ? alarmOf(kept, "restored", note.note, wanted.lost) : kept.alarm,
  };
}
