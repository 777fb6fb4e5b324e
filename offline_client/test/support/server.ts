/**
 * The server's side of the protocol, in memory, as its page says it: verify, skip what is held, keep forks and what is
 * barred aside, number each stream without holes. It can be put back to an older day, and its network can fail at will.
 */
import { gunzipSync } from "node:zlib";
import { base64url, hex, utf8 } from "../../src/ledger/bytes.ts";
import { signerOf } from "../../src/ledger/certificate.ts";
import { entryId, type Lines } from "../../src/ledger/entry.ts";
import { signerOfLog, streamOfLog, type LogId, type SignerId, type StreamId } from "../../src/ledger/ids.ts";
import { firstHead, nextHead } from "../../src/ledger/merkle.ts";
import { openSegment, readStatement, signedBy, splitLines, type Segment, type Statement } from "../../src/ledger/segment.ts";
import { readWord, wordMessage, type SignedOrder, type SignedWord } from "../../src/ledger/wipe.ts";
import type { Call, Network, Reply } from "../../src/sync/wire.ts";
import { verifyWith } from "../../src/vault/keys.ts";
import { asked as askedToErase, keptLines, lacksWords, noErasures, type Erasures } from "./erasing.ts";
import { openOpener, type Opener } from "./opener.ts";
import { hashOf, OPERATION, papersOf, type Member } from "./papers.ts";
import { emptyShelf, needed, takeChunk, type Shelf } from "./shelf.ts";

type HeldLog = { readonly ids: readonly string[]; readonly head: Uint8Array<ArrayBuffer> };
type Delivered = { readonly segment: Segment; readonly lines: readonly Lines[]; readonly received: number; readonly heldBack: { [n: string]: string }; readonly decision?: string };
/** `heads`, of a second branch: the head after each entry, by which more of it is known. `files`: the manifests that the entries name. */
type Aside = {
  readonly log: LogId; readonly from: number; readonly to: number; readonly code: string;
  readonly ids: readonly string[]; readonly heads: readonly string[]; readonly files: readonly string[];
};
type State = { readonly logs: Map<LogId, HeldLog>; readonly streams: Map<StreamId, readonly Delivered[]>; asides: readonly Aside[] };
type Enrolled = { readonly key: string; readonly member: Member; readonly paper: string; readonly number: number; readerKey?: string };

/** A tablet's word on what it holds. */
export type Told = {
  readonly signer: SignerId;
  readonly logs: readonly LogId[];
  readonly claims: readonly { readonly log: LogId; readonly held: number; readonly files: number }[];
  readonly whole: boolean;
  readonly tablet: { readonly stores: readonly SignerId[] };
  readonly wipe?: { readonly order: string; readonly word: string };
  readonly erased?: readonly string[];
};

export type Server = {
  nowMs: number;
  epoch: string;
  state: State;
  readonly roster: readonly Member[];
  readonly signers: Map<SignerId, Enrolled>;
  /** Why nothing of this signer goes on, or null. */
  barred: (signer: SignerId) => string | null;
  /** What was barred, as a lead would let it in. */
  waiting: readonly Delivered[];
  mayRead: (member: Member, stream: StreamId) => boolean;
  /** Another edition of a paper, or null for one that is listed no more. */
  edition: (kind: string, text: string) => string | null;
  /** Streams taken from an officer: named as gone at the next pull. */
  gone: readonly StreamId[];
  /** Changes a page before it is sent. */
  spoil: (page: string) => string;
  /** Changes any other answer before it is sent. */
  garble: (path: string, answer: string) => string;
  /** Why single entries of a push are kept apart, by their lines, or null. */
  apart: (lines: Lines) => string | null;
  /** Doors beside those of entries and papers; null where there is none. */
  more: (path: string, asked: Asked) => Promise<unknown>;
  /** By the key that signs certificates. */
  sign: (text: string) => Promise<string>;
  tokenMs: number;
  /** What tablets said they hold, in the order in which it came. */
  readonly told: Told[];
  /** What the server says of a store that is gone, and of the team's tablets. */
  earlier: readonly object[];
  team: readonly object[];
  /** Files, as each signer sent them. */
  shelf: Shelf;
  /** What there is to look at of an entry's first file. */
  readonly pictures: Map<string, Uint8Array<ArrayBuffer>>;
  /** What each answer to what is held says of a wipe, to whom; and the words of stores that are gone. */
  wipe: SignedOrder | null;
  wipeFor: (signer: SignerId) => SignedOrder | null;
  readonly words: SignedWord[];
  readonly erasures: Erasures;
  readonly network: Network;
};

