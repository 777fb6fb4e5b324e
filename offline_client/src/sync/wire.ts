/**
 * The server's doors as a tablet knocks at them. No network, a refusal and a reply that is none are values: nothing here
 * throws, and nothing is believed but a reply that has its form. The network itself is handed in.
 */
import { utf8 } from "../ledger/bytes.ts";
import { pack } from "../vault/packing.ts";
import type { SignerId } from "../ledger/ids.ts";
import { isObject, readDocument, type Json, type JsonObject } from "../ledger/json.ts";
import type { Sign } from "../ledger/segment.ts";

export type Call = {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array<ArrayBuffer> | null;
};
/** `retryAfterS`: how long the server asks to be left alone. */
export type Reply = { readonly status: number; readonly bytes: Uint8Array<ArrayBuffer>; readonly retryAfterS?: number };
/** Null: the server was not reached, or the reply was cut short. */
export type Network = (call: Call) => Promise<Reply | null>;

/** `waitMs`: not before so long, where the server said so. */
export type Fault = { readonly ok: false; readonly code: string; readonly why: string; readonly status: number; readonly waitMs?: number };
export type Got<T> = { readonly ok: true; readonly value: T } | Fault;

export type Wire = {
  json(path: string, body: Json | null): Promise<Got<Json>>;
  bytes(path: string, body: Json | null): Promise<Got<Uint8Array<ArrayBuffer>>>;
  /** Bytes as they are, to a place of their own: to send them twice changes nothing. */
  put(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Got<null>>;
};

const OFFLINE: Fault = { ok: false, code: "offline", why: "The server cannot be reached.", status: 0 };
const GARBLED: Fault = { ok: false, code: "garbled", why: "The server's answer could not be read.", status: 0 };
/** Below this, gzip makes a body no smaller. */
const WORTH_PACKING_BYTES = 1024;
const EARLY_MS = 60_000;

async function post(path: string, body: Json, headers: Call["headers"]): Promise<Call> {
  const plain = utf8(JSON.stringify(body));
  const typed = { ...headers, "content-type": "application/json" };
  if (plain.length <= WORTH_PACKING_BYTES) return { method: "POST", path, headers: typed, body: plain };
  return { method: "POST", path, headers: { ...typed, "content-encoding": "gzip" }, body: await pack(plain) };
}

type Payload = { readonly json: Json | null } | { readonly raw: Uint8Array<ArrayBuffer> };

async function call(path: string, payload: Payload, headers: Call["headers"]): Promise<Call> {
  if ("raw" in payload) return { method: "PUT", path, headers: { ...headers, "content-type": "application/octet-stream" }, body: payload.raw };
  return payload.json === null ? { method: "GET", path, headers, body: null } : post(path, payload.json, headers);
}

async function send(network: Network, path: string, payload: Payload, bearer: string | null): Promise<Got<Reply>> {
  const headers: Call["headers"] = bearer ? { authorization: `Bearer ${bearer}` } : {};
  const reply = await network(await call(path, payload, headers));
  if (!reply) return OFFLINE;
  return reply.status >= 200 && reply.status < 300 ? { ok: true, value: reply } : refusal(reply);
}

const textIn = (from: JsonObject, key: string): string | null => (typeof from[key] === "string" ? (from[key] as string) : null);

/** A problem of RFC 9457 in its own words, else by its number. */
function refusal({ status, bytes, retryAfterS = 0 }: Reply): Fault {
  const json = readDocument(bytes);
  const problem = json.ok && isObject(json.value) ? json.value : {};
  const why = textIn(problem, "detail") ?? textIn(problem, "title") ?? `The server answered ${status}.`;
  return { ok: false, code: textIn(problem, "code") ?? `http_${status}`, why, status, waitMs: retryAfterS * 1000 };
}

function parsed(reply: Got<Reply>): Got<Json> {
  if (!reply.ok) return reply;
  const json = readDocument(reply.value.bytes);
  return json.ok ? json : GARBLED;
}

/** For what needs no token: enrolment. */
export async function openPost(network: Network, path: string, body: Json): Promise<Got<Json>> {
  return parsed(await send(network, path, { json: body }, null));
}

export type Bearer = { readonly signer: SignerId; readonly sign: Sign; readonly nowMs: () => number };

/** Doors that want a token: it is fetched when needed, by signing the server's nonce, and once more when refused. */
export function openWire(network: Network, bearer: Bearer): Wire {
  let token: { readonly text: string; readonly until: number } | null = null;
  const fresh = async (): Promise<Got<string>> => {
    if (token && bearer.nowMs() < token.until) return { ok: true, value: token.text };
    const got = await fetchToken(network, bearer);
    if (!got.ok) return got;
    token = got.value;
    return { ok: true, value: token.text };
  };
  const ask = async (path: string, payload: Payload): Promise<Got<Reply>> => {
    for (let attempt = 1; ; attempt++) {
      const text = await fresh();
      if (!text.ok) return text;
      const reply = await send(network, path, payload, text.value);
      if (reply.ok || reply.status !== 401 || attempt === 2) return reply;
      token = null;
    }
  };
  return {
    json: async (path, body) => parsed(await ask(path, { json: body })),
    put: async (path, raw) => {
      const reply = await ask(path, { raw });
      return reply.ok ? { ok: true, value: null } : reply;
    },
    bytes: async (path, body) => {
      const reply = await ask(path, { json: body });
      return reply.ok ? { ok: true, value: reply.value.bytes } : reply;
    },
  };
}

async function fetchToken(network: Network, bearer: Bearer): Promise<Got<{ text: string; until: number }>> {
  const { signer } = bearer;
  const nonce = await told(network, "/api/tablet/nonce", { signer }, "nonce");
  if (!nonce.ok) return nonce;
  const signature = await bearer.sign(utf8(`fieldops/token/1\n${nonce.value.text}`));
  const token = await told(network, "/api/tablet/token", { signer, nonce: nonce.value.text, signature }, "token");
  if (!token.ok) return token;
  const { text, all } = token.value;
  return { ok: true, value: { text, until: expiry(all["expires"] ?? null, bearer.nowMs()) } };
}

/** One text out of an answer, and the whole answer beside it. */
async function told(network: Network, path: string, body: Json, key: string): Promise<Got<{ text: string; all: JsonObject }>> {
  const answer = await openPost(network, path, body);
  if (!answer.ok) return answer;
  const text = isObject(answer.value) ? textIn(answer.value, key) : null;
  return text !== null && isObject(answer.value) ? { ok: true, value: { text, all: answer.value } } : GARBLED;
}

/** The token's end by this tablet's clock, a minute early. A clock far from the server's only costs a second try. */
function expiry(expires: Json, nowMs: number): number {
  const at = typeof expires === "string" ? Date.parse(expires) : Number(expires);
  return Number.isFinite(at) && at > nowMs ? at - EARLY_MS : nowMs + EARLY_MS;
}

/** Slower than this, a connection is as good as none. */
const LEAST_BYTES_A_MS = 4;

/** The browser's network. The time limit is for connections that hang, as on one bar of signal; what is long is given longer. */
export function browserNetwork(base: string, limitMs: number): Network {
  return async ({ method, path, headers, body }) => {
    const longestMs = limitMs + (body?.length ?? 0) / LEAST_BYTES_A_MS;
    try {
      const reply = await fetch(base + path, {
        method, headers, body, cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(longestMs),
      });
      const retryAfterS = Math.max(0, Math.trunc(Number(reply.headers.get("retry-after") ?? 0))) || 0;
      return { status: reply.status, bytes: new Uint8Array(await reply.arrayBuffer()), retryAfterS };
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException) return null;
      throw error;
    }
  };
}
