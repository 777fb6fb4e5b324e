/** Putting full blocks of own entries into one record each, a block at a time, whenever somebody has a quiet moment. */
import type { Book } from "./book.ts";

/** False when there is nothing more to pack, or the disk did not take it: then unlocking only takes longer. */
export async function packNext(book: Book): Promise<boolean> {
  const [block, ...later] = book.toPack;
  if (!block) return false;
  book.toPack = later;
  book.packing = book.store.write(block);
  return (await book.packing).ok;
}

/** Nothing is packed any more until the next unlocking: blocks were worked out from what their entries said then. */
export async function endPacking(book: Book): Promise<void> {
  book.toPack = [];
  await book.packing;
}
