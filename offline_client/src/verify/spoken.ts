/** A verdict in words for people, and a note as it was pasted. */
import { isObject } from "../ledger/json.ts";
import type { Finding } from "./inquiry.ts";
import type { Unreadable, Verdict } from "./verify.ts";

export type Group = { readonly title: string; readonly says: string; readonly findings: readonly Finding[] };
export type Told = {
  readonly tone: "good" | "bad" | "unread";
  readonly title: string;
  readonly lead: string;
  readonly groups: readonly Group[];
};

export const isRead = (said: Verdict | Unreadable): said is Verdict => "whole" in said;

export function spoken(said: Verdict | Unreadable): Told {
  if (!isRead(said)) return { tone: "unread", title: "Cannot be read", lead: said.unreadable, groups: [] };
  const { counts, witnesses } = said;
  const held = `It holds ${many(counts.entries, "entry", "entries")} in ${many(counts.receipts, "receipt", "receipts")}, signed by ${many(counts.keys, "key", "keys")}`;
  const files = counts.files ? `, and ${many(counts.files, "attached file", "attached files")}` : "";
  const lead = said.whole ? wholeWords(witnesses) : `${many(said.findings.length, "thing is", "things are")} not as signed or as received. Each stands below.`;
  return { tone: said.whole ? "good" : "bad", title: said.whole ? "Whole" : "Not whole", lead: `${lead} ${held}${files}.`, groups: groupsOf(said.findings) };
}

const wholeWords = (witnesses: number): string =>
  witnesses
    ? `Nothing is missing or altered, and ${witnesses === 1 ? "the checkpoint that was kept agrees" : `all ${witnesses} checkpoints that were kept agree`}.`
    : "Nothing is missing or altered in what the bundle itself can prove. No checkpoint was given: had the server made everything anew, this could not show it.";

export const many = (count: number, one: string, more: string): string => `${count.toLocaleString("en-GB")} ${count === 1 ? one : more}`;

const SORTS = [
  { sort: "missing", title: "Missing", says: "It was signed or received, and is not here." },
  { sort: "altered", title: "Altered", says: "It is here, and is not what was signed or received." },
  { sort: "restored", title: "Put back to an older copy", says: "The server says so itself. What came after that copy was lost with it, unless tablets brought it again." },
];

const groupsOf = (findings: readonly Finding[]): readonly Group[] =>
  SORTS.map(({ sort, title, says }) => ({ title, says, findings: findings.filter((one) => one.sort === sort) })).filter((group) => group.findings.length > 0);

/** What an operation is called; a broken bundle may not say. */
export function operationWords({ operation }: Verdict): string {
  if (!isObject(operation)) return "not said";
  return [operation["name"], operation["code"], operation["id"]].filter((one) => typeof one === "string").join(", ");
}

/** A note as it came out of a page: without stray spaces, and with its empty line before the signatures. */
export function pastedNote(text: string): string {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim()).filter(Boolean);
  const signed = lines.findIndex((line) => line.startsWith("\u2014 "));
  const parts = signed < 0 ? lines : [...lines.slice(0, signed), "", ...lines.slice(signed)];
  return parts.map((line) => `${line}\n`).join("");
}
