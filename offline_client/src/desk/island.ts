/** At the desk: keeps the server's checkpoints in this browser, and shows on every page of an operation what went wrong with them. */
import { isObject, readDocument } from "../ledger/json.ts";
import { utf8 } from "../ledger/bytes.ts";
import { readNote } from "../ledger/note.ts";
import { verifyNoteWith } from "../vault/keys.ts";
import { check, NOTHING_KEPT, type Alarm, type Ask, type Keeping, type Shown } from "./keeping.ts";

const WORDS: Readonly<Record<Alarm["sort"], string>> = {
  rewritten: "What the server shows of its history does not begin with what this browser had kept.",
  shortened: "The server shows less of its history than this browser had kept, and does not say that it was restored.",
  forged: "The server shows a checkpoint that was not signed as those before were.",
  missing: "A receipt is missing.",
  restored: "The server says that it was put back to an older copy.",
};
const WHAT_TO_DO = "Do not rely on what you read here. Save both notes, and tell the operation's lead by telephone.";

const kept = (record: string): Keeping => keptIn(localStorage.getItem(record));

const keptIn = (text: string | null): Keeping => {
  const found = readDocument(utf8(text ?? ""));
  return found.ok ? (found.value as unknown as Keeping) : NOTHING_KEPT;
};

const asking = (door: string, token: string): Ask => async (size) => {
  const headers = { "Content-Type": "application/json", "X-CSRF-TOKEN": token };
  const reply = await fetch(door, { method: "POST", headers, body: JSON.stringify({ size }) }).catch(() => null);
  if (!reply?.ok || !reply.headers.get("Content-Type")?.startsWith("application/json")) return null;
  const said: unknown = await reply.json();
  return isObject(said) ? (said as unknown as Shown) : null;
};

const sizeIn = (note: string): string => (readNote(note)?.tree.size ?? 0).toLocaleString("en-GB");

function line(tag: string, style: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = style;
  element.textContent = text;
  return element;
}

function notesLink(alarm: Alarm): HTMLElement {
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.download = "checkpoints-that-do-not-match.txt";
  const both = `Kept by this browser:\n\n${alarm.kept}\nShown by the server:\n\n${alarm.shown}`;
  link.href = `data:text/plain;charset=utf-8,${encodeURIComponent(both)}`;
  link.textContent = "Save both notes";
  return line("p", "govuk-body", "").appendChild(link).parentElement as HTMLElement;
}

/** Stays on every page until somebody ends it here. */
function showAlarm(place: HTMLElement, record: string, alarm: Alarm): void {
  const grave = alarm.sort !== "restored";
  const lost = alarm.lost ? ` ${alarm.lost.toLocaleString("en-GB")} receipts that this browser knew of are not in it.` : "";
  const sizes = `Kept: ${sizeIn(alarm.kept)} receipts. Shown: ${sizeIn(alarm.shown)}.`;
  const end = line("button", "govuk-button govuk-button--secondary", grave ? "It is reported: keep what the server shows from now on" : "I have read this");
  end.addEventListener("click", () => {
    const still = kept(record);
    localStorage.setItem(record, JSON.stringify(grave ? NOTHING_KEPT : { ...still, alarm: null }));
    place.hidden = true;
  });
  place.className = `app-incident${grave ? " app-incident--grave" : ""}`;
  place.replaceChildren(
    line("h2", "govuk-heading-m", grave ? "History does not match" : "The server was put back"),
    line("p", "govuk-body", `${WORDS[alarm.sort]}${lost} ${sizes}`),
    ...(grave ? [line("p", "govuk-body", WHAT_TO_DO)] : []),
    notesLink(alarm), end,
  );
  place.hidden = false;
}

const isDue = ({ at }: Keeping, everyMs: number): boolean => at > Date.now() || Date.now() - at >= everyMs;

const formToken = (): string => document.querySelector<HTMLInputElement>("input[name=csrf_token]")?.value ?? "";

async function watch(place: HTMLElement, { operation, door, every }: DOMStringMap): Promise<void> {
  const record = `fieldops/witness/${operation}`;
  const stored = localStorage.getItem(record);
  const before = keptIn(stored);
  if (before.alarm) showAlarm(place, record, before.alarm);
  if (!isDue(before, 1000 * Number(every))) return;
  const after = await check(before, asking(String(door), formToken()), verifyNoteWith, Date.now());
  // Another page of this browser, or the reader who ended an alarm, was quicker: what they left stands.
  if (localStorage.getItem(record) !== stored) return;
  localStorage.setItem(record, JSON.stringify(after));
  if (after.alarm) showAlarm(place, record, after.alarm);
  place.dataset["kept"] = sizeIn(after.notes.at(-1) ?? "");
}

const place = document.getElementById("witness");
if (place) void watch(place, place.dataset);
