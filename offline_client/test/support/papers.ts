/** The published papers of one small operation: the real checklist, rates and indicators, and a plain table of classes. */
import { createHash } from "node:crypto";
import type { Json } from "../../src/ledger/json.ts";
import { vectors } from "./vectors.ts";

type Published = { questions: { id: string; section: string }[]; sections: { id: string; repeat?: unknown }[] };
const { checklist, rates } = vectors<{ checklist: Json; rates: Json }>("checklist.json");
const { indicators } = vectors<{ indicators: Json }>("scoring.json");

export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What is asked of workers is class C4, one of its options C7p, everything else C1; acts and notes as their subject. */
function classes(): Json {
  const { questions, sections } = checklist as unknown as Published;
  const repeated = new Set(sections.filter(({ repeat }) => repeat).map(({ id }) => id));
  const byKind = { visit: "C1", worker: "C4" };
  return {
    schema: "fieldops/classes",
    classes: [{ code: "C1", name: "", holds: "" }, { code: "C4", name: "", holds: "" }, { code: "C7p", name: "", holds: "" }],
    questions: Object.fromEntries(questions.map(({ id, section }) => [id, repeated.has(section) ? "C4" : "C1"])),
    options: { "WK1-08": { status: "C7p", money: "C4", trust: "C4" } },
    kinds: { note: byKind, worker: byKind, arrest: byKind, notice: byKind, exhibit: byKind, continuity: byKind, address_try: byKind },
  };
}

/** Longer than any trial that is not about it. */
export const LEASE_HOURS = 200_000;

/** Everything is open to every agency but what touches a worker's status; what workers say, only to those who are sent. */
function agreement(): Json {
  const all = { C1: { level: "full", scope: "operation" }, C4: { level: "pseudonym", scope: "assigned" } };
  return { schema: "fieldops/agreement", tablet_lease_hours: LEASE_HOURS, sections_on: [], reserved: { C7p: "safeguarding" }, terms: { POL: all, FWA: all, HSE: all } };
}

const texts = {
  checklist: JSON.stringify(checklist), rates: JSON.stringify(rates), indicators: JSON.stringify(indicators),
  classes: JSON.stringify(classes()), agreement: JSON.stringify(agreement()),
};

export type Member = { readonly officer: string; readonly name: string; readonly agency: string; readonly lead: boolean };

/** The officer who leads the operation: they follow the visit without being sent, and may rule where another leads. */
export const STRATEGIC_LEAD = "cccccccccccccccc";
export const VISIT = "vvvvvvvvvvvvvvvv";
export const OPERATION = { id: "oooooooooooooooo", code: "OPX", name: "Operation X" };

/** Kind and text of every paper that an officer of the one visit holds. */
export function papersOf(roster: readonly Member[]): readonly { readonly kind: string; readonly text: string }[] {
  const visit = {
    kind: "visit", visit: VISIT, operation: OPERATION, time_zone: "Europe/London", day: "2026-11-22", sequence: 1,
    planned_start: "2026-11-22T09:30:00.000+00:00", minutes: 60, strike: null, needs: ["PO"],
    premises: {
      code: "P01", name: "Example Stitching", company_no: null, address: "1 Mill Lane", uprn: null, lat: "52.6", lon: "-1.1",
      languages: ["gu"], workers_expected: 12,
    },
    team: { id: "tttttttttttttttt", code: "T1", name: "Alder" }, firewall_statement: "No immigration officers are with us.",
    roster: roster.filter(({ officer }) => officer !== STRATEGIC_LEAD).map((member) => ({ ...member, capabilities: [] })), leads: [STRATEGIC_LEAD],
    visit_leads: roster.filter(({ lead }) => lead).map(({ officer }) => officer),
    ...Object.fromEntries(Object.entries(texts).map(([kind, text]) => [kind, hashOf(text)])),
  };
  return [...Object.entries(texts).map(([kind, text]) => ({ kind, text })), { kind: "visit", text: JSON.stringify(visit) }];
}
