/** The order to wipe this store, as it comes with the server's answers: obeyed if it is this server's and for this store. */
import { hex, utf8 } from "../ledger/bytes.ts";
import { isObject, type Json } from "../ledger/json.ts";
import type { Verify } from "../ledger/segment.ts";
import { sha256 } from "../ledger/sha256.ts";
import { judgeOrder, type WipeOrder } from "../ledger/wipe.ts";
import { WIPE_RECORD, type Book, type Wiping } from "./book.ts";

/** Takes in the order that stands in an answer of the server's, if one does and it is one for this store. */
export async function takeOrder(book: Book, verify: Verify, reply: Json): Promise<void> {
  const given = isObject(reply) ? reply["wipe"] : undefined;
  if (!isObject(given)) return;
  const signed = { order: String(given["order"]), signature: String(given["signature"]) };
  const { signer } = book.identity.certificate;
  const judged = await judgeOrder(signed, signer, book.identity.serverKey, verify);
  if (judged.ok) return obey(book, judged.order);
  book.answer = { order: hex(sha256(utf8(signed.order))), word: judged.word };
}

/** A forced order stays forced, whatever comes after it. */
async function obey(book: Book, { wipe: order, forced }: WipeOrder): Promise<void> {
  book.answer = { order, word: "obeyed" };
  await beginWipe(book, { order, forced: forced || book.wipe?.forced === true });
}

export async function beginWipe(book: Book, wipe: Wiping): Promise<void> {
  if (book.wipe?.order === wipe.order && book.wipe.forced === wipe.forced) return;
  book.wipe = wipe;
  // Where it cannot be kept, as on a full disk, it holds until this store is locked; then the server says it again.
  await book.store.write([{ room: "small", name: WIPE_RECORD, text: JSON.stringify(wipe) }]);
}

/** Whether the server is still to hear what this tablet makes of its order. */
export const isAnswerDue = ({ answer, answered }: Book): boolean => answer?.order !== answered?.order || answer?.word !== answered?.word;
