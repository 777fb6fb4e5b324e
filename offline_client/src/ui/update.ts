/** The app's own files: kept for a cold start without signal, and changed only when the officer says so. */
import { signal } from "@preact/signals";
import { scriptAddress } from "../scripts.ts";
import { writeDrafts } from "./drafts.ts";

/** A newer version is whole and waiting. */
export const waiting = signal<ServiceWorker | null>(null);
/** Whether this version can start without signal. */
export const keptHere = signal(false);

function watch(registration: ServiceWorkerRegistration): void {
  const look = (): void => {
    if (registration.waiting && navigator.serviceWorker.controller) waiting.value = registration.waiting;
    keptHere.value = registration.active !== null;
  };
  const follow = (worker: ServiceWorker | null): void => worker?.addEventListener("statechange", look);
  registration.addEventListener("updatefound", () => follow(registration.installing));
  follow(registration.installing);
  look();
}

export async function keepShell(): Promise<void> {
  try {
    watch(await navigator.serviceWorker.register(scriptAddress("shell"), { scope: "./", type: "module" }));
  } catch {
    keptHere.value = false; // private windows refuse; the settings page says that a cold start needs signal
  }
}

export async function lookForUpdate(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration?.update().catch(() => undefined); // without signal there is nothing to look at
}

/** Changes over at once; the page starts anew and the work is where it was. */
export async function takeUpdate(): Promise<void> {
  const worker = waiting.value;
  if (worker === null) return;
  await writeDrafts();
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  worker.postMessage("take over");
}
