/** Which own runs lie sealed in the outbox, and the content key that seals what comes next. */
import type { Run, Sealer, SealedPart } from "../vault/sealing.ts";
import { postName } from "../vault/post.ts";

export type Outbox = {
  /** Own runs by the names of their records. */
  readonly runs: Map<string, Run>;
  /** Made once for each unlocking; null when this operation has no key to seal to. */
  sealer: Promise<Sealer | null> | null;
};

export const emptyOutbox = (): Outbox => ({ runs: new Map(), sealer: null });

export function notePosted({ runs }: Outbox, parts: readonly SealedPart[]): void {
  for (const part of parts) runs.set(postName(part), { log: part.log, from: part.from, to: part.to });
}
