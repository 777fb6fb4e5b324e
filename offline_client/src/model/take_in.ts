/**
 * What a colleague's file holds. All of it is carried for the server, apart from what this officer has themselves; what is
 * sealed to them as well is proven first and then shown. A file that does not hold together is refused whole.
 */
import type { Verify } from "../ledger/segment.ts";
import type { Book } from "../sync/book.ts";
import { areProven, keepHanded, openHanded, type Handed, type KeepIo } from "../sync/handed.ts";
import { openedFor, readShared, type Shared } from "../sync/shared.ts";
import { authorOf, entriesIn, type Post } from "../vault/post.ts";
import type { TookIn } from "./types.ts";
import { isSent, mayReadHere } from "./visit_book.ts";

const no = (code: string, why: string): TookIn => ({ ok: false, code, why });
const NO_FILE = no("file", "This is no file of Fieldops, or it was cut short. Ask for it again.");
const ALTERED = no("altered", "This file was changed on its way, or a part of it is missing. Nothing of it was taken in. Ask for it again.");
const ANOTHER = no("another", "This file is sealed to another officer, and this tablet cannot open it. Ask the sender to choose you.");

type TakeIo = KeepIo & { readonly post: Post; readonly verify: Verify };

export async function takeIn(book: Book, bytes: Uint8Array<ArrayBuffer>, io: TakeIo): Promise<TookIn> {
  const shared = readShared(bytes);
  if (!shared) return NO_FILE;
  if (!isForMe(book, shared)) return ANOTHER;
  const handed = shared.addressed.length ? await opened(book, shared, io.verify) : [];
  return handed ? keep(book, shared, handed, io) : ALTERED;
}

/** A file that names nobody is for whoever carries it. */
const isForMe = ({ identity }: Book, { addressed }: Shared): boolean =>
  addressed.length === 0 || addressed.some(({ to }) => to === identity.certificate.signer);

/** First what is carried, then what is shown: what can be read here is on its way to the server as well. */
async function keep(book: Book, shared: Shared, handed: readonly Handed[], io: TakeIo): Promise<TookIn> {
  const others = shared.parts.filter((part) => authorOf(part) !== book.store.id);
  const kept = await io.post.carry(others);
  if (!kept.ok) return kept;
  const readable = handed.filter(({ log }) => mayReadHere(book, log) && isSent(book, log));
  const why = readable.length ? await keepHanded(book, readable, io) : null;
  return why === null ? { ok: true, entries: entriesIn(others), read: entriesIn(readable) } : no("store", why);
}

/** The runs that are sealed to this officer; null when one of them does not open or is not what its author signed. */
async function opened(book: Book, shared: Shared, verify: Verify): Promise<readonly Handed[] | null> {
  const own = await book.store.reader();
  const contents = own && (await openedFor(book.identity.certificate.signer, own, shared));
  if (!contents) return null;
  const mine = shared.parts.filter(({ key }) => contents.has(key.id));
  const runs = await Promise.all(mine.map((part) => openHanded(part, contents.get(part.key.id) ?? new Uint8Array())));
  const others = runs.filter((run) => run !== null).filter((run) => authorOf(run) !== book.store.id);
  return !runs.includes(null) && (await areProven(book, others, verify)) ? others : null;
}
