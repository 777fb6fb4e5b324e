/**
 * What is known of a visit: its entries folded into registers, with rivals side by side. A function of the set of entries
 * alone: order, duplicates and late arrivals change nothing, and nothing is ever dropped from the history.
 */
import { compareHlc } from "./clock.ts";
import type { Entry } from "./entry.ts";
import type { EntryId, SubjectId } from "./ids.ts";
import { isObject, type Json } from "./json.ts";
import { sortOf } from "./kinds.ts";
import { mayRule, mayWrite, sameHand, type Author, type Rights } from "./rights.ts";

/**
 * `no_right`: it meant to replace what its author may not. `wrong_target`: another question, person or sort. `no_ruling`: a
 * plain answer meant to settle a conflict, which takes a ruling and its reason.
 */
export type Flag = "no_right" | "wrong_target" | "no_ruling";

export type Standing = {
  readonly entry: Entry;
  readonly author: Author;
  /** When the server had it, ms; null: it has not yet. */
  readonly received: number | null;
  readonly flags: ReadonlySet<Flag>;
};

export type Said = { readonly state: "answered" | "not_asked" | "cleared" | "erased"; readonly value: Json };

export type Register = {
  readonly subject: SubjectId;
  readonly field: string;
  /** What stands now; more than one value is a conflict. */
  readonly current: readonly Standing[];
  /** Everything ever written here, in the order of the clocks. */
  readonly history: readonly Standing[];
  readonly replaced: ReadonlySet<EntryId>;
  readonly withdrawn: ReadonlySet<EntryId>;
  readonly conflict: boolean;
};

export type Worker = { readonly subject: SubjectId; readonly label: string | null };

export type Known = {
  readonly registers: ReadonlyMap<string, Register>;
  readonly workers: readonly Worker[];
  readonly notes: readonly Standing[];
  readonly items: readonly Standing[];
  readonly acts: readonly Standing[];
  /** Of a kind that this version does not know: kept and counted. */
  readonly unread: readonly Standing[];
  readonly flagged: readonly Standing[];
  /** Taken out at a person's wish, and what that had replaced. */
  readonly withdrawn: ReadonlySet<EntryId>;
};

export const registerKey = (subject: SubjectId, field: string): string => `${subject} ${field}`;
/** Options are fields of their own, named QUESTION:option. */
export function questionOf(field: string): string {
  const cut = field.indexOf(":");
  return cut < 0 ? field : field.slice(0, cut);
}

/** What a ruling's value is called that lets "not asked" stand, with the reason for that. */
const NOT_ASKED = "not_asked";

/** What a register's entry says of its field: two officers agree when these are equal. */
export function said(entry: Entry): Said {
  if (entry.erased) return { state: "erased", value: null };
  if (entry.kind === "not_asked") return { state: "not_asked", value: entry.value };
  return entry.kind === "ruling" && isObject(entry.value) ? ruled(entry.value["value"] ?? null) : answered(entry.value);
}

const answered = (value: Json): Said => (value === null ? { state: "cleared", value } : { state: "answered", value });

const ruled = (value: Json): Said =>
  isObject(value) && Object.keys(value).join() === NOT_ASKED ? { state: "not_asked", value: value[NOT_ASKED] ?? null } : answered(value);

export function sameJson(a: Json, b: Json): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((x, i) => sameJson(x as Json, b[i] as Json));
  if (!isObject(a)) return a === b;
  const keys = Object.keys(a);
  return isObject(b) && keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key] as Json, b[key] as Json));
}

export const agree = (a: Said, b: Said): boolean => a.state === b.state && sameJson(a.value, b.value);

/** A display order only: by the clocks, then by id. */
export function inOrder(a: Standing, b: Standing): number {
  return compareHlc(a.entry.hlc, b.entry.hlc) || (a.entry.id < b.entry.id ? -1 : Number(a.entry.id > b.entry.id));
}

const withReason = (kind: string): boolean => kind === "ruling" || kind === "withdrawal";
const isRegister = (kind: string): boolean => sortOf(kind) === "register";

type Marks = {
  readonly replaced: Set<EntryId>;
  readonly withdrawn: Set<EntryId>;
  /** What each entry replaced. */
  readonly honoured: Map<EntryId, EntryId[]>;
};

export function fold(entries: Iterable<Standing>, rights: Rights): Known {
  const byId = new Map<EntryId, Standing>();
  for (const standing of entries) byId.set(standing.entry.id, standing);
  const marks: Marks = { replaced: new Set(), withdrawn: new Set(), honoured: new Map() };
  const judged: Standing[] = [];
  for (const standing of [...byId.values()].sort(inOrder)) judged.push(judge(standing, { byId, before: judged, rights, marks }));
  withEarlier(marks);
  const standing = judged.filter((one) => !marks.replaced.has(one.entry.id));
  const ofKind = (wanted: (kind: string) => boolean) => standing.filter((one) => wanted(one.entry.kind));
  return {
    registers: registers(judged, marks),
    workers: workers(judged, standing),
    notes: ofKind((kind) => kind === "note"),
    items: ofKind((kind) => kind === "item"),
    acts: ofKind((kind) => sortOf(kind) === "act"),
    unread: ofKind((kind) => sortOf(kind) === null),
    flagged: judged.filter((one) => one.flags.size > 0),
    withdrawn: marks.withdrawn,
  };
}

/** The earlier words of what was withdrawn were taken out with it. A set walks on over what is added on the way. */
function withEarlier({ withdrawn, honoured }: Marks): void {
  for (const id of withdrawn) for (const earlier of honoured.get(id) ?? []) withdrawn.add(earlier);
}

