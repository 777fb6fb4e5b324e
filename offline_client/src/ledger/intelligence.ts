/**
 * Graded intelligence: what is known, by 3x5x2. P may be shared lawfully; C carries its conditions in words, and those that a
 * machine keeps. An item without a grade has not the shape of its kind.
 */
import { isObject, type Json } from "./json.ts";

export const INTELLIGENCE = "intelligence";
const PARTS = ["text", "source", "content", "handling", "conditions", "only", "no_further", "sanitised"];
const CONDITIONS = PARTS.slice(4);
const AGENCY = /^[A-Z0-9_]{1,16}$/;

const isText = (value: Json | undefined): boolean => typeof value === "string" && value !== "";

export function isGraded(value: Json): boolean {
  if (!isObject(value) || !Object.keys(value).every((key) => PARTS.includes(key)) || !Object.values(value).every(isText)) return false;
  const { text, source, content, handling } = value;
  if (!isText(text) || !["1", "2", "3"].includes(String(source)) || !["A", "B", "C", "D", "E"].includes(String(content))) return false;
  if (handling === "P") return CONDITIONS.every((key) => !(key in value));
  return handling === "C" && "conditions" in value && coded(value["only"], value["no_further"]);
}

const coded = (only: Json | undefined, further: Json | undefined): boolean =>
  (only === undefined || AGENCY.test(String(only))) && (further === undefined || further === "Y");

/** What an officer who filled in the form still has to put right, or null. */
export function whyUngraded(value: Json): string | null {
  if (isGraded(value)) return null;
  const handling = isObject(value) ? value["handling"] : null;
  if (handling === "C") return "Handling C: write down the conditions.";
  return handling === "P" ? "Handling P has no conditions: choose C, or leave them out." : "Source, content and handling have to be graded.";
}
