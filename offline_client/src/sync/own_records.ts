/**
 * Own entries as records of the vault: one for each as it is written, and once a block of them is full, all of it in one, so
 * that unlocking opens few. A block's record always says the same, whoever packs it, and takes the place of its entries in
 * one write: at no moment is one of them nowhere.
 */
import { utf8 } from "../ledger/bytes.ts";
import { entryId, type Lines } from "../ledger/entry.ts";
import type { EntryId } from "../ledger/ids.ts";
import { serialName } from "../vault/disk.ts";
import type { Opened, Plain } from "../vault/store.ts";

export type Kept = { readonly serial: number; readonly lines: Lines; readonly id: EntryId | undefined };

/** Entries in a full block. */
export const BLOCK = 32;
const LINES_EACH = 3;

const textOf = (lines: Lines, id: EntryId): string => `${lines.header}\n${lines.body}\n${id}`;

/** An entry just written: its lines, and its id so that no unlocking has to hash it again. */
export const entryRecord = (serial: number, lines: Lines, id: EntryId): Plain => ({
  room: "own", name: serialName(serial), text: textOf(lines, id),
});

/** The entries of a record. The app's first version kept no id beside the two lines. */
export function readOwn({ name, text }: Opened): readonly Kept[] {
  const parts = text.split("\n");
  const kept: Kept[] = [];
  for (let i = 0; i < parts.length; i += LINES_EACH) {
    const [header = "", body = "", id] = parts.slice(i, i + LINES_EACH);
    kept.push({ serial: Number(name) + kept.length, lines: { header, body }, id: id as EntryId | undefined });
  }
  return kept;
}

/** The records that hold any of these entries, with nothing left of those but header and id. */
export function withoutBodies(records: readonly Opened[], ids: ReadonlySet<EntryId>): readonly Plain[] {
  return records.flatMap((record) => {
    const kept = readOwn(record).map(({ lines, id }) => ({ lines, id: id ?? entryId(utf8(lines.header)) }));
    if (!kept.some(({ id }) => ids.has(id))) return [];
    const texts = kept.map(({ lines, id }) => textOf(ids.has(id) ? { header: lines.header, body: "" } : lines, id));
    return [{ room: "own", name: record.name, text: texts.join("\n") }];
  });
}

/** For each full block whose entries all lie in records of their own: the one record that takes their place. */
export function blocksToPack(records: readonly Opened[]): readonly (readonly Plain[])[] {
  const single = new Map(records.map((record) => [Number(record.name), record] as const));
  return records.flatMap(({ name }) => {
    const block = Number(name) % BLOCK === 1 ? blockFrom(single, Number(name)) : null;
    return block ? [block] : [];
  });
}

function blockFrom(single: ReadonlyMap<number, Opened>, first: number): readonly Plain[] | null {
  const texts: string[] = [];
  for (let serial = first; serial < first + BLOCK; serial++) {
    const text = single.get(serial)?.text;
    if (text?.split("\n").length !== LINES_EACH) return null;
    texts.push(text);
  }
  const gone = texts.slice(1).map((_, i): Plain => ({ room: "own", name: serialName(first + 1 + i), text: null }));
  return [{ room: "own", name: serialName(first), text: texts.join("\n") }, ...gone];
}
