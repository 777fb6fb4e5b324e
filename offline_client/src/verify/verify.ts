/**
 * Says of an evidence bundle what is whole, what is missing and what was altered: the same verdict as `verify.py` gives, of
 * which this is the second telling, made from the same rules by other hands. It needs no server and no network.
 */
import { BrokenBundle } from "./broken.ts";
import { lookAtArrival, lookAtAsides, lookAtFiles, lookAtLogs, lookAtPapers, lookAtStreams } from "./entries.ts";
import { openHeld } from "./held.ts";
import { lookAtCertificates, lookAtCheckpoints, lookAtOrder, type Finding, type Inquiry, type Tools } from "./inquiry.ts";
import type { Json } from "../ledger/json.ts";
import { rootOf } from "../ledger/tree.ts";
import { at, spelled } from "./texts.ts";
import { openZip, type Source } from "./zip.ts";

export type Counts = { readonly entries: number; readonly erased: number; readonly aside: number; readonly files: number; readonly receipts: number; readonly logs: number; readonly keys: number };
export type Verdict = {
  readonly whole: boolean;
  readonly witnesses: number;
  readonly findings: readonly Finding[];
  readonly operation: Json;
  readonly server_key: Json;
  readonly checkpoint_key: Json;
  readonly counts: Counts;
  readonly root: string;
};
export type Unreadable = { readonly unreadable: string };

export async function verify(source: Source, witnesses: readonly Uint8Array[], tools: Tools): Promise<Verdict | Unreadable> {
  try {
    const held = await openHeld(await openZip(source, tools.inflate));
    const inquiry: Inquiry = {
      ...held, tools, findings: [], signers: new Map(), places: new Map(), chains: new Map(), stood: new Map(),
      seen: { entries: 0, erased: 0, files: 0 },
    };
    await lookAtAll(inquiry, witnesses);
    return verdictOf(inquiry, witnesses.length);
  } catch (fault) {
    if (fault instanceof BrokenBundle) return { unreadable: `This cannot be read as a bundle with its witnesses: ${fault.message}.` };
    throw fault;
  }
}

async function lookAtAll(q: Inquiry, witnesses: readonly Uint8Array[]): Promise<void> {
  await lookAtCertificates(q);
  lookAtOrder(q);
  await lookAtCheckpoints(q, witnesses);
  for (const row of q.arrivals) await lookAtArrival(q, row);
  lookAtLogs(q);
  lookAtStreams(q);
  lookAtAsides(q);
  lookAtPapers(q);
  await lookAtFiles(q);
}

function verdictOf(q: Inquiry, witnesses: number): Verdict {
  const { entries, erased, files } = q.seen;
  return {
    whole: !q.findings.length, witnesses, findings: q.findings, operation: at(q.head, "operation"),
    server_key: at(q.head, "server_key"), checkpoint_key: at(q.head, "checkpoint_key"),
    counts: { entries, erased, aside: q.asides.length, files, receipts: q.leaves.length, logs: q.chains.size, keys: q.certificates.length },
    root: spelled(rootOf(q.leaves)),
  };
}
