/** What the sharing agreement says that a tablet must know: which sections are on, and whose answers it is not given. */
import { isObject, type Json } from "../ledger/json.ts";
import { classesHolding, type Classes } from "./classes.ts";

export type Agreement = {
  readonly sections_on: readonly string[];
  /** Classes whose content is itself no more than counts. */
  readonly open_at_counts: readonly string[];
  /** Classes that only the holders of a named role may read. */
  readonly reserved: { readonly [classCode: string]: string };
  /** How long a tablet shows what it holds without hearing from the server. */
  readonly tablet_lease_hours: number;
  readonly terms: { readonly [agency: string]: { readonly [classCode: string]: { readonly level: string; readonly scope: string } } };
};

/** Who reads a visit: of which agency, and whether they are sent there or only follow it, as the command does. */
export type Onlooker = { readonly agency: string; readonly sent: boolean };

export const DEFAULT_LEASE_HOURS = 72;
const SCHEMA = "fieldops/agreement";
const OPEN_LEVELS: readonly string[] = ["full", "pseudonym"];
const COUNTS = "counts";
const EVERYWHERE = "operation";

export function parseAgreement(json: Json): Agreement | null {
  if (!isObject(json) || json["schema"] !== SCHEMA) return null;
  return { sections_on: [], open_at_counts: [], reserved: {}, terms: {}, tablet_lease_hours: DEFAULT_LEASE_HOURS, ...json } as unknown as Agreement;
}

/** Whether a class of a visit is open to somebody; what only a named role may read is not, unless the server grants it. */
export function isOpen({ open_at_counts: atCounts, reserved, terms }: Agreement, { agency, sent }: Onlooker, classCode: string): boolean {
  if (Object.hasOwn(reserved, classCode)) return false;
  const { level = "", scope = "" } = terms[agency]?.[classCode] ?? {};
  return (sent || scope === EVERYWHERE) && [...OPEN_LEVELS, ...(atCounts.includes(classCode) ? [COUNTS] : [])].includes(level);
}

/**
 * Questions of whose answers some are not given to an officer at a visit; one closed option is enough, for calling it missing
 * would tell which it was. A class that the server did grant is seen whatever is read here.
 */
export function unseenBy(agreement: Agreement, classes: Classes, who: Onlooker, granted: ReadonlySet<string>): ReadonlySet<string> {
  const closed = (code: string): boolean => !granted.has(code) && !isOpen(agreement, who, code);
  return new Set(Object.keys(classes.questions).filter((question) => classesHolding(classes, question).some(closed)));
}
