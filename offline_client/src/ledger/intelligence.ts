/**
 * Graded intelligence: what is known, by 3x5x2. P may be shared lawfully; C carries its conditions in words, and those that a
 * machine keeps. An item without a grade has not the shape of its kind.
 */
import { isObject, type Json, type JsonObject } from "./json.ts";

export const INTELLIGENCE = "intelligence";
const PARTS = ["text", "source", "content", "handling", "conditions", "only", "no_further", "sanitised"];
const CONDITIONS = PARTS.slice(4);
const AGENCY = /^[A-Z0-9_]{1,16}$/;

const isText = (value: Json | undefined): boolean => typeof value === "string" && value !== "";

export function isGraded(value: Json): boolean {
  if (!isObject(value) || !isWhole(value)) return false;
  if (value["handling"] === "P") return CONDITIONS.every((key) => !(key in value));
  return value["handling"] === "C" && "conditions" in value && coded(value["only"], value["no_further"]);
}

/** It has its parts and no other, each a text, and the first two grades. */
function isWhole(value: JsonObject): boolean {
  const graded = ["1", "2", "3"].includes(String(value["source"])) && ["A", "B", "C", "D", "E"].includes(String(value["content"]));
  return graded && "text" in value && Object.entries(value).every(([key, part]) => PARTS.includes(key) && isText(part));
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
