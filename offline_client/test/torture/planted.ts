/**
 * Wrong servers, networks, disks and screens, each with one mistake that others have lost data by. They are put in the place
 * of what a tablet is handed; every one of them must be seen, by the promise that it breaks.
 */
import { utf8 } from "../../src/ledger/bytes.ts";
import type { EntryId } from "../../src/ledger/ids.ts";
import type { Call, Reply } from "../../src/sync/wire.ts";
import { snapshot } from "../support/server.ts";
import type { Mistake } from "./acts.ts";
import { plainOf } from "./fates.ts";
import { honestView } from "./oracles.ts";
import { PLANTED_FILES } from "./planted_files.ts";
import { PLANTED_WIPES } from "./planted_wipes.ts";
import { answering, lagging, nowAndThen, serving, writing, type Planted } from "./planting.ts";

type Row = { readonly log: string; readonly have: number; readonly head: string };

/** The answer goes out, and what it is about is not kept. */
const answersBeforeItKeeps = serving("push", async (server, honest, call) => {
  const before = snapshot(server);
  const reply = await honest(call);
  if (nowAndThen(4)) server.state = before;
  return reply;
});

/** A push that comes again is kept again. */
const keepsItTwice = serving("push", async (server, honest, call) => {
  const reply = await honest(call);
  const [stream, all] = [...server.state.streams].at(-1) ?? [];
  const last = all?.at(-1);
  if (stream && all && last && nowAndThen(6)) server.state.streams.set(stream, [...all, last]);
  return reply;
});

/** What is to be kept aside is told so, and thrown away. */
const throwsAwayWhatIsAside = serving("push", async (server, honest, call) => {
  const reply = await honest(call);
  server.state.asides = [];
  return reply;
});

/** A page lacks an arrival, and what follows has its numbers: a cursor that runs ahead of its rows. */
const leavesOneOut: Mistake = { server: (server) => { server.spoil = (page) => withoutFirst(page.split("\n")).join("\n"); } };

type Head = { readonly streams: readonly { readonly stream: string; readonly to: number }[] };
type Numbered = { readonly stream: string; readonly seq: number; readonly count: number };

function withoutFirst(lines: readonly string[]): readonly string[] {
  const arrivals = lines.flatMap((line, at) => (line.startsWith('{"stream"') ? [{ at, ...(JSON.parse(line) as Numbered) }] : []));
  const first = arrivals.find(({ stream }, i) => arrivals[i + 1]?.stream === stream);
  if (!first) return lines;
  const head = JSON.parse(lines[0] ?? "") as Head;
  const streams = head.streams.map((span) => (span.stream === first.stream ? { ...span, to: span.to - first.count } : span));
  const moved = lines.map((line, at) => {
    const later = arrivals.find((one) => one.at === at && one.stream === first.stream);
    return later ? JSON.stringify({ ...(JSON.parse(line) as Numbered), seq: later.seq - first.count }) : line;
  });
  return [JSON.stringify({ ...head, streams }), ...moved.slice(1, first.at), ...moved.slice(first.at + 1 + 2 * first.count)];
}

/** What was sent is taken for received. */
const takesSentForReceived: Mistake = {
  beyond: (network) => async (call) => {
    const reply = await network(call);
    return reply ?? (call.path.endsWith("push") ? received(call) : null);
  },
};

function received(call: Call): Reply {
  const { segments } = JSON.parse(Buffer.from(plainOf(call)).toString()) as { segments: { statement: string }[] };
  const exceptions = segments.map(({ statement }) => {
    const { log, from, to } = JSON.parse(statement) as { log: string; from: number; to: number };
    return { log, from, to, verdict: "quarantined", code: "sent", detail: "sent" };
  });
  return { status: 200, bytes: utf8(JSON.stringify({ time: 1, epoch: "first", logs: [], exceptions })) };
}

/** That the disk took nothing is not looked at. */
const takesAFullDiskForSaved = writing(async (disk, changes) => {
  const done = await disk.write(changes);
  return done.ok || done.code !== "full" ? done : { ok: true };
});

/** What the server says on how much it has is not heard where it is less than before. */
const deafToRestores = (): Mistake => {
  const most = new Map<string, Row>();
  return answering("have", (said) => ({
    ...said, epoch: "first",
    logs: (said["logs"] as Row[]).map((row) => {
      const known = most.get(row.log);
      if (known && known.have > row.have) return known;
      most.set(row.log, row);
      return row;
    }),
  }));
};

/** The order that a stream goes is lost on the way. */
const deafToOrders = answering("pull", (said) => ({ ...said, gone: [] }));

