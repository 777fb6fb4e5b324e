/**
 * Handing over without a network: what is not at the server, sealed, as files; and what came in such files from others. No
 * secret is asked for, as nothing in it can be read here.
 */
import { utf8 } from "../ledger/bytes.ts";
import { bundlesOf, readBundle, writeBundle } from "../sync/bundle.ts";
import { authorOf, entriesIn, postOf, type Post, type Posted } from "../vault/post.ts";
import type { Environment } from "./environment.ts";
import type { Doors, HandedOver, TookIn, Waiting } from "./types.ts";

export const waitingIn = (posted: readonly Posted[]): Waiting => ({
  entries: entriesIn(posted.map(({ part }) => part)),
  officers: new Set(posted.map(({ owner }) => owner)).size,
});

const NOTHING: HandedOver = { ok: false, code: "nothing", why: "There is nothing to hand over: the server has all that was recorded here." };

/** Everything that lies sealed on this tablet, own and carried, in as few files as the server takes. */
async function handOver({ save, nowMs }: Environment, post: Post): Promise<HandedOver> {
  const posted = await post.list();
  if (!posted.length) return NOTHING;
  const stamp = new Date(nowMs()).toISOString().slice(0, 16).replace(/[:T]/g, "-");
  const bundles = bundlesOf(posted.map(({ part }) => part));
  const files = bundles.map((parts, i) => ({
    name: `not-sent-${stamp}${bundles.length > 1 ? `-${i + 1}-of-${bundles.length}` : ""}.fieldops`,
    bytes: utf8(JSON.stringify(writeBundle(parts))),
  }));
  await save(files);
  return { ok: true, ...waitingIn(posted), files: files.map(({ name }) => name) };
}

/** The two doors for it that stand open before anybody unlocks. */
export function handingOver(environment: Environment): Pick<Doors, "waiting" | "handOver"> {
  const post = postOf(environment.disk);
  return { waiting: async () => waitingIn(await post.list()), handOver: () => handOver(environment, post) };
}

/** Keeps what a colleague's file holds, apart from what this officer has themselves. */
export async function takeIn(post: Post, me: string, bytes: Uint8Array<ArrayBuffer>): Promise<TookIn> {
  const parts = readBundle(bytes);
  if (!parts) return { ok: false, code: "file", why: "This is no file of Fieldops, or it was cut short. Ask for it again." };
  const others = parts.filter((part) => authorOf(part) !== me);
  const kept = await post.carry(others);
  return kept.ok ? { ok: true, entries: entriesIn(others) } : { ok: false, code: kept.code, why: kept.why };
}
