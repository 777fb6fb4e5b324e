/** Without a network, or without the secret: saving to a file what the server lacks, and taking in a colleague's file. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { HandedOver, SentSealed, TookIn, Unlocked, Waiting } from "../model/types.ts";
import { door } from "../ui/app.ts";
import { Button, Callout } from "../ui/controls.tsx";
import { put } from "../ui/put.ts";
import { count } from "../ui/words.ts";
import { ScanCodes } from "./codes/scan.tsx";

const entries = (n: number): string => count(n, "entry", "entries");

type Told = { readonly tone: "good" | "bad"; readonly words: string };
const bad = ({ why }: { readonly why: string }): Told => ({ tone: "bad", words: why });

function givenWords(done: HandedOver): Told {
  if (!done.ok) return bad(done);
  const { files } = done;
  const into = files.length === 1 ? files[0] : count(files.length, "file");
  const words = done.shared ? `Shared ${entries(done.entries)}.` : `Saved ${entries(done.entries)} to ${into}. Give it to the desk, or to a colleague who has signal.`;
  return { tone: "good", words };
}

function sentWords(done: SentSealed): Told {
  if (!done.ok) return bad(done);
  if (done.left) return { tone: "bad", words: `The server has ${done.entries} of them. It did not take ${done.left}: unlock to see why.` };
  return { tone: "good", words: `The server has ${done.entries === 1 ? "the entry" : `all ${entries(done.entries)}`}.` };
}

function useHandOver(when: unknown, onSent: () => void) {
  const waiting = useSignal<Waiting | null>(null);
  const told = useSignal<Told | null>(null);
  const busy = useSignal(false);
  const look = (): void => { void door().waiting().then((found) => { waiting.value = found; }); };
  useEffect(look, [when]);
  const give = async (by: "share" | "save"): Promise<void> => { told.value = givenWords(await door().handOver(by)); };
  const send = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    told.value = sentWords(await door().sendSealed());
    busy.value = false;
    look();
    onSent();
  };
  return { waiting, told, busy, give, send };
}

function standing({ entries: n, officers }: Waiting, locked: boolean): string {
  if (n === 0) return "Nothing is left here that the server was not heard to have.";
  const how = locked ? "You can send them, or save them to a file, without unlocking" : "You can save them to a file";
  return `${entries(n)} of ${count(officers, "officer")} ${n === 1 ? "is" : "are"} not at the server yet. ${how}. Only the server can open it, and the file takes nothing from this tablet.`;
}

type Given = { readonly when: unknown; readonly locked?: boolean; readonly onSent?: () => void };
type Handing = ReturnType<typeof useHandOver>;

function Ways({ locked, busy, give, send }: Handing & { readonly locked: boolean }) {
  return (
    <div class="row">
      {locked ? <Button off={busy.value} onPress={() => void send()}>{busy.value ? "Sending" : "Send to the server"}</Button> : null}
      {door().shares ? <Button onPress={() => void give("share")}>Share</Button> : null}
      <Button onPress={() => void give("save")}>Save to a file</Button>
    </div>
  );
}

/** `when` changes whenever there may be more or less to hand over. An unlocked tablet has a round of its own to send by. */
export function HandOver({ when, locked = false, onSent = () => undefined }: Given) {
  const handing = useHandOver(when, onSent);
  const [found, said] = [handing.waiting.value, handing.told.value];
  if (!found || (found.entries === 0 && !said)) return null;
  return (
    <section class="card stack" aria-label="Hand over without signal">
      <h2>{locked ? "Hand over without unlocking" : "Hand over without signal"}</h2>
      <p>{standing(found, locked)}</p>
      {said ? <Callout tone={said.tone} title={said.words} live /> : null}
      {found.entries === 0 ? null : <Ways {...handing} locked={locked} />}
    </section>
  );
}

function tookWords(took: TookIn): string {
  if (!took.ok) return took.why;
  const carried = `${entries(took.entries)} taken in. They are handed to the server at the next contact`;
  if (took.read === 0) return `${carried}; you cannot read them.`;
  return `${carried}. ${took.read === took.entries ? "You find them at their visit." : `You find ${took.read} of them at their visit.`}`;
}

function Carried({ carried }: { readonly carried: Waiting }) {
  if (carried.entries === 0) return null;
  return (
    <p class="strong">
      You carry {entries(carried.entries)} of {count(carried.officers, "other officer")}. Keep this tablet until the server has them.
    </p>
  );
}

/** What a colleague hands over, by a file or by the codes on their screen. */
export function TakeIn({ unlocked }: { readonly unlocked: Unlocked }) {
  const took = useSignal<TookIn | null>(null);
  const reading = useSignal(false);
  const take = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    reading.value = false;
    took.value = await unlocked.takeIn(bytes);
  };
  const pick = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    if (!file) return;
    await take(new Uint8Array(await file.arrayBuffer()));
    input.value = "";
  };
  return (
    <section class="card stack" aria-label="A colleague’s file">
      <h2>A colleague’s file</h2>
      <p>
        A colleague without signal can save what they have not sent to a file, or share a visit with you by a file or by codes on their screen.
        What is sealed to you stands at its visit, and this tablet hands all of it to the server.
      </p>
      <Carried carried={unlocked.carried.value} />
      {took.value ? <Callout tone={took.value.ok ? "good" : "bad"} title={tookWords(took.value)} live /> : null}
      {reading.value ? <ScanCodes onWhole={take} onStop={() => put(reading)(false)} /> : <Takes reading={reading} pick={pick} />}
    </section>
  );
}

type Taking = { readonly reading: Signal<boolean>; readonly pick: (input: HTMLInputElement) => Promise<void> };

const Takes = ({ reading, pick }: Taking) => (
  <div class="row">
    <label class="button file">
      Take in a file
      <input type="file" accept=".fieldops,.txt" autocomplete="off" onChange={(event) => void pick(event.currentTarget)} />
    </label>
    <Button onPress={() => put(reading)(true)}>Read codes</Button>
  </div>
);