const MOST_BYTES = 512 * 1024;

const encode = (value: unknown): Uint8Array<ArrayBuffer> => utf8(JSON.stringify(value));
const reply = (value: unknown, status = 200): Reply => ({ status, bytes: encode(value) });
const refusal = (status: number, code: string): Reply => reply({ code, title: code, detail: `Refused: ${code}.` }, status);

export async function openServer(roster: readonly Member[], nowMs: number): Promise<Server> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const serverKey = base64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const opener = await openOpener();
  const sign = async (text: string) =>
    base64url(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, utf8(text))));
  const server: Server = {
    nowMs, epoch: "first", state: { logs: new Map(), streams: new Map(), asides: [] }, roster, signers: new Map(),
    barred: () => null, waiting: [], mayRead: () => true, edition: (_, text) => text, gone: [], spoil: (page) => page,
    garble: (_, text) => text, apart: () => null, more: async () => null, sign, tokenMs: 600_000, told: [], earlier: [], team: [], shelf: emptyShelf(), pictures: new Map(),
    network: async (call) => {
      const { status, bytes } = await answer(server, call, (asked) => enrol(server, asked, { serverKey, sealingKey: opener.point }, sign), opener);
      const garbled = call.path.endsWith("pull") || call.path.endsWith("view") ? bytes : utf8(server.garble(call.path, Buffer.from(bytes).toString()));
      return { status, bytes: garbled };
    },
    wipe: null, wipeFor: () => server.wipe, words: [], erasures: noErasures(),
  };
  return server;
}

/** A copy to go back to. */
export const snapshot = ({ state }: Server): State => ({ logs: new Map(state.logs), streams: new Map(state.streams), asides: state.asides });

function token(server: Server, { signer }: Asked): Reply {
  const until = server.nowMs + server.tokenMs;
  return reply({ token: `${String(signer)}.${until}`, expires: new Date(until).toISOString() });
}

type Keys = { readonly serverKey: string; readonly sealingKey: string };
export type Asked = { readonly [key: string]: unknown };

async function answer(server: Server, call: Call, enrolling: (asked: Asked) => Promise<Reply>, opener: Opener): Promise<Reply> {
  const { path, headers } = call;
  const body = call.method === "PUT" ? null : call.body;
  const plain = body && headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
  if (plain && plain.length > MOST_BYTES) return refusal(413, "push_too_large");
  const asked = (plain ? JSON.parse(Buffer.from(plain).toString()) : {}) as Asked;
  if (path === "/api/devices/enrol") return enrolling(asked);
  if (path === "/api/tablet/nonce") return reply({ nonce: "n0nce" });
  if (path === "/api/tablet/token") return token(server, asked);
  if (path === "/api/sync/sealed") return brought(server, await opener.open(asked));
  if (path === "/api/tablet/wiped") return wiped(server, asked as SignedWord);
  const [signer, until] = (headers["authorization"] ?? "").slice("Bearer ".length).split(".") as [SignerId, string];
  if (Number(until) <= server.nowMs) return refusal(401, "token_expired");
  const enrolled = server.signers.get(signer);
  if (!enrolled) return refusal(401, "token_invalid");
  if (path.startsWith("/api/sync/attachments/")) return chunk(server, signer, call);
  if (path === "/api/sync/need") return need(server, signer, asked["manifests"] as readonly string[]);
  if (path === "/api/sync/push") return push(server, asked["segments"] as readonly Segment[]);
  if (path === "/api/sync/bundle") return push(server, await opener.open(asked));
  if (path === "/api/sync/have") return have(server, signer, asked);
  if (server.barred(signer)) return refusal(403, "device_revoked");
  if (path.startsWith("/api/attachments/")) return picture(server, path);
  const more = await server.more(path, asked);
  if (more) return reply(more);
  if (path === "/api/tablet/reader-key") {
    enrolled.readerKey ??= JSON.stringify({ kind: "reader_key", line: asked["line"], signature: asked["signature"] });
    return reply({});
  }
  if (path === "/api/sync/team") return reply({ time: server.nowMs, tablets: server.team });
  if (path === "/api/sync/pull") return pull(server, enrolled.member, asked);
  return papers(server, path);
}

