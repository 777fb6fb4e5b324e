/** Without a network, or without the secret: saving to a file what the server lacks, and taking in a colleague's file. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { HandedOver, TookIn, Unlocked, Waiting } from "../model/types.ts";
import { door } from "../ui/app.ts";
import { Button, Callout } from "../ui/controls.tsx";
import { count } from "../ui/words.ts";

const entries = (n: number): string => count(n, "entry", "entries");

function savedWords(done: HandedOver): string {
  if (!done.ok) return done.why;
  const { files } = done;
  return `Saved ${entries(done.entries)} to ${files.length === 1 ? files[0] : count(files.length, "file")}. Give it to the desk, or to a colleague who has signal.`;
}

/** `when` changes whenever there may be more or less to hand over. */
export function HandOver({ when }: { readonly when: unknown }) {
  const waiting = useSignal<Waiting | null>(null);
  const done = useSignal<HandedOver | null>(null);
  useEffect(() => { void door().waiting().then((found) => { waiting.value = found; }); }, [when]);
  const save = async (): Promise<void> => { done.value = await door().handOver(); };
  const found = waiting.value;
  if (!found?.entries) return null;
  return (
    <section class="card stack" aria-label="Hand over without signal">
      <h2>Hand over without signal</h2>
      <p>
        {entries(found.entries)} of {count(found.officers, "officer")} {found.entries === 1 ? "is" : "are"} not at the server yet. You can save them to a
        file, without unlocking. Only the server can open it. Nothing is removed here.
      </p>
      {done.value ? <Callout tone={done.value.ok ? "good" : "bad"} title={savedWords(done.value)} live /> : null}
      <div class="row">
        <Button onPress={() => void save()}>Save to a file</Button>
      </div>
    </section>
  );
}

const tookWords = (took: TookIn): string =>
  took.ok ? `${entries(took.entries)} taken in. They are handed to the server at the next contact; you cannot read them.` : took.why;

function Carried({ carried }: { readonly carried: Waiting }) {
  if (carried.entries === 0) return null;
  return (
    <p class="strong">
      You carry {entries(carried.entries)} of {count(carried.officers, "other officer")}. Keep this tablet until the server has them.
    </p>
  );
}

/** A file by which a colleague hands over; what it holds cannot be read here. */
export function TakeIn({ unlocked }: { readonly unlocked: Unlocked }) {
  const took = useSignal<TookIn | null>(null);
  const take = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    if (!file) return;
    took.value = await unlocked.takeIn(new Uint8Array(await file.arrayBuffer()));
    input.value = "";
  };
  return (
    <section class="card stack" aria-label="A colleague’s file">
      <h2>Carry for a colleague</h2>
      <p>A colleague without signal can save what they have not sent to a file. Take it in here, and this tablet hands it to the server.</p>
      <Carried carried={unlocked.carried.value} />
      {took.value ? <Callout tone={took.value.ok ? "good" : "bad"} title={tookWords(took.value)} live /> : null}
      <label class="button file">
        Take in a file
        <input type="file" accept=".fieldops" autocomplete="off" onChange={(event) => void take(event.currentTarget)} />
      </label>
    </section>
  );
}
