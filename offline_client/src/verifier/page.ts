/** The page on which anybody checks a bundle, in a browser, without a server or a network. */
import "../../styles/verify.css";
import { utf8 } from "../ledger/bytes.ts";
import { isRead, many, operationWords, pastedNote, spoken, type Group } from "../verify/spoken.ts";
import { verify, type Unreadable, type Verdict } from "../verify/verify.ts";
import { sourceOf, TOOLS } from "./tools.ts";

/** A list as long as a bundle is bad is of no use on a page; the saved verdict holds all. */
const MOST_SHOWN = 200;

type Child = Node | string;
function made(tag: string, text: Record<string, string>, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(text)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

async function witnessesIn(): Promise<readonly Uint8Array[]> {
  const files = [...(byId<HTMLInputElement>("notes").files ?? [])];
  const read = await Promise.all(files.map(async (file) => new Uint8Array(await file.arrayBuffer())));
  const pasted = byId<HTMLTextAreaElement>("pasted").value;
  return pasted.trim() ? [...read, utf8(pastedNote(pasted))] : read;
}

async function verdictOn(file: File): Promise<Verdict | Unreadable> {
  if (!globalThis.isSecureContext) {
    return { unreadable: "Here the browser does not check signatures, because the page came without encryption. Save the page and open it as a file." };
  }
  return verify(sourceOf(file), await witnessesIn(), TOOLS);
}

function listed({ title, says, findings }: Group): HTMLElement {
  const rows = findings.slice(0, MOST_SHOWN).map(({ where, words }) => made("tr", {}, made("td", {}, where), made("td", {}, words)));
  const head = made("thead", {}, made("tr", {}, made("th", { scope: "col" }, "Where"), made("th", { scope: "col" }, "What was found")));
  const rest = findings.length - rows.length;
  return made(
    "section", {},
    made("h3", {}, `${title} (${findings.length})`), made("p", { class: "soft" }, says),
    made("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, made("table", {}, head, made("tbody", {}, ...rows))),
    ...(rest ? [made("p", {}, `And ${many(rest, "more, which stands", "more, which stand")} in the saved verdict.`)] : []),
  );
}

function facts(said: Verdict): HTMLElement {
  const rows: readonly (readonly [string, string])[] = [
    ["Operation", operationWords(said)],
    ["Erased by law", many(said.counts.erased, "entry", "entries")],
    ["Put aside by the server", many(said.counts.aside, "entry", "entries")],
    ["Checkpoints that were given", String(said.witnesses)],
  ];
  return made("dl", {}, ...rows.flatMap(([term, words]) => [made("dt", {}, term), made("dd", {}, words)]));
}

function held(said: Verdict): HTMLElement {
  const rows = [["Key of the server", said.server_key], ["Key of its checkpoints", said.checkpoint_key], ["Root over all receipts", said.root]] as const;
  return made(
    "section", {}, made("h3", {}, "Compare with what you hold"),
    made("p", { class: "soft" }, "Everything above rests on these keys. Have them told to you by another way than the bundle came."),
    made("dl", {}, ...rows.flatMap(([term, words]) => [made("dt", {}, term), made("dd", {}, made("code", {}, String(words)))])),
  );
}

function saving(said: Verdict | Unreadable, name: string): HTMLElement {
  const href = URL.createObjectURL(new Blob([`${JSON.stringify(said, null, 1)}\n`], { type: "application/json" }));
  return made("p", {}, made("a", { class: "button", href, download: `${name.replace(/\.zip$/, "")}-verdict.json` }, "Save the verdict (JSON)"));
}

function show(said: Verdict | Unreadable, name: string): void {
  const told = spoken(said);
  const heading = made("h2", { tabindex: "-1" }, told.title);
  const more = isRead(said) ? [...told.groups.map(listed), facts(said), held(said)] : [];
  byId("verdict").replaceChildren(made("div", { class: `banner ${told.tone}` }, heading, made("p", {}, told.lead)), ...more, saving(said, name));
  heading.focus();
}

async function check(event: Event): Promise<void> {
  event.preventDefault();
  const [file] = byId<HTMLInputElement>("bundle").files ?? [];
  if (!file) return;
  const button = byId<HTMLButtonElement>("check");
  button.disabled = true;
  byId("state").textContent = "Checking. A bundle with many files takes some minutes.";
  const said = await verdictOn(file).catch((fault: unknown) => ({ unreadable: `The browser could not read it: ${String(fault)}.` }));
  show(said, file.name);
  byId("state").textContent = "";
  button.disabled = false;
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = (): void => { document.documentElement.dataset["theme"] = dark.matches ? "dark" : "light"; };
dark.addEventListener("change", dress);
dress();
byId("form").addEventListener("submit", (event) => void check(event));
