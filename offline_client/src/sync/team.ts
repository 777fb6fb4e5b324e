/** What the server knows of the other tablets of the team: asked for when an officer looks, and kept with its time. */
import { isObject, type Json } from "../ledger/json.ts";
import type { Book } from "./book.ts";
import { heard, saveSync, type Io } from "./offer.ts";
import type { Fault, Got } from "./wire.ts";

export type TeamTablet = {
  readonly number: number;
  readonly name: string;
  readonly officers: readonly string[];
  /** Entries that are known to be on it and are not at the server. */
  readonly outstanding: number;
  readonly lost: number;
  readonly files: number;
  readonly lastHeard: string | null;
  readonly revoked: boolean;
};
/** As the server said it at its own time `at` (ms). */
export type Team = { readonly at: number; readonly tablets: readonly TeamTablet[] };

const garbled: Fault = { ok: false, code: "garbled", why: "The server's answer could not be read.", status: 0 };

export async function fetchTeam(book: Book, io: Io): Promise<Got<null>> {
  const reply = await io.wire.json("/api/sync/team", null);
  if (!reply.ok) return reply;
  const team = readTeam(reply.value);
  if (!team) return garbled;
  heard(book, io, team.at);
  book.team = team;
  return saveSync(book);
}

export function readTeam(json: Json): Team | null {
  if (!isObject(json) || !Array.isArray(json["tablets"]) || typeof json["time"] !== "number") return null;
  const tablets = (json["tablets"] as readonly Json[]).map(readTablet);
  return tablets.includes(null) ? null : { at: json["time"], tablets: tablets as readonly TeamTablet[] };
}

const isText = (value: unknown): value is string => typeof value === "string";

function readTablet(row: Json): TeamTablet | null {
  if (!isObject(row) || !Array.isArray(row["officers"]) || !row["officers"].every(isText)) return null;
  const [number, outstanding, lost, files] = ["number", "outstanding", "lost", "files"].map((key) => row[key]);
  const counts = [number, outstanding, lost, files];
  if (!isText(row["name"]) || !counts.every((one) => typeof one === "number")) return null;
  const [heardAt, revokedAt] = [row["last_heard_at"] ?? null, row["revoked_at"] ?? null];
  return {
    number: Number(number), name: row["name"], officers: row["officers"], outstanding: Number(outstanding), lost: Number(lost),
    files: Number(files), lastHeard: isText(heardAt) ? heardAt : null, revoked: isText(revokedAt),
  };
}