type Bench = {
  readonly byId: ReadonlyMap<EntryId, Standing>;
  /** What comes before in the display order. */
  readonly before: readonly Standing[];
  readonly rights: Rights;
  readonly marks: Marks;
};

/** Notes what an entry replaces, and flags it for what it may not. */
function judge(standing: Standing, bench: Bench): Standing {
  const { byId, rights, marks } = bench;
  if (!standing.entry.supersedes.length) return standing;
  const verdicts: Flag[] = [];
  const targets = standing.entry.supersedes.map((id) => byId.get(id)).filter((target) => target !== undefined);
  const disputed = contested(standing, targets, bench);
  for (const target of targets) {
    const { id } = target.entry;
    const verdict = barred(standing, target, rights) ?? (disputed.has(id) ? "no_ruling" : null);
    if (verdict) {
      verdicts.push(verdict);
      continue;
    }
    replace(marks, standing, id);
  }
  return verdicts.length ? { ...standing, flags: new Set([...standing.flags, ...verdicts]) } : standing;
}

function replace({ replaced, withdrawn, honoured }: Marks, { entry }: Standing, earlier: EntryId): void {
  replaced.add(earlier);
  honoured.set(entry.id, [...(honoured.get(entry.id) ?? []), earlier]);
  if (entry.kind === "withdrawal") withdrawn.add(earlier);
}

const NONE: ReadonlySet<EntryId> = new Set();

/**
 * The words of others that a plain answer names in vain: a conflict is settled by a ruling alone. Its author is held to
 * what they can be shown to have known: the rivals named, and their own word.
 */
function contested(standing: Standing, targets: readonly Standing[], { before, marks }: Bench): ReadonlySet<EntryId> {
  const mine = (one: Standing) => sameHand(standing.author, one.author);
  const others = targets.filter((one) => !mine(one));
  if (!others.length || withReason(standing.entry.kind) || !isRegister(standing.entry.kind)) return NONE;
  const stands = ({ entry }: Standing) => !marks.replaced.has(entry.id) && entry.kind !== "withdrawal";
  const known = [...targets, ...before.filter(mine)].filter(stands);
  return new Set(others.filter((one) => stands(one) && known.some((other) => areRivals(one.entry, other.entry))).map(({ entry }) => entry.id));
}

/** Whether two entries say different things of one field, neither meaning to replace the other. */
function areRivals(a: Entry, b: Entry): boolean {
  if (a.subject !== b.subject || a.field !== b.field || !isRegister(a.kind) || !isRegister(b.kind)) return false;
  return !agree(said(a), said(b)) && !a.supersedes.includes(b.id) && !b.supersedes.includes(a.id);
}

/** Why an entry may not replace another; null when it may. */
function barred(standing: Standing, target: Standing, rights: Rights): Flag | null {
  const { entry } = standing;
  const sameField = entry.subject === target.entry.subject && questionOf(entry.field) === questionOf(target.entry.field);
  if (!sameField || !sameSort(entry.kind, target.entry.kind)) return "wrong_target";
  if (sameHand(standing.author, target.author)) return null;
  const allowed = withReason(entry.kind) ? mayRule : mayWrite;
  return allowed(standing.author, rights(entry.field)) ? null : "no_right";
}

function sameSort(kind: string, other: string): boolean {
  if (kind === "withdrawal" || kind === other) return true;
  return isRegister(kind) && isRegister(other);
}

function registers(judged: readonly Standing[], { replaced, withdrawn }: Marks): ReadonlyMap<string, Register> {
  const histories = new Map<string, Standing[]>();
  for (const one of judged) {
    if (!isRegister(one.entry.kind)) continue;
    const key = registerKey(one.entry.subject, one.entry.field);
    const history = histories.get(key);
    if (history) history.push(one);
    else histories.set(key, [one]);
  }
  const out = new Map<string, Register>();
  for (const [key, history] of histories) {
    // A card or a note taken back is no answer: a withdrawal alone opens no register.
    if (history.some((one) => one.entry.kind !== "withdrawal")) out.set(key, register(history, replaced, withdrawn));
  }
  return out;
}

function register(history: readonly Standing[], replaced: ReadonlySet<EntryId>, withdrawn: ReadonlySet<EntryId>): Register {
  const { subject, field } = (history[0] as Standing).entry;
  const current = history.filter((one) => !replaced.has(one.entry.id) && one.entry.kind !== "withdrawal");
  const [first, ...others] = current.map((one) => said(one.entry));
  const among = (marked: ReadonlySet<EntryId>) =>
    marked.size ? new Set(history.filter(({ entry }) => marked.has(entry.id)).map(({ entry }) => entry.id)) : NONE;
  return {
    subject, field, current, history,
    replaced: among(replaced),
    withdrawn: among(withdrawn),
    conflict: first !== undefined && others.some((other) => !agree(first, other)),
  };
}

/** People met, in order of first appearance. A card taken back goes only if nothing was said on it. */
function workers(judged: readonly Standing[], standing: readonly Standing[]): readonly Worker[] {
  const labels = new Map<SubjectId, string | null>();
  for (const { entry } of judged) if (entry.kind === "worker") labels.set(entry.subject, labelOf(entry.value));
  const met = new Set(standing.filter((one) => one.entry.kind !== "withdrawal").map((one) => one.entry.subject));
  const subjects = new Set(judged.map((one) => one.entry.subject).filter((subject) => subject.startsWith("worker:")));
  return [...subjects].filter((subject) => met.has(subject)).map((subject) => ({ subject, label: labels.get(subject) ?? null }));
}

function labelOf(value: Json): string | null {
  const label = isObject(value) ? value["label"] : null;
  return typeof label === "string" ? label : null;
}