function chunk({ shelf }: Server, signer: SignerId, { path, body }: Call): Reply {
  const [status, code] = takeChunk(shelf, signer, path, body ?? new Uint8Array());
  return status === 204 ? { status, bytes: new Uint8Array() } : refusal(status, code);
}

function picture({ pictures }: Server, path: string): Reply {
  const bytes = pictures.get(path.split("/")[3] ?? "");
  return bytes && path.endsWith("/0/view") ? { status: 200, bytes } : refusal(409, "file_not_whole");
}

/** What entries of this signer name, also such as lie aside. */
function need(server: Server, signer: SignerId, lines: readonly string[]): Reply {
  const { streams, asides } = server.state;
  const placed = [...streams.values()].flat().flatMap(({ lines: pairs }) => pairs).filter(({ header }) => header.includes(signer));
  const named = new Set([...filesNamed(placed), ...asides.filter(({ log }) => signerOfLog(log) === signer).flatMap(({ files }) => files)]);
  return reply({ time: server.nowMs, epoch: server.epoch, files: needed(server.shelf, signer, lines, named) });
}

const filesNamed = (lines: readonly Lines[]): readonly string[] => lines.flatMap(({ header }) => (JSON.parse(header) as { att?: string[] }).att ?? []);

async function enrol(server: Server, asked: Asked, { serverKey, sealingKey }: Keys, sign: (text: string) => Promise<string>): Promise<Reply> {
  const member = server.roster.find(({ name }) => name === asked["username"]);
  if (!member) return refusal(403, "wrong_password");
  const key = String(asked["key"]);
  const number = server.signers.size + 1;
  const signer = signerOf(Buffer.from(key, "base64url"));
  const certificate = JSON.stringify({
    v: 1, signer, key, device: "dddddddddddddddd", number, officer: member.officer, name: member.name, agency: member.agency,
    operation: OPERATION.id, epoch: server.epoch, issued: "2026-11-20T08:00:00.000+00:00", not_after: "2026-12-20T08:00:00.000+00:00",
  });
  const signature = await sign(`fieldops/certificate/1\n${certificate}`);
  server.signers.set(signer, { key, member, number, paper: JSON.stringify({ kind: "certificate", certificate, signature }) });
  return reply({ certificate, signature, server_key: serverKey, sealing_key: sealingKey, signer, operation: OPERATION, epoch: server.epoch, time: server.nowMs });
}

function papers(server: Server, path: string): Reply {
  const published = papersOf(server.roster).flatMap(({ kind, text }) => {
    const edition = server.edition(kind, text);
    return edition === null ? [] : [{ kind, text: edition }];
  });
  const signers = [...server.signers.values()];
  const readerKeys = signers.flatMap(({ readerKey }) => (readerKey ? [{ kind: "reader_key", text: readerKey }] : []));
  const all = [...published, ...signers.map(({ paper }) => ({ kind: "certificate", text: paper })), ...readerKeys];
  if (path === "/api/sync/papers") {
    return reply({ papers: all.map(({ kind, text }) => ({ kind, name: kind, hash: hashOf(text) })), time: server.nowMs, epoch: server.epoch });
  }
  const found = all.find(({ text }) => path === `/api/papers/${hashOf(text)}`);
  return found ? { status: 200, bytes: utf8(found.text) } : refusal(404, "not_found");
}

