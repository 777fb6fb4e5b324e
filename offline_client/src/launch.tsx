/** Puts the app on the page over a given model: the real one in the product. */
import { render } from "preact";
import type { Doors } from "./model/types.ts";
import { App } from "./screens/app.tsx";
import { stage, start } from "./ui/app.ts";
import { watchOver } from "./ui/cover.tsx";
import { wear } from "./ui/settings.ts";
import { keepShell } from "./ui/update.ts";
import "../styles/app.css";

const UNSAFE =
  "The address must start with https. Without it the tablet cannot encrypt or keep anything, so the app does not start. Ask for the right address.";

export function launch(doors: Doors): void {
  const place = document.getElementById("app");
  if (place === null) return;
  const safe = isSecureContext && typeof crypto.subtle !== "undefined" && "serviceWorker" in navigator;
  // The store is opened while the page is drawn; the worker of the app's files is looked after when the lock is there.
  if (safe) void start(doors).finally(keepShell);
  else stage.value = { at: "refused", why: UNSAFE };
  wear();
  render(<App />, place);
  if (safe) watchOver();
}
