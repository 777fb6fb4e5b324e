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
