/** Whether pictures, recordings and documents may go out now. What is small and tells most never waits. */
import { HOLD_MEDIA_RECORD, type Book } from "../sync/book.ts";
import type { Pace } from "../sync/pace.ts";
import type { Environment } from "./environment.ts";
import type { Way } from "./exhibits.ts";
import type { Pulse } from "./pulse.ts";

/** What they wait for, if anything. */
export function wayOf({ doing, holdMedia: hold }: Pulse, { onWifi }: Environment): Way {
  const waits = onWifi() === null ? "waits until you send photos and recordings" : "waits for Wi-Fi";
  return { sending: doing.value === "files", waitsFor: hold.value && !onWifi() ? waits : null };
}

export function holdMedia(book: Book, pulse: Pulse, hold: boolean, { now }: Pace): void {
  pulse.holdMedia.value = hold;
  book.holdMedia = hold;
  void book.store.write([{ room: "small", name: HOLD_MEDIA_RECORD, text: hold ? "yes" : "no" }]);
  void now();
}
