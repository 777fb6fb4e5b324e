/** Erasing by law at the server in memory: words go from what it holds and from what comes later, and tablets are asked to follow. */
import { whose, type ErasureOrder } from "../../src/ledger/erasure.ts";
import type { Lines } from "../../src/ledger/entry.ts";
import type { SignerId, StreamId } from "../../src/ledger/ids.ts";
import type { Server } from "./server.ts";

/** The orders, the oldest first, and on which signers' tablets each is done. */
export type Erasures = { readonly orders: ErasureOrder[]; readonly on: Map<string, Set<SignerId>> };

export const noErasures = (): Erasures => ({ orders: [], on: new Map() });

const isErased = ({ orders }: Erasures, header: string, stream: StreamId): boolean => orders.some(({ of }) => of === whose(header, stream));

/** What is kept of lines that come in. */
export const keptLines = (erasures: Erasures, stream: StreamId, { header, body }: Lines): Lines =>
  ({ header, body: isErased(erasures, header, stream) ? "" : body });

/** Nobody may leave out words about somebody who was not erased. */
export const lacksWords = (erasures: Erasures, stream: StreamId, { header, body }: Lines): boolean => body === "" && !isErased(erasures, header, stream);

/** As two people decide it at the desk. */
export function eraseAt(server: Server, order: string, of: string): void {
  server.erasures.orders.push({ order, of });
  server.erasures.on.set(order, new Set());
  carryOut(server);
}

/** Once more, as after an older copy was put back. */
export function carryOut({ erasures, state }: Server): void {
  for (const [stream, all] of state.streams) {
    state.streams.set(stream, all.map((one) => ({ ...one, lines: one.lines.map((lines) => keptLines(erasures, stream, lines)) })));
  }
}

/** Hears what a tablet says that it did, and gives what it is still to do. */
export function asked({ orders, on }: Erasures, signer: SignerId, told: readonly string[]): { readonly erase?: readonly ErasureOrder[] } {
  for (const order of told) on.get(order)?.add(signer);
  const left = orders.filter(({ order }) => !on.get(order)?.has(signer));
  return left.length ? { erase: left } : {};
}
