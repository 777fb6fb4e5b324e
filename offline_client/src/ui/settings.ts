/** How the app looks and when it locks, for this tablet. Nothing here is about the work, so it may lie in the open. */
import { effect, signal } from "@preact/signals";

export type Theme = "light" | "dark" | "contrast";
export type Scale = "small" | "normal" | "large" | "huge";

export const THEMES: readonly (readonly [Theme, string])[] = [
  ["light", "Light"],
  ["dark", "Dark"],
  ["contrast", "High contrast"],
];
export const SCALES: readonly (readonly [Scale, string])[] = [
  ["small", "Small"],
  ["normal", "Normal"],
  ["large", "Large"],
  ["huge", "Very large"],
];
export const IDLE_MINUTES = [2, 5, 10] as const;

const SHELF = "look";
type Kept = { theme?: string; scale?: string; idle?: number };

function kept(): Kept {
  try {
    return JSON.parse(localStorage.getItem(SHELF) ?? "{}") as Kept;
  } catch {
    return {}; // a broken shelf costs a preference, never the app
  }
}

const first = kept();
const darkOutside = matchMedia("(prefers-color-scheme: dark)").matches;
const contrastOutside = matchMedia("(prefers-contrast: more)").matches;
const guess: Theme = contrastOutside ? "contrast" : darkOutside ? "dark" : "light";

export const theme = signal<Theme>(THEMES.find(([name]) => name === first.theme)?.[0] ?? guess);
export const scale = signal<Scale>(SCALES.find(([name]) => name === first.scale)?.[0] ?? "normal");
export const idleMinutes = signal<number>(IDLE_MINUTES.find((minutes) => minutes === first.idle) ?? 5);

/** Puts the look on the page now and whenever it changes. */
export function wear(): void {
  effect(() => {
    const root = document.documentElement;
    root.dataset["theme"] = theme.value;
    root.dataset["scale"] = scale.value;
    localStorage.setItem(SHELF, JSON.stringify({ theme: theme.value, scale: scale.value, idle: idleMinutes.value }));
  });
}
