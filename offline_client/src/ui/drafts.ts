/**
 * Text still being typed. Whoever is about to hide, lock or leave asks for it to be written first, so that the only
 * thing a killed browser can cost is the last second of typing.
 */
type Write = () => Promise<unknown>;

const open = new Set<Write>();

/** Registers a writer of unsaved text; the answer takes it off again. */
export function holdDraft(write: Write): () => void {
  open.add(write);
  return () => void open.delete(write);
}

export async function writeDrafts(): Promise<void> {
  await Promise.all([...open].map((write) => write()));
}

let shelf = new Map<string, string>();

/** Somewhere to type. What could not be written stands there again when the officer comes back, until the app locks. */
export type Shelf = { readonly text: string | null; keep(text: string): void; clear(): void };

/** A place whose app was locked since keeps nothing more: what is unwritten then goes with the keys. */
export function shelfAt(place: string): Shelf {
  const mine = shelf;
  return { text: mine.get(place) ?? null, keep: (text) => void mine.set(place, text), clear: () => void mine.delete(place) };
}

export function forgetDrafts(): void {
  shelf.clear();
  shelf = new Map();
}
