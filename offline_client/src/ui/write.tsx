/** Saying honestly how a write stands: "saving" until it is durable, "saved" only then, "not saved" with the reason. */
import { useSignal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Saved } from "../model/types.ts";
import { trouble } from "./app.ts";
import { holdDraft, shelfAt } from "./drafts.ts";

export type WriteState =
  { readonly at: "idle" } | { readonly at: "saving" } | { readonly at: "saved" } | { readonly at: "failed"; readonly why: string };
export type Writer = {
  readonly state: ReadonlySignal<WriteState>;
  run(write: () => Promise<Saved | { readonly ok: boolean; readonly why?: string }>): Promise<boolean>;
};

export function useWriter(): Writer {
  const state = useSignal<WriteState>({ at: "idle" });
  const turn = useRef(0);
  const run: Writer["run"] = async (write) => {
    turn.current += 1;
    const mine = turn.current;
    state.value = { at: "saving" };
    const answer = await write().catch((error: unknown) => ({
      ok: false as const,
      why: error instanceof Error ? error.message : "the tablet’s store did not answer.",
    }));
    const why = "why" in answer ? (answer.why ?? "") : "";
    if (!answer.ok) trouble.value = `Not saved: ${why}`;
    if (mine === turn.current) state.value = answer.ok ? { at: "saved" } : { at: "failed", why };
    return answer.ok;
  };
  return { state, run };
}

export function WriteWords({ writer, otherwise = "" }: { readonly writer: Writer; readonly otherwise?: string }) {
  const state = writer.state.value;
  if (state.at === "failed")
    return (
      <span class="save-state failed" role="status">
        Not saved: {state.why}
      </span>
    );
  const words = state.at === "saving" ? "saving" : otherwise || (state.at === "saved" ? "saved on this tablet" : "");
  return (
    <span class="save-state" role="status">
      {words}
    </span>
  );
}

export type Draft = { readonly text: ReadonlySignal<string>; type(text: string): void; done(): void };
/** Answers whether the text now stands; false keeps it as a draft, to be tried again. */
type Save = (text: string) => Promise<boolean>;

const PAUSE_MS = 900;

/** Text that writes itself after a pause, on leaving the field, and before the app hides or locks. */
export function useDraft(place: string, standing: string, save: Save): Draft {
  const shelf = useMemo(() => shelfAt(place), [place]);
  const text = useSignal(shelf.text ?? standing);
  const hand = useRef({ base: standing, timer: 0, save, busy: Promise.resolve() });
  hand.current.save = save;
  const write = (): Promise<void> => {
    const now = hand.current;
    clearTimeout(now.timer);
    now.busy = now.busy.then(async () => {
      const typed = text.peek();
      if (typed === now.base) return;
      shelf.keep(typed);
      if (!(await now.save(typed))) return;
      shelf.clear();
      now.base = typed;
    });
    return now.busy;
  };
  useEffect(() => {
    const release = holdDraft(write);
    return () => {
      void write();
      release();
    };
  }, []);
  useEffect(() => {
    // Another’s answer arrives: it is shown unless something is being typed here.
    if (text.peek() === hand.current.base) text.value = standing;
    if (text.peek() === standing) hand.current.base = standing;
  }, [standing]);
  const type = (typed: string): void => {
    text.value = typed;
    clearTimeout(hand.current.timer);
    hand.current.timer = window.setTimeout(() => void write(), PAUSE_MS);
  };
  return { text, type, done: () => void write() };
}
