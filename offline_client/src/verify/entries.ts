/** The entries of a bundle: by whom they were signed, that none is missing in its log or stream, and what lies beside. */
import { hex } from "../ledger/bytes.ts";
import type { Json } from "../ledger/json.ts";
import { merkleRoot, nextHead } from "../ledger/merkle.ts";
import { sha256 } from "../ledger/sha256.ts";
import { BrokenBundle } from "./broken.ts";
import { byText, CHUNKS, fileOf } from "./held.ts";
import { found, joined, signedBy, type Inquiry } from "./inquiry.ts";
import { at, latin, lines, named, raw, read, split, strict, texts, unhexed, whole, words } from "./texts.ts";

const MOST_ENTRIES = 100;
const LINE_FEED = 10;

export async function lookAtArrival(q: Inquiry, row: Json): Promise<void> {
  const log = words(row, "log");
  const where = `log ${log} from ${whole(row, "n")}`;
  const said = read(words(row, "statement"));
  const [, , key, ...more] = log.split(".");
  if (key === undefined) throw new BrokenBundle(`${[log, ...more].join(".")} is no log`);
  const signer = q.signers.get(key);
  const message = joined("fieldops/segment/1\n", words(row, "statement"));
  if (!signer) found(q, "missing_certificate", where, "Nobody vouches for the key that signed this.");
  else if (at(said, "log") !== log || !(await signedBy(q, signer.point, unhexed(words(row, "signature")), message))) {
    found(q, "altered_signature", where, `${signer.name} did not sign this.`);
  }
  const fresh = freshIn(q, row, where);
  const own = placesOf(q, log);
  if (whole(row, "count") || named(row, "held_back").length) {
    for (const [n, id] of fresh) own.set(n, id);
    lookAtRun(q, said, own, where);
    follow(q, log, said, where);
  } else {
    lookAtRun(q, said, new Map([...own, ...branchOf(q, log)]), where);
  }
}

function placesOf(q: Inquiry, log: string): Map<number, Uint8Array> {
  const places = q.places.get(log) ?? new Map<number, Uint8Array>();
  q.places.set(log, places);
  return places;
}

const branchOf = (q: Inquiry, log: string): readonly (readonly [number, Uint8Array])[] =>
  q.asides.filter((one) => at(one, "log") === log).map((one) => [whole(one, "n"), unhexed(words(one, "id"))] as const);

function lookAtRun(q: Inquiry, said: Json, known: ReadonlyMap<number, Uint8Array>, where: string): void {
  const first = whole(said, "from");
  const count = Math.max(0, Math.min(whole(said, "to"), first + MOST_ENTRIES) + 1 - first);
  const run = Array.from({ length: count }, (_, n) => known.get(first + n) ?? new Uint8Array());
  const gone = run.flatMap((id, n) => (id.length ? [] : [first + n]));
  if (gone.length) found(q, "missing_entry", where, `Entry ${gone.join(", ")} was signed and is not there.`);
  else if (hex(merkleRoot(run)) !== at(said, "root")) found(q, "altered_entry", where, "The entries are not those that were signed.");
}

function follow(q: Inquiry, log: string, said: Json, where: string): void {
  const chain = q.chains.get(log) ?? [sha256(joined("fieldops/log/1\n", log))];
  q.chains.set(log, chain);
  const from = whole(said, "from");
  if (from <= chain.length) {
    const before = chain.at(from - 1);
    if (!before) throw new BrokenBundle("a run that begins nowhere");
    if (hex(before) !== at(said, "prev")) found(q, "altered_chain", where, "What lies before it is not what its author wrote before it.");
  }
  const places = placesOf(q, log);
  for (let id = places.get(chain.length); id; id = places.get(chain.length)) chain.push(nextHead(chain.at(-1) as Uint8Array, id));
}

/** The places that an arrival brought, with the ids of what lies there. */
function freshIn(q: Inquiry, row: Json, where: string): ReadonlyMap<number, Uint8Array> {
  const fresh = new Map(named(row, "held_back").map(([n, id]) => [place(n), unhexed(words({ id }, "id"))] as const));
  const beside = new Set(q.asides.filter((one) => at(one, "log") === at(row, "log")).map((one) => at(one, "n")));
  for (const n of [...fresh.keys()].filter((one) => !beside.has(one)).sort((a, b) => a - b)) {
    found(q, "missing_aside", where, `Entry ${n} was put aside and is not there.`);
  }
  const parts = split(raw(words(row, "lines")), LINE_FEED);
  for (let n = 0; n + 1 < parts.length; n += 2) {
    const [header, body] = [parts[n] as Uint8Array, parts[n + 1] as Uint8Array];
    const said = read(strict(header));
    fresh.set(whole(said, "n"), sha256(header));
    q.seen.entries += 1;
    q.seen.erased += Number(!body.length);
    if (body.length && hex(sha256(body)) !== at(said, "body_hash")) {
      found(q, "altered_words", where, `What entry ${whole(said, "n")} says is not what was signed.`);
    }
  }
  return fresh;
}