const heldOf = (server: Server, log: LogId): HeldLog => server.state.logs.get(log) ?? { ids: [], head: firstHead(log) };
const row = (server: Server, log: LogId) => ({ log, have: heldOf(server, log).ids.length, head: hex(heldOf(server, log).head) });

async function push(server: Server, segments: readonly Segment[]): Promise<Reply> {
  const exceptions: object[] = [];
  const logs = new Set<LogId>();
  for (const segment of segments) {
    const statement = readStatement(segment.statement);
    if (statement.ok) logs.add(statement.value.log);
    exceptions.push(...(await judge(server, segment)));
  }
  return reply({ time: server.nowMs, epoch: server.epoch, logs: [...logs].map((log) => row(server, log)), exceptions });
}

async function brought(server: Server, segments: readonly Segment[]): Promise<Reply> {
  await push(server, segments);
  const said = segments.flatMap(({ statement }) => { const read = readStatement(statement); return read.ok ? [read.value] : []; });
  return reply({ brought: said.filter(({ log, to }) => heldOf(server, log).ids.length >= to).reduce((sum, { from, to }) => sum + to - from + 1, 0) });
}

async function judge(server: Server, segment: Segment): Promise<readonly object[]> {
  const lines = splitLines(segment.lines);
  const opened = lines.ok ? openSegment(segment.statement, lines.value) : lines;
  if (!opened.ok || !lines.ok) return [{ verdict: "refused", code: "segment_root", detail: "unread", log: "", from: 1, to: 1 }];
  const { statement } = opened.value;
  const { log, from, to } = statement;
  const verdict = (name: string, code: string, first = from) => [{ log, from: first, to, verdict: name, code, detail: code }];
  const key = server.signers.get(signerOfLog(log))?.key;
  if (!key || !(await signedBy(key, segment.statement, segment.signature, verifyWith))) return verdict("refused", "signature");
  if (lines.value.some((one) => lacksWords(server.erasures, streamOfLog(log), one))) return verdict("refused", "entry_without_body");
  const ids = lines.value.map(({ header }) => entryId(utf8(header)));
  const held = heldOf(server, log);
  const overlap = ids.slice(0, Math.max(0, held.ids.length - from + 1));
  const fork = overlap.findIndex((id, i) => held.ids[from - 1 + i] !== id);
  const all = ids.map((id, i): Placed => ({ line: lines.value[i] as Lines, n: from + i, id }));
  if (fork >= 0) return branch(server, statement, from + fork, all) ?? verdict("fork", "fork", from + fork);
  if (goesOnAside(server, statement)) return branch(server, statement, from, all) ?? verdict("fork", "fork");
  if (from > held.ids.length + 1) return verdict("gap", "gap");
  if (!overlap.length && statement.prev !== hex(held.head)) return branch(server, statement, from, all) ?? verdict("fork", "fork");
  return take(server, segment, statement, all);
}

const goesOnAside = ({ state }: Server, { log, from, prev }: Statement): boolean =>
  state.asides.some((one) => one.log === log && one.heads[from - 1 - one.from] === prev);

type Placed = { readonly line: Lines; readonly n: number; readonly id: string };

/** Keeps another history aside, from its first entry that is not held on. */
function branch(server: Server, statement: Statement, first: number, all: readonly Placed[]): null {
  const heads: string[] = [];
  for (const { id } of all) heads.push(hex(nextHead(bytesOf(heads.at(-1) ?? statement.prev), bytesOf(id))));
  const skip = first - statement.from;
  const known = server.state.asides.some(({ log, from, to, heads: held }) => log === statement.log && from === first && to === statement.to && held.at(-1) === heads.at(-1));
  return known ? null : aside(server, { ...statement, from: first }, "fork", all.slice(skip), heads.slice(skip));
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, "hex"));

