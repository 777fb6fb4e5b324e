/** Now, for ages that are shown: it moves on by itself every 20 seconds. */
import { signal } from "@preact/signals";

export const minute = signal(Date.now());
setInterval(() => {
  minute.value = Date.now();
}, 20_000);
