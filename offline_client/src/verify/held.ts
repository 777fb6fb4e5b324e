/** What a bundle holds, read but not yet believed. */
import type { Json } from "../ledger/json.ts";
import { BrokenBundle } from "./broken.ts";
import { lines, read, strict, unhexed, whole, words } from "./texts.ts";
import type { Zip } from "./zip.ts";

export type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
export type Held = {
  readonly zip: Zip;
  /** All but the parts of attached files. */
  readonly files: Files;
  readonly head: Json;
  readonly leaves: readonly Uint8Array[];
  readonly certificates: readonly Json[];
  readonly asides: readonly Json[];
  /** By log, place in it, and the moment of receiving. */
  readonly arrivals: readonly Json[];
  readonly logs: readonly Json[];
  /** Places of the access log, by the hash of each line; an older bundle has none. */
  readonly looks: readonly Json[];
};

export const FORMATS: readonly string[] = ["fieldops/evidence/1", "fieldops/evidence/2"];
export const CHUNKS = "chunks/";
const MOST_BYTES = 8 * 2 ** 30;

export async function openHeld(zip: Zip): Promise<Held> {
  if (zip.size > MOST_BYTES) throw new BrokenBundle("the file holds more than a bundle can");
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of zip.names) if (!name.startsWith(CHUNKS)) files.set(name, await zip.read(name));
  const head = read(strict(fileOf(files, "bundle.json")));
  if (!FORMATS.includes(words(head, "format"))) throw new BrokenBundle("the bundle is of another version than this verifier");
  const rows = (name: string): readonly Json[] => lines(fileOf(files, `${name}.jsonl`)).map(read);
  return {
    zip, files, head, leaves: leavesIn(fileOf(files, "leaves.txt")), certificates: rows("certificates"), asides: rows("asides"),
    arrivals: [...rows("arrivals")].sort(inOrder), logs: rows("logs"),
    looks: files.has("looks.jsonl") ? rows("looks") : [],
  };
}

export function fileOf(files: Files, name: string): Uint8Array<ArrayBuffer> {
  const found = files.get(name);
  if (!found) throw new BrokenBundle(`there is no ${name}`);
  return found;
}

const leavesIn = (bytes: Uint8Array): readonly Uint8Array[] => strict(bytes).split(/[\s\x1c-\x1f]+/).filter(Boolean).map(unhexed);

export const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const inOrder = (a: Json, b: Json): number =>
  byText(words(a, "log"), words(b, "log")) || whole(a, "n") - whole(b, "n") || whole(a, "position") - whole(b, "position");
