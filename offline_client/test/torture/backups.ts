/** Older days of the server: all that its database holds of entries, of what waits for a lead, and of files. */
import { snapshot, type Server } from "../support/server.ts";
import type { Shelf } from "../support/shelf.ts";

export type Backup = { readonly state: Server["state"]; readonly waiting: Server["waiting"]; readonly sent: Shelf["sent"] };

const copyOf = (sent: Shelf["sent"]): Shelf["sent"] => new Map([...sent].map(([key, { manifest, chunks }]) => [key, { manifest, chunks: new Map(chunks) }]));

export const backupOf = (server: Server): Backup => ({ state: snapshot(server), waiting: server.waiting, sent: copyOf(server.shelf.sent) });

export function putBackTo(server: Server, { state, waiting, sent }: Backup): void {
  Object.assign(server, { state: { ...state, logs: new Map(state.logs), streams: new Map(state.streams) }, waiting });
  server.shelf = { ...server.shelf, sent: copyOf(sent) };
}
