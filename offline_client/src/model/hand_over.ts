/**
 * Handing over without unlocking: what is not at the server, sealed, as files or straight to it. No secret is asked for, as
 * nothing in it can be read here.
 */
import { utf8 } from "../ledger/bytes.ts";
import { isObject } from "../ledger/json.ts";
import { bundlesOf, writeBundle } from "../sync/bundle.ts";
import { openPost } from "../sync/wire.ts";
import { entriesIn, postOf, type Post, type Posted } from "../vault/post.ts";
import type { Environment, GivenFile } from "./environment.ts";
import type { Doors, HandedOver, SentSealed, Waiting } from "./types.ts";

export const waitingIn = (posted: readonly Posted[]): Waiting => ({
  entries: entriesIn(posted.map(({ part }) => part)),
  officers: new Set(posted.map(({ owner }) => owner)).size,
});

const NOTHING = { ok: false, code: "nothing", why: "There is nothing to hand over: the server has all that was recorded here." } as const;

export const STOPPED = { ok: false, code: "stopped", why: "Nothing was given away." } as const;

/** Everything that lies sealed on this tablet, own and carried, in as few files as the server takes. */
async function handOver({ share, save, nowMs }: Environment, post: Post, by: "share" | "save"): Promise<HandedOver> {
  const posted = await post.list();
  if (!posted.length) return NOTHING;
  const files = named("not-sent", nowMs(), bundlesOf(posted.map(({ part }) => part)).map((parts) => utf8(JSON.stringify(writeBundle(parts)))));
  const how = await give(by === "share" ? share : null, save, files);
  return how === "stopped" ? STOPPED : { ok: true, ...waitingIn(posted), shared: how === "shared", files: files.map(({ name }) => name) };
}

/** Files called by the minute; nothing in their names says whose they are or of what. */
export function named(stem: string, nowMs: number, all: readonly Uint8Array<ArrayBuffer>[]): readonly GivenFile[] {
  const stamp = new Date(nowMs).toISOString().slice(0, 16).replace(/[:T]/g, "-");
  return all.map((bytes, i) => ({ name: `${stem}-${stamp}${all.length > 1 ? `-${i + 1}-of-${all.length}` : ""}.fieldops`, bytes }));
}

/** By the share sheet where there is one that takes these files, else as downloads. */
export async function give(share: Environment["share"], save: Environment["save"], files: readonly GivenFile[]): Promise<"shared" | "saved" | "stopped"> {
  const how = share ? await share(files) : "cannot";
  if (how !== "cannot") return how;
  await save(files);
  return "saved";
}

/**
 * A bundle at a time, in the order of its logs. The server answers with a number alone, so a bundle is let go of when that is
 * all of it. What was not taken is left for an officer's own round, in which the server says why.
 */
async function sendSealed({ network }: Environment, post: Post): Promise<SentSealed> {
  const posted = await post.list();
  if (!posted.length) return NOTHING;
  let sent = 0;
  for (const parts of bundlesOf(posted.map(({ part }) => part))) {
    const answer = await openPost(network, "/api/sync/sealed", writeBundle(parts));
    if (!answer.ok) return { ok: false, code: answer.code, why: answer.why };
    if (!isObject(answer.value) || answer.value["brought"] !== entriesIn(parts)) continue;
    const done = await post.drop(posted.filter(({ part }) => parts.includes(part)));
    if (!done.ok) return { ok: false, code: done.code, why: done.why };
    sent += entriesIn(parts);
  }
  return { ok: true, entries: sent, left: entriesIn(posted.map(({ part }) => part)) - sent };
}

/** The doors for it that stand open before anybody unlocks. */
export function handingOver(environment: Environment): Pick<Doors, "waiting" | "shares" | "handOver" | "sendSealed"> {
  const post = postOf(environment.disk);
  return {
    waiting: async () => waitingIn(await post.list()), shares: environment.share !== null,
    handOver: (by) => handOver(environment, post, by), sendSealed: () => sendSealed(environment, post),
  };
}
