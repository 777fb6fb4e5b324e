/** Handing in what this tablet carries for others: sealed parts that it cannot read, kept until the server has them. */
import type { Post } from "../vault/post.ts";
import type { Run } from "../vault/sealing.ts";
import type { Book } from "./book.ts";
import { bundlesOf, writeBundle } from "./bundle.ts";
import { readPushReply, type PushReply } from "./push.ts";
import type { Fault, Got, Wire } from "./wire.ts";

export type RelayIo = {
  readonly wire: Wire;
  readonly post: Post;
  /** Parts that were handed in and not taken: not tried again before the next unlocking. */
  readonly tried: Set<string>;
};

const DONE = { ok: true, value: null } as const;
const garbled: Fault = { ok: false, code: "garbled", why: "The server's answer could not be read.", status: 0 };

export async function relay(book: Book, { wire, post, tried }: RelayIo): Promise<Got<null>> {
  const others = (await post.list()).filter(({ owner, name }) => owner !== book.store.id && !tried.has(name));
  for (const parts of bundlesOf(others.map(({ part }) => part))) {
    const answer = await wire.json("/api/sync/bundle", writeBundle(parts));
    if (!answer.ok) return answer;
    const reply = readPushReply(answer.value);
    if (!reply) return garbled;
    const sent = others.filter(({ part }) => parts.includes(part));
    const taken = sent.filter(({ part }) => isTaken(part, reply));
    for (const { name } of sent) tried.add(name);
    const done = await post.drop(taken);
    if (!done.ok) return { ok: false, code: done.code, why: done.why, status: 0 };
  }
  return DONE;
}

/** The server has the whole run, in its stream or in quarantine. Nothing else makes it safe to let go of. */
function isTaken({ log, from, to }: Run, { logs, exceptions }: PushReply): boolean {
  if (exceptions.some((one) => one.log === log && one.verdict === "refused" && one.from <= to && from <= one.to)) return false;
  const aside = exceptions.some((one) => one.log === log && one.verdict !== "gap" && one.from <= from && to <= one.to);
  return aside || logs.some((row) => row.log === log && row.have >= to);
}