function aside(server: Server, { log, from, to }: Statement, code: string, placed: readonly Placed[], heads: readonly string[] = []): null {
  const [ids, files] = [placed.map(({ id }) => id), filesNamed(placed.map(({ line }) => line))];
  server.state.asides = [...server.state.asides, { log, from, to, code, ids, heads, files }];
  return null;
}

function take(server: Server, segment: Segment, statement: Statement, all: readonly Placed[]): readonly object[] {
  const { log, from, to } = statement;
  const held = heldOf(server, log);
  const skip = held.ids.length - from + 1;
  const fresh = all.slice(skip);
  if (!fresh.length) return [];
  const raw = fresh.map(({ id }) => bytesOf(id));
  server.state.logs.set(log, { ids: [...held.ids, ...fresh.map(({ id }) => id)], head: raw.reduce(nextHead, held.head) });
  const barred = server.barred(signerOfLog(log));
  if (barred) {
    aside(server, { ...statement, from: from + skip }, barred, fresh);
    server.waiting = [...server.waiting, { segment, lines: fresh.map(({ line }) => line), received: server.nowMs, heldBack: {} }];
    return [{ log, from: from + skip, to, verdict: "quarantined", code: barred, detail: barred }];
  }
  return deliver(server, segment, statement, fresh);
}

/** Into its stream goes what is not kept apart; what is stands there by its number and id alone. */
function deliver(server: Server, segment: Segment, statement: Statement, fresh: readonly Placed[]): readonly object[] {
  const { log } = statement;
  const stream = streamOfLog(log);
  const bad = fresh.flatMap((one) => { const code = server.apart(one.line); return code === null ? [] : [{ ...one, code }]; });
  const lines = fresh.filter(({ n }) => !bad.some((one) => one.n === n)).map(({ line }) => keptLines(server.erasures, stream, line));
  const heldBack = Object.fromEntries([...asideIn(server, statement), ...bad.map(({ n, id }) => [n, id] as const)]);
  if (lines.length) server.state.streams.set(stream, [...(server.state.streams.get(stream) ?? []), { segment, lines, received: server.nowMs, heldBack }]);
  for (const one of bad) aside(server, { ...statement, from: one.n, to: one.n }, one.code, [one]);
  return bad.map(({ n, code }) => ({ log, from: n, to: n, verdict: "quarantined", code, detail: code }));
}

/** What a lead's decision does: what was barred lies in its stream now, with the time at which it came. What is wrong in itself stays aside. */
export function letIn(server: Server, decision: string): void {
  for (const { segment, lines, received } of server.waiting) {
    const statement = readStatement(segment.statement);
    const fit = lines.filter((line) => server.apart(line) === null).map((line) => keptLines(server.erasures, streamOfLog(statement.ok ? statement.value.log : ("" as LogId)), line));
    if (!statement.ok || !fit.length) continue;
    const { log } = statement.value;
    const ours = new Set<string>(fit.map(({ header }) => entryId(utf8(header))));
    const heldBack = Object.fromEntries([...asideIn(server, statement.value)].filter(([, id]) => !ours.has(id)));
    const stream = streamOfLog(log);
    server.state.streams.set(stream, [...(server.state.streams.get(stream) ?? []), { segment, lines: fit, received, heldBack, decision }]);
  }
  server.waiting = [];
}

/** By number, the ids of the statement's entries that are aside. */
const asideIn = ({ state }: Server, { log, from, to }: Statement): ReadonlyMap<number, string> =>
  new Map(state.asides.filter((one) => one.log === log && one.code !== "fork").flatMap((one) =>
    one.ids.map((id, i) => [one.from + i, id] as const).filter(([n]) => n >= from && n <= to)));

