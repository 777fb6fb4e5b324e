/** Signals that stay the same object while their content does, so that a tap repaints only what it changed. */
import { computed, type ReadonlySignal } from "@preact/signals";
import { sameJson } from "../ledger/fold.ts";
import type { Json } from "../ledger/json.ts";

export function steady<T>(make: () => T): ReadonlySignal<T> {
  let last: T | undefined;
  return computed(() => {
    const next = make();
    if (last === undefined || !sameJson(last as Json, next as Json)) last = next;
    return last;
  });
}

/** One signal for each key, made when first asked for. */
export function steadyBy<T>(make: (...key: string[]) => T): (...key: string[]) => ReadonlySignal<T> {
  const made = new Map<string, ReadonlySignal<T>>();
  return (...key) => {
    const name = key.join(" ");
    const signal = made.get(name) ?? steady(() => make(...key));
    made.set(name, signal);
    return signal;
  };
}
