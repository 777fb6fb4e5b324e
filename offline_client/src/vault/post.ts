/**
 * The outbox on the disk: sealed parts that the server lacks, own ones and those carried for others, each under its author's
 * store. It is listed and exported without a secret, and nothing here removes a part but the server's word.
 */
import { hex } from "../ledger/bytes.ts";
import { signerOfLog, type StoreId } from "../ledger/ids.ts";
import { sha256 } from "../ledger/sha256.ts";
import { serialName, type Change, type Disk, type Done } from "./disk.ts";
import type { Run, SealedPart } from "./sealing.ts";
import { noteSent } from "./store.ts";

export type Posted = { readonly owner: StoreId; readonly name: string; readonly part: SealedPart };
export type Post = {
  list(owner?: StoreId): Promise<readonly Posted[]>;
  /** Keeps parts for others. None takes the place of one that is here: what is carried may be anything. */
  carry(parts: readonly SealedPart[]): Promise<Done>;
  /** The server has these, and the lock screen calls so many less unsent. */
  drop(posted: readonly Posted[]): Promise<Done>;
};

export const postName = ({ log, from }: Run): string => `${log}:${serialName(from)}`;

export const authorOf = ({ log }: Pick<Run, "log">): StoreId => signerOfLog(log) as string as StoreId;

export const entriesIn = (runs: readonly Run[]): number => runs.reduce((sum, { from, to }) => sum + to - from + 1, 0);

export const postChange = (part: SealedPart): Change => ({
  room: "outbox", owner: authorOf(part), name: postName(part), put: { ...part },
});

const carriedChange = (part: SealedPart): Change => ({
  ...postChange(part), name: `${postName(part)}:${hex(sha256(part.sealed)).slice(0, 32)}`,
});

export function postOf(disk: Disk): Post {
  const list = async (owner?: StoreId): Promise<readonly Posted[]> =>
    (await disk.list("outbox", owner)).map(({ owner: of, name, value }) => ({
      owner: of as StoreId, name, part: value as unknown as SealedPart,
    }));
  return {
    list,
    carry: (parts) => disk.write(parts.map(carriedChange)),
    drop: async (posted) => {
      const done = await disk.write(posted.map(({ owner, name }) => ({ room: "outbox", owner, name, put: null })));
      if (!done.ok) return done;
      for (const owner of new Set(posted.map((one) => one.owner))) {
        const sent = posted.filter((one) => one.owner === owner).map(({ part }) => part);
        const noted = await noteSent(disk, owner, entriesIn(sent));
        if (!noted.ok) return noted;
      }
      return done;
    },
  };
}
