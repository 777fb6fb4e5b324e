/**
 * Apps and servers of an earlier edition, by what goes over the wire: the older side says nothing of what it does not know,
 * and hears nothing of it.
 */
import { utf8 } from "../../src/ledger/bytes.ts";
import type { Call, Network, Reply } from "../../src/sync/wire.ts";
import { plainOf } from "./fates.ts";

type Json = { readonly [key: string]: unknown };

const HAVE = "/api/sync/have";
const LATER_DOORS = ["/api/tablet/reader-key"];

/** A side that is of an earlier edition while `older` says so. It stands between what its other side says and what it hears. */
export const inItsEdition = (network: Network, older: () => boolean): Network => async (call) => {
  if (!older()) return network(call);
  if (LATER_DOORS.includes(call.path)) return { status: 404, bytes: utf8(JSON.stringify({ code: "not_found", title: "Not found." })) };
  return heardBefore(call, await network(saidBefore(call)));
};

/** The first app asked how far its logs are held, and claimed nothing. */
function saidBefore(call: Call): Call {
  if (call.path !== HAVE) return call;
  const { logs } = JSON.parse(Buffer.from(plainOf(call)).toString()) as Json;
  return { ...call, headers: { ...call.headers, "content-encoding": "identity" }, body: utf8(JSON.stringify({ logs })) };
}

/** An answer without what came to be said later. One that was cut on its way is left as it is: nobody can read it. */
function heardBefore({ path }: Call, reply: Reply | null): Reply | null {
  if (reply?.status !== 200) return reply;
  if (path === HAVE) return { ...reply, bytes: utf8(without(Buffer.from(reply.bytes).toString(), "believed", "earlier", "wipe")) };
  if (path !== "/api/sync/pull") return reply;
  const lines = Buffer.from(reply.bytes).toString().split("\n");
  return { ...reply, bytes: utf8(lines.map((line) => (line.startsWith('{"stream"') ? without(line, "decision") : line)).join("\n")) };
}

function without(text: string, ...names: readonly string[]): string {
  try {
    return JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as Json).filter(([name]) => !names.includes(name))));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}

/** Whether the answer tells a tablet what its words come to, and it asked for that. */
export function tellsWhatIsBelieved(call: Call, reply: Reply | null): boolean {
  if (call.path !== HAVE || reply?.status !== 200 || !Buffer.from(plainOf(call)).includes('"tablet"')) return false;
  const text = Buffer.from(reply.bytes).toString();
  return without(text, "believed") !== without(text);
}