/** Positions of a server that was put back are believed. */
const deafToEpochs = answering("pull", (said) => ({ ...said, epoch: "first" }));

/** The word that a log forked never reaches the tablet. */
const deafToForks: Mistake = {
  rates: { copies: 0.03 },
  ...answering("push", (said) => {
    const exceptions = said["exceptions"] as readonly { readonly verdict: string }[];
    return { ...said, exceptions: exceptions.filter(({ verdict }) => verdict !== "fork") };
  }),
};

/** A tablet claims one entry of each log, whatever it holds. */
const claimsTooLittle: Mistake = {
  server: (server) => {
    const push = server.told.push.bind(server.told);
    server.told.push = (...words) => push(...words.map((word) => ({ ...word, claims: (word.claims ?? []).map((claim) => ({ ...claim, held: 1 })) })));
  },
};

/** A checklist that nobody published is believed. */
const trustsAnyChecklist: Mistake = { server: (server) => { server.apart = () => null; } };

/** A tablet that was revoked, be it in the midst of a round, is given what is new all the same. */
const answersALostTablet: Mistake = { rates: { lostAmid: 0.004 }, ...serving("pull", async (server, honest, call) => {
  const { barred } = server;
  server.barred = () => null;
  const reply = await honest(call);
  server.barred = barred;
  return reply;
}) };

/** What a server takes a tablet's words to say is not heard: after an older edition it is not told again what is here. */
const deafToWhatIsBelieved = { rates: { speaks: 0.6, updates: 0.1 }, ...answering("have", ({ believed: _, ...said }) => said, "beyond") };

/** What a lead let in waits on, and is let in again. */
const letsInTwice: Mistake = {
  rates: { lost: 0.02, releases: 0.1 },
  server: (server) => {
    let waiting = server.waiting;
    Object.defineProperty(server, "waiting", { get: () => waiting, set: (next: typeof waiting) => { if (next.length) waiting = next; } });
  },
};

/** A screen on which the newest answer takes the place of every other. */
const newestWins: Mistake = {
  view: (entries) => new Map([...honestView(entries)].map(([field, ids]) => [field, new Set([...ids].sort().slice(-1))])),
};

/** A screen that shows, beside what stands, whatever happened to come first. */
const firstCome: Mistake = {
  view: (entries) => {
    const first = entries[0]?.id;
    return new Map([...honestView(entries)].map(([field, ids]) => [field, new Set<EntryId>(first ? [...ids, first] : ids)]));
  },
};

export const PLANTED: Planted = [
  ["a server answers before it keeps", () => answersBeforeItKeeps, ["confirmed", "arrives"]],
  ["a server keeps a push twice", () => keepsItTwice, ["once"]],
  ["a server throws away what it keeps aside", () => throwsAwayWhatIsAside, ["confirmed", "arrives", "files"]],
  ["a page leaves one out and runs ahead", () => leavesOneOut, ["equal", "gapless"]],
  ["a restored server does not say so", () => ({ silent: true }), ["confirmed", "gapless", "equal", "arrives"]],
  ["what was sent is taken for received", () => takesSentForReceived, ["confirmed", "arrives"]],
  ["saved is said before the disk has it", () => lagging("own"), ["kept"]],
  ["a full disk is taken for saved", () => takesAFullDiskForSaved, ["kept", "arrives"]],
  ["a position is written before its entries", () => lagging("pulled"), ["equal", "gapless"]],
  ["a tablet does not hear that the server has less", deafToRestores, ["arrives", "confirmed", "files"]],
  ["a tablet does not hear that a stream is gone", () => deafToOrders, ["granted"]],
  ["a tablet does not hear of another epoch", () => deafToEpochs, ["gapless", "equal"]],
  ["a tablet does not hear of a fork", () => deafToForks, ["confirmed", "arrives"]],
  ["a tablet claims less than it holds", () => claimsTooLittle, ["numbered"]],
  ["a server trusts a checklist that nobody published", () => trustsAnyChecklist, ["strict"]],
  ["a tablet revoked in the midst of a round is answered", () => answersALostTablet, ["granted"]],
  ["a tablet does not hear what an updated server lacks", () => deafToWhatIsBelieved, ["numbered"]],
  ["what a lead lets in waits on", () => letsInTwice, ["once"]],
  ["the newest answer hides every other", () => newestWins, ["visible"]],
  ["what came first is shown for good", () => firstCome, ["order"]],
  ...PLANTED_FILES,
  ...PLANTED_WIPES,
];
