/** The vectors that Python and TypeScript both answer to. */
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../../fieldops/sync/protocol/vectors/", import.meta.url);

/** The shape is the caller's claim; a wrong claim fails the test that makes it. */
export function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as T;
}

export const vectorNames = (): readonly string[] => readdirSync(FOLDER).filter((name) => name.endsWith(".json")).sort();
