/**
 * What keeps the screen from being read over a shoulder: blank while the app is in the background, a plain page on
 * one tap, and a lock when nobody touches it. The work stays; only the sight of it goes.
 */
import { signal } from "@preact/signals";
import { lock, stage } from "./app.ts";
import { Button } from "./controls.tsx";
import { writeDrafts } from "./drafts.ts";
import { idleMinutes } from "./settings.ts";
import { dayWords, today } from "./words.ts";

export const hidden = signal(false);
/** A recording runs: nobody touches the tablet, and yet it is in use. */
export const atWork = signal(false);
const HIDDEN_LOCKS_AFTER_MS = 60_000;
let touched = Date.now();
let hiddenSince = 0;

export function hide(): void {
  void writeDrafts();
  hidden.value = true;
  hiddenSince = Date.now();
}

function lockIfIdle(): void {
  if (stage.value.at !== "open") return;
  if (atWork.value) touched = Date.now();
  const idle = Date.now() - touched > idleMinutes.value * 60_000;
  const longHidden = hidden.value && Date.now() - hiddenSince > HIDDEN_LOCKS_AFTER_MS;
  if (!idle && !longHidden) return;
  hidden.value = false;
  void lock(`Locked at ${new Date().toTimeString().slice(0, 5)} because nobody used it. Your work is kept.`);
}

function onVisibility(): void {
  const away = document.visibilityState === "hidden";
  document.documentElement.toggleAttribute("data-covered", away);
  if (away) void writeDrafts();
  else lockIfIdle();
}

export function watchOver(): void {
  for (const sign of ["pointerdown", "keydown", "input"])
    addEventListener(
      sign,
      () => {
        touched = Date.now();
      },
      { passive: true, capture: true },
    );
  document.addEventListener("visibilitychange", onVisibility);
  addEventListener("pagehide", () => void writeDrafts());
  setInterval(lockIfIdle, 2_000);
}

/** The plain page: says nothing of the work, and one tap brings it back. */
export function PlainPage() {
  return (
    <main class="cover plain">
      <h1>Daybook</h1>
      <p class="soft">{dayWords(today())}</p>
      <p>No notes for today.</p>
      <Button
        onPress={() => {
          hidden.value = false;
        }}
      >
        Continue
      </Button>
    </main>
  );
}