const place = (text: string): number => whole({ n: read(text) }, "n");

export function lookAtLogs(q: Inquiry): void {
  const stands = new Map(q.logs.map((row) => [words(row, "log"), { have: whole(row, "have"), head: at(row, "head") }]));
  for (const log of [...new Set([...stands.keys(), ...q.chains.keys()])].sort(byText)) {
    const chain = q.chains.get(log);
    const { have, head } = stands.get(log) ?? { have: 0, head: "" };
    const here = chain ? chain.length - 1 : 0;
    if (here !== have || (have && hex(chain?.at(-1) ?? new Uint8Array()) !== head)) {
      found(q, "missing_tail", `log ${log}`, `Of ${have} entries ${here} are here, or others.`);
    }
  }
}

export function lookAtStreams(q: Inquiry): void {
  const due = new Map<string, number>();
  const runs = q.arrivals.map((row) => ({
    stream: words(row, "log").split(".").slice(0, -2).join("."), seq: whole(row, "seq"), count: whole(row, "count"),
  }));
  const sorted = runs.filter(({ count }) => count).sort((a, b) => byText(a.stream, b.stream) || a.seq - b.seq || a.count - b.count);
  for (const { stream, seq, count } of sorted) {
    const next = due.get(stream) ?? 1;
    if (seq !== next) found(q, "missing_number", `stream ${stream}`, `${next} is due, and ${seq} comes.`);
    due.set(stream, seq + count);
  }
}

export function lookAtAsides(q: Inquiry): void {
  for (const row of q.asides) {
    const header = words(row, "header");
    const hashed = at(row, "body") ? hex(sha256(raw(words(row, "body")))) : "";
    if (hex(sha256(raw(header))) !== at(row, "id") || !header.includes(hashed)) {
      found(q, "altered_aside", `log ${words(row, "log")}, ${whole(row, "n")}`, "It is not what was put aside.");
    }
  }
}

export function lookAtPapers(q: Inquiry): void {
  const papers = new Map([...q.files.keys()].filter((name) => name.startsWith("papers/")).map((name) => [name.slice(-69, -5), name]));
  const wanted = [...latin(fileOf(q.files, "arrivals.jsonl")).matchAll(/schema\\":\\"([0-9a-f]{64})/g)].map(([, one]) => one as string);
  for (const hash of [...new Set([...papers.keys(), ...wanted])].sort(byText)) {
    const name = papers.get(hash);
    if (name === undefined) found(q, "missing_paper", `paper ${hash}`, "Entries were made by it; it is not there.");
    else if (hex(sha256(fileOf(q.files, name))) !== hash) found(q, "altered_paper", name, "The paper is not the one that was published.");
  }
}

/** The files that entries name, but for those that were erased: a header with an empty body behind it. */
const NAMED = /\\"att\\":\[([^\]]*)\](?![^{}]*\}(?:\\n(?:\\n|")|","body":""))/g;

/** Each file that an entry names, by its parts: there, and as its manifest says. */
export async function lookAtFiles(q: Inquiry): Promise<void> {
  const manifests = new Map(lines(fileOf(q.files, "manifests.txt")).map((line) => [hex(sha256(raw(line))), line]));
  const entries = latin(fileOf(q.files, "arrivals.jsonl")) + latin(fileOf(q.files, "asides.jsonl"));
  const lists = [...entries.matchAll(NAMED)].map(([, list]) => list as string).join("");
  const wanted = [...new Set(lists.match(/[0-9a-f]{64}/g) ?? [])].sort(byText);
  q.seen.files = wanted.length;
  for (const name of wanted) {
    const said = read(manifests.get(name) ?? '{"chunks":[""],"sha256":""}');
    const chunks = texts(said, "chunks");
    const parts: Uint8Array[] = [];
    for (const one of chunks) if (q.zip.names.has(CHUNKS + one)) parts.push(await q.zip.read(CHUNKS + one));
    const are = [...parts.map((part) => hex(sha256(part))), hex(sha256(...parts))];
    if (parts.length < chunks.length) found(q, "missing_file", `file ${name}`, "An entry names it; not all of it is there.");
    else if (are.join() !== [...chunks, at(said, "sha256")].join()) found(q, "altered_file", `file ${name}`, "It is not what its manifest says was captured.");
  }
}
