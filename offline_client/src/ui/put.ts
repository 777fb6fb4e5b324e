/** Writes what a field or a button gives straight into a signal. */
import type { Signal } from "@preact/signals";

export const put =
  <Kept>(into: Signal<Kept>) =>
  (value: Kept): void => {
    into.value = value;
  };