function have(server: Server, signer: SignerId, asked: Asked): Reply {
  server.told.push({ signer, ...asked } as Told);
  const logs = (asked["logs"] as LogId[]).map((log) => row(server, log));
  const believed = believedOf(server, signer);
  const wipe = server.wipeFor(signer);
  const erase = askedToErase(server.erasures, signer, (asked["erased"] ?? []) as readonly string[]);
  return reply({ time: server.nowMs, epoch: server.epoch, logs, earlier: server.earlier, believed, ...(wipe ? { wipe } : {}), ...erase });
}

/** What the words of a signer come to, in the order in which they came. */
function believedOf(server: Server, signer: SignerId): { readonly held: number; readonly files: number } {
  const logs = new Map<LogId, { readonly held: number; readonly files: number }>();
  for (const word of server.told.filter((one) => one.signer === signer)) {
    if (word.whole) logs.clear();
    for (const { log, held, files } of word.claims ?? []) logs.set(log, { held, files });
  }
  const all = [...logs.values()];
  return { held: all.reduce((sum, { held }) => sum + held, 0), files: all.reduce((sum, { files }) => sum + files, 0) };
}

async function wiped(server: Server, word: SignedWord): Promise<Reply> {
  const key = server.signers.get(readWord(word.word)?.signer ?? ("" as SignerId))?.key;
  const signed = key !== undefined && (await verifyWith(key, wordMessage(word.word), Buffer.from(word.signature, "base64url")));
  if (!signed) return refusal(401, "proof_failed");
  server.words.push(word);
  return reply({ time: server.nowMs });
}

function pull(server: Server, member: Member, asked: Asked): Reply {
  const held = asked["positions"] as { readonly [stream: string]: number };
  const positions = asked["epoch"] === server.epoch ? held : {};
  const readable = [...server.state.streams].filter(([stream]) => server.mayRead(member, stream) && !server.gone.includes(stream));
  const parts = readable.map(([stream, all]) => behind(stream, all, positions[stream] ?? 0)).filter(({ span }) => span.to >= span.from);
  const head = {
    time: server.nowMs, epoch: server.epoch, streams: parts.map(({ span }) => span), granted: [],
    gone: Object.keys(held).filter((stream) => !readable.some(([one]) => one === stream)), more: false,
  };
  const page = [JSON.stringify(head), ...parts.flatMap(({ lines }) => lines), ""].join("\n");
  return { status: 200, bytes: utf8(server.spoil(page)) };
}

/** Whoever says to hold more than there is holds what a restore lost: they are answered from the beginning. */
function behind(stream: StreamId, all: readonly Delivered[], held: number) {
  const lines: string[] = [];
  const position = held > all.reduce((sum, { lines: pairs }) => sum + pairs.length, 0) ? 0 : held;
  let seq = 1;
  for (const { segment, lines: pairs, received, heldBack, decision } of all) {
    // An arrival in which a position lies comes without its beginning.
    const known = Math.max(0, position + 1 - seq);
    if (known < pairs.length) {
      const { statement, signature } = segment;
      lines.push(JSON.stringify({ stream, seq: seq + known, count: pairs.length - known, statement, signature, received, offset_ms: 0, via: null, held_back: heldBack, decision }));
      lines.push(...pairs.slice(known).flatMap(({ header, body }) => [header, body]));
    }
    seq += pairs.length;
  }
  return { span: { stream, from: position + 1, to: seq - 1, head: seq - 1 }, lines };
}

/** Every entry id that is at rest on the server. */
export const idsAtRest = (server: Server): ReadonlySet<string> => new Set([...server.state.logs.values()].flatMap(({ ids }) => ids));
/** Those that it keeps aside, other branches of copied tablets among them. */
export const idsAside = ({ state }: Server): ReadonlySet<string> => new Set(state.asides.flatMap(({ ids }) => ids));
export const atRest = (server: Server): number => idsAtRest(server).size;

/** The statements of all that was received, in the order of its streams. */
export const receiptsIn = (server: Server): readonly string[] => [...server.state.streams.values()].flat().map(({ segment }) => segment.statement);
