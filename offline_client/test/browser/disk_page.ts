/** A page for trying the real IndexedDB: the vault's disk and pen, and a hand on the connection to cut it. */
import type { Stored } from "../../src/vault/disk.ts";
import { indexedDisk } from "../../src/vault/indexeddb.ts";
import { takePen } from "../../src/vault/writer.ts";

const disk = indexedDisk("trial");
const durabilities: string[] = [];
let connection: IDBDatabase | null = null;

const transaction = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function watched(this: IDBDatabase, ...given: Parameters<IDBDatabase["transaction"]>) {
  const begun = transaction.apply(this, given);
  connection = this;
  if (begun.mode === "readwrite") durabilities.push(begun.durability);
  return begun;
};

const trial = {
  save: (name: string, bytes: number) =>
    disk.write([{ room: "own", owner: "o", name, put: { ct: new Uint8Array(bytes) } }]),
  saveTwo: (one: string, two: Stored | null) =>
    disk.write([{ room: "own", owner: "o", name: one, put: { n: 1 } }, { room: "small", owner: "o", name: "s", put: two }]),
  names: async () => (await disk.list("own", "o")).map(({ name }) => name),
  countOf: (owner: string) => disk.count("own", owner),
  cut: () => connection?.close(),
  durabilities: () => [...new Set(durabilities)],
  pen: async () => (await takePen("trial")) !== null,
};
export type Trial = typeof trial;
Object.assign(globalThis, { trial });
