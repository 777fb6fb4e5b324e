/**
 * Sharing a visit with colleagues without a network: what this officer wrote there, sealed to each of those chosen. Nobody is
 * given more than the agreement on this tablet gives their agency; what it does not say is not given.
 */
import { computed, type ReadonlySignal } from "@preact/signals";
import { isOpen, parseAgreement } from "../checklist/agreement.ts";
import { vouches } from "../ledger/certificate.ts";
import { fromBase64url, utf8 } from "../ledger/bytes.ts";
import { pack } from "../vault/packing.ts";
import { classOf, scopeOf, type OfficerId } from "../ledger/ids.ts";
import { seal } from "../ledger/segment.ts";
import { offsetMs, type Book } from "../sync/book.ts";
import { handedIn } from "../sync/handed.ts";
import { clockOf } from "../sync/outbox.ts";
import type { OwnLog } from "../sync/own.ts";
import { runsToSeal } from "../sync/push.ts";
import { fileOf, writeShared, type Group, type Recipient } from "../sync/shared.ts";
import { openSharing, sealPart, type SealedPart, type Sealer } from "../vault/sealing.ts";
import type { Environment } from "./environment.ts";
import { give, named, STOPPED } from "./hand_over.ts";
import type { ColleagueView, SealedVisit, SharedVisit, Sharing, VisitPaper } from "./types.ts";
import { agencyWords } from "./value_words.ts";
import { paperJson, type Papers } from "./visit_book.ts";

type Member = VisitPaper["roster"][number];
export type Desk = { readonly book: Book; readonly papers: Papers; readonly environment: Environment; readonly beat: ReadonlySignal<number> };

const no = (code: string, why: string) => ({ ok: false, code, why }) as const;
const NOTHING = no("nothing", "There is nothing that may be given to those chosen.");
const FAILED = no("failed", "This could not be sealed. Nothing was given away.");

export function sharing(desk: Desk): Sharing {
  const { book, papers: { visit }, beat } = desk;
  return {
    mine: computed(() => { void beat.value; return entriesOf(ownLogs(book, visit)); }),
    handed: computed(() => { void beat.value; return handedIn(book, (log) => scopeOf(log) === visit.visit); }),
    colleagues: computed(() => { void beat.value; return others(desk).map((member) => colleagueView(desk, member)); }),
    sealFor: (officers) => sealFor(desk, officers),
    shareWith: (officers, by) => shareWith(desk, officers, by),
  };
}

const others = ({ book, papers: { visit } }: Desk): readonly Member[] => visit.roster.filter(({ officer }) => officer !== book.identity.certificate.officer);

const ownLogs = (book: Book, { visit }: VisitPaper): readonly OwnLog[] =>
  [...book.own.logs.values()].filter(({ log, entries }) => scopeOf(log) === visit && entries.length > 0);

const entriesOf = (logs: readonly OwnLog[]): number => logs.reduce((sum, { entries }) => sum + entries.length, 0);

function colleagueView(desk: Desk, member: Member): ColleagueView {
  const hindered = recipients(desk, member.officer).length ? null : "No sealing key of theirs is on this tablet. Both need to have had signal once since they enrolled.";
  const logs = ownLogs(desk.book, desk.papers.visit).filter(({ log }) => mayHave(desk, member, log));
  return { officer: member.officer, name: member.name, agency: agencyWords(desk.papers.checklist, member.agency), entries: entriesOf(logs), hindered };
}

/** The keys of an officer's tablets, as far as they are vouched for now. */
function recipients({ book, environment }: Desk, officer: OfficerId): readonly Recipient[] {
  const serverMs = environment.nowMs() + (offsetMs(book) ?? 0);
  return [...book.readers].flatMap(([signer, point]) => {
    const certificate = book.certificates.get(signer);
    return certificate?.officer === officer && vouches(certificate, serverMs) ? [{ signer, point }] : [];
  });
}

/** By the agreement alone, as for somebody who is sent there. */
function mayHave({ book, papers: { visit } }: Desk, { agency }: Member, log: OwnLog["log"]): boolean {
  const agreement = parseAgreement(paperJson(book, visit.agreement));
  return agreement !== null && isOpen(agreement, { agency, sent: true }, classOf(log));
}

async function sealFor(desk: Desk, officers: readonly OfficerId[]): Promise<SealedVisit> {
  const chosen = others(desk).filter(({ officer }) => officers.includes(officer));
  const byReaders = new Map<string, { readonly to: readonly Recipient[]; readonly logs: OwnLog[] }>();
  for (const log of ownLogs(desk.book, desk.papers.visit)) {
    const to = chosen.filter((member) => mayHave(desk, member, log.log)).flatMap(({ officer }) => recipients(desk, officer));
    const name = to.map(({ signer }) => signer).join();
    if (to.length) byReaders.set(name, { to, logs: [...(byReaders.get(name)?.logs ?? []), log] });
  }
  if (!byReaders.size) return NOTHING;
  const groups: Group[] = [];
  for (const { to, logs } of byReaders.values()) {
    const group = await groupOf(desk, to, logs);
    if (!group) return FAILED;
    groups.push(group);
  }
  const files = await writeShared(groups);
  for (const { sharing: { raw } } of groups) raw.fill(0);
  if (!files) return FAILED;
  return { ok: true, entries: [...byReaders.values()].reduce((sum, { logs }) => sum + entriesOf(logs), 0), files: files.map(fileOf) };
}

/** Those who are given the same logs are given one key. */
async function groupOf({ book, environment }: Desk, to: readonly Recipient[], logs: readonly OwnLog[]): Promise<Group | null> {
  const { identity } = book;
  const opened = await openSharing(fromBase64url(identity.sealingKey ?? "") ?? new Uint8Array(), identity.operation.id);
  if (!opened) return null;
  const parts = await Promise.all(logs.flatMap((log) => runsToSeal(log, 1)).map((run) => sealRun(book, environment, opened.sealer, run)));
  return { sharing: opened, to, parts };
}

async function sealRun(book: Book, environment: Environment, sealer: Sealer, run: ReturnType<typeof runsToSeal>[number]): Promise<SealedPart> {
  const { log, from, entries } = run;
  const segment = await seal(run, clockOf(book, environment), book.store.sign);
  return sealPart(sealer, { log, from, to: from + entries.length - 1 }, await pack(utf8(JSON.stringify(segment))));
}

async function shareWith(desk: Desk, officers: readonly OfficerId[], by: "share" | "save"): Promise<SharedVisit> {
  const sealed = await sealFor(desk, officers);
  if (!sealed.ok) return sealed;
  const { share, save, nowMs } = desk.environment;
  const files = named("shared", nowMs(), sealed.files);
  const how = await give(by === "share" ? share : null, save, files);
  if (how === "stopped") return STOPPED;
  return { ok: true, entries: sealed.entries, shared: how === "shared", files: files.map(({ name }) => name) };
}
