/** Whose words an entry holds, and the server's orders to erase somebody's by law. */
import type { StreamId } from "./ids.ts";
import { isObject, type Json } from "./json.ts";

/** By its name; `of` is a worker's card, or a stream, which stands for the people in it who have no card. */
export type ErasureOrder = { readonly order: string; readonly of: string };

const CARD = /"subject"\s*:\s*"(worker:[a-z2-7]{16})"/;
const ORDER = /^[a-z2-7]{16}$/;
const OF = /^(?:worker:[a-z2-7]{16}|[a-z2-7]{16}\.C[0-9]{1,2}[a-z]?)$/;

/** By which name the words of an entry are kept and erased. */
export const whose = (header: string, stream: StreamId): string => CARD.exec(header)?.[1] ?? stream;

/** The orders that stand in an answer of the server's. What is none is left out: absence is no order. */
export function readErasures(reply: Json): readonly ErasureOrder[] {
  const rows = isObject(reply) ? reply["erase"] : null;
  return Array.isArray(rows) ? (rows as readonly Json[]).flatMap(readOne) : [];
}

function readOne(row: Json): readonly ErasureOrder[] {
  const [order, of] = isObject(row) ? [row["order"], row["of"]] : [];
  return typeof order === "string" && ORDER.test(order) && typeof of === "string" && OF.test(of) ? [{ order, of }] : [];
}
