/** The three scripts beside the page's own that this app ever runs. Trusted Types refuses any other address. */
declare const SECRET_WORKER: string;
declare const CODES_WORKER: string;

export type Script = "shell" | "secret" | "codes";

function addressOf(name: string): string {
  if (name === "shell") return "./sw.js";
  if (name === "codes") return `./${CODES_WORKER}`;
  return name === "secret" ? `./${SECRET_WORKER}` : "";
}

type Policy = { createScriptURL(name: string): string };
type Types = { createPolicy(name: string, rules: Policy): Policy };

const policy = (globalThis as { trustedTypes?: Types }).trustedTypes?.createPolicy("fieldops-worker", { createScriptURL: addressOf });

export const scriptAddress = (name: Script): string => (policy ?? { createScriptURL: addressOf }).createScriptURL(name);
