/** The fold in the plain form of the vectors: names instead of hashes, lists instead of maps. */
import type { Entry } from "../../src/ledger/entry.ts";
import { fold, type Known, type Standing } from "../../src/ledger/fold.ts";
import type { EntryId, LogId, OfficerId, SignerId, SubjectId } from "../../src/ledger/ids.ts";
import type { Json } from "../../src/ledger/json.ts";
import type { Author, Rights, WriteRight } from "../../src/ledger/rights.ts";

export type PlainEntry = {
  readonly id: string;
  readonly by?: string;
  readonly field: string;
  readonly value: Json;
  readonly kind?: string;
  readonly subject?: string;
  readonly at?: number;
  readonly supersedes?: readonly string[];
  readonly erased?: boolean;
  readonly note?: string;
};
export type PlainAuthor = {
  readonly agency: string;
  readonly officer?: string;
  readonly visit_lead?: boolean;
  readonly operation_lead?: boolean;
};
export type PlainRight = { readonly agencies?: readonly string[]; readonly anybody?: boolean };
export type Named<T> = { readonly [name: string]: T };

export function authorOf(name: string, authors: Named<PlainAuthor>): Author {
  const plain = authors[name] ?? { agency: "?" };
  return {
    signer: name as SignerId, officer: (plain.officer ?? name) as OfficerId, name, agency: plain.agency,
    visitLead: plain.visit_lead ?? false, operationLead: plain.operation_lead ?? false,
  };
}

function entryOf(plain: PlainEntry, place: number): Entry {
  return {
    id: plain.id as EntryId, log: "log" as LogId, n: place + 1, hlc: [plain.at ?? place, 0], happened: "", recorded: "",
    lateReason: null, kind: plain.kind ?? "answer", schema: "", subject: (plain.subject ?? "visit") as SubjectId,
    field: plain.field, supersedes: (plain.supersedes ?? []) as readonly EntryId[], att: [], erased: plain.erased ?? false,
    value: plain.value, note: plain.note ?? null,
  };
}

export function standingsOf(entries: readonly PlainEntry[], authors: Named<PlainAuthor>): readonly Standing[] {
  return entries.map((plain, place) => ({
    entry: entryOf(plain, place), author: authorOf(plain.by ?? "lead", authors), received: null, flags: new Set(),
  }));
}

export function rightsOf(rights: Named<PlainRight>): Rights {
  return (field): WriteRight => {
    const plain = rights[field.split(":", 1)[0] ?? field] ?? {};
    return { agencies: new Set(plain.agencies ?? []), anybody: plain.anybody ?? false };
  };
}

const names = (standings: readonly Standing[]): string[] => standings.map((one) => one.entry.id);

export function plainKnown(known: Known): Json {
  const registers = [...known.registers.values()].map((register) => ({
    subject: register.subject, field: register.field, current: names(register.current), history: names(register.history),
    withdrawn: [...register.withdrawn].sort(), conflict: register.conflict,
  }));
  registers.sort((a, b) => compare(a.subject, b.subject) || compare(a.field, b.field));
  return {
    registers,
    workers: known.workers.map(({ subject, label }) => ({ subject, label })),
    notes: names(known.notes), items: names(known.items), acts: names(known.acts), unread: names(known.unread),
    flagged: Object.fromEntries(known.flagged.map((one) => [one.entry.id, [...one.flags].sort()])),
    withdrawn: [...known.withdrawn].sort(),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

export type FoldAsked = {
  readonly entries: readonly PlainEntry[];
  readonly authors: Named<PlainAuthor>;
  readonly rights: Named<PlainRight>;
};

export const foldPlain = ({ entries, authors, rights }: FoldAsked): Json =>
  plainKnown(fold(standingsOf(entries, authors), rightsOf(rights)));
