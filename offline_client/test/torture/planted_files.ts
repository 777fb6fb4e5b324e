/** Wrong servers, networks and disks in what becomes of attached files. */
import type { Call } from "../../src/sync/wire.ts";
import type { Server } from "../support/server.ts";
import { isPart, plainOf } from "./fates.ts";
import { answering, lagging, servingSome, type Json, type Planted } from "./planting.ts";
import type { Mistake } from "./acts.ts";

const TAKEN = { status: 204, bytes: new Uint8Array() };

/** A part is called received by somebody on the way, and goes no further. */
const swallowsParts: Mistake = { network: (network) => async (call) => (isPart(call) ? TAKEN : network(call)) };

function placeOf({ shelf }: Server, { path }: Call) {
  const [name = "", n = ""] = path.split("/").slice(-2);
  const sent = [...shelf.sent].filter(([key]) => key.endsWith(name)).map(([, one]) => one);
  return { sent, n: Number(n) };
}

/** A part is kept as it comes, whatever its hash. */
const keepsSpoiltParts = servingSome(isPart, async (server, _, call) => {
  const { sent, n } = placeOf(server, call);
  for (const { chunks, manifest } of sent) if (n < manifest.chunks.length) chunks.set(n, call.body ?? new Uint8Array());
  return TAKEN;
});

/** A part is looked at, and kept in the place of the next. */
const mixesParts = servingSome(isPart, async (server, honest, call) => {
  const reply = await honest(call);
  const { sent, n } = placeOf(server, call);
  for (const { chunks, manifest } of reply?.status === 204 ? sent : []) {
    const part = chunks.get(n);
    chunks.delete(n);
    if (part) chunks.set((n + 1) % manifest.chunks.length, part);
  }
  return reply;
});

const wholeRow = (row: Json, count: number): Json =>
  ("refused" in row ? row : { ...row, have: Buffer.of((1 << count) - 1).toString("base64url"), whole: true });

/** A file that was asked about is called whole before its parts are there. */
const callsItWholeTooEarly = answering("need", (said, call) => {
  const { manifests } = JSON.parse(Buffer.from(plainOf(call)).toString()) as { readonly manifests: readonly string[] };
  const counts = manifests.map((line) => (JSON.parse(line) as { readonly chunks: readonly string[] }).chunks.length);
  return { ...said, files: (said["files"] as readonly Json[]).map((row, i) => wholeRow(row, counts[i] ?? 1)) };
});

/** That a server which was put back has less of a file is not heard. */
const deafToLostFiles = (): Mistake => {
  const whole = new Map<unknown, Json>();
  return answering("need", (said) => ({
    ...said,
    files: (said["files"] as readonly Json[]).map((row) => {
      if (row["whole"] === true) whole.set(row["manifest"], row);
      return whole.get(row["manifest"]) ?? row;
    }),
  }), "beyond");
};

const withPhotos = (mistake: Mistake): Mistake => ({ rates: { photos: 0.3 }, ...mistake });

export const PLANTED_FILES: Planted = [
  ["a part of a file is called received on its way", () => withPhotos(swallowsParts), ["files"]],
  ["a server keeps parts of files as they come", () => withPhotos(keepsSpoiltParts), ["files", "confirmed"]],
  ["a server mixes up the parts of a file", () => withPhotos(mixesParts), ["files", "confirmed"]],
  ["a file is called whole before its parts are there", () => withPhotos(callsItWholeTooEarly), ["files", "confirmed", "goes"]],
  ["saved is said before the disk has the parts of a file", () => withPhotos(lagging("media")), ["kept"]],
  ["a tablet does not hear that the server lost a file", () => withPhotos(deafToLostFiles()), ["files", "confirmed"]],
];
