/** What an officer sees whose store is to be removed: nothing of the visits, what is still to be sent, and how it could be hurried. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Unlocked, WipedStore, Wiping as State } from "../model/types.ts";
import { door, lock, stopShowing, wiped } from "../ui/app.ts";
import { Button, Callout } from "../ui/controls.tsx";
import { count, moment, sentence } from "../ui/words.ts";
import { Gate } from "./gate/gate.tsx";
import { HandOver } from "./hand_over.tsx";

const entries = (n: number): string => count(n, "entry", "entries");

/** "3 entries and 1 file", or nothing. */
function lostWords(lost: number, files: number): string {
  return [...(lost ? [entries(lost)] : []), ...(files ? [count(files, "file")] : [])].join(" and ");
}

function leftWords({ entries: left, files, unread }: State): string {
  const words = lostWords(left, files);
  const unreadable = unread ? ` ${count(unread, "record")} of yours cannot be read here, so nobody knows what ${unread === 1 ? "it holds" : "they hold"}.` : "";
  return words === "" ? `The server has all that can be read here.${unreadable}` : `The server does not have ${words} yet.${unreadable}`;
}

/** Losing something is asked for twice, the second time by its number. */
function Force({ unlocked, state }: { readonly unlocked: Unlocked; readonly state: State }) {
  const asked = useSignal(false);
  const words = lostWords(state.entries, state.files) || "what is left";
  if (!asked.value) return <Button kind="quiet" onPress={() => { asked.value = true; }}>It cannot be sent</Button>;
  return (
    <Callout tone="bad" title={`Without sending, ${words} will be lost`} live>
      <p>Save it to a file first if you can. The desk is told by number what was lost, and it can be written down again only from memory.</p>
      <div class="row">
        <Button onPress={() => void unlocked.forceWipe()}>Remove and lose {words}</Button>
        <Button onPress={() => { asked.value = false; }}>Keep it for now</Button>
      </div>
    </Callout>
  );
}

export function Wiping({ unlocked, state }: { readonly unlocked: Unlocked; readonly state: State }) {
  const { doing, words } = unlocked.sync.value;
  useEffect(() => void stopShowing(), []);
  useEffect(() => { if (state.gone) void lock(null); }, [state.gone]);
  return (
    <Gate title="Your records leave this tablet">
      <p>The lead has ordered that all you have here is removed. Your visits are not shown any more. First everything is sent; nothing is deleted before the server has it.</p>
      <p class="big">{leftWords(state)}</p>
      <Button kind="main wide" onPress={() => void unlocked.sendNow()}>{doing === "idle" ? "Send now" : "Sending"}</Button>
      <Callout title={sentence(words)} live />
      {state.trouble === null ? null : <Callout tone="bad" title={state.trouble} live />}
      <HandOver when={unlocked.sync.value} />
      <Force unlocked={unlocked} state={state} />
      <Button kind="quiet" onPress={() => void lock(null)}>Lock</Button>
    </Gate>
  );
}

function wipedWords({ at, entries: held, lost, files, told }: WipedStore): string {
  const gone = `A store of ${entries(held)} left this tablet (${moment(at)}).`;
  const words = lostWords(lost, files);
  if (words === "") return `${gone} The server had all of it.`;
  return `${gone} ${sentence(words)} of it never reached the server. ${told ? "The desk has been told by number." : "The desk is told as soon as there is signal."}`;
}

/** Said at the lock until somebody has read it. */
export function WipedStores() {
  const gone = wiped.value;
  if (gone.length === 0) return null;
  const seen = (): void => {
    wiped.value = [];
    void door().wipedSeen();
  };
  return (
    <Callout tone={gone.some(({ lost, files }) => lost + files > 0) ? "bad" : "good"} title="Records were removed from this tablet" live>
      {gone.map((one) => <p key={one.at}>{wipedWords(one)}</p>)}
      <div class="row">
        <Button onPress={seen}>I have read this</Button>
      </div>
    </Callout>
  );
}

/** At the end of an operation: the officer's own wish, which is granted only when the server has everything. */
export function RemoveStore({ unlocked }: { readonly unlocked: Unlocked }) {
  const asked = useSignal(false);
  const busy = useSignal(false);
  const why = useSignal<string | null>(null);
  const remove = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    const done = await unlocked.removeStore();
    busy.value = false;
    if (done.ok) return lock(null);
    why.value = done.why;
    asked.value = false;
  };
  return (
    <section class="card stack" aria-label="At the end of the operation">
      <h2>At the end of the operation</h2>
      <p>Your records can leave this tablet when the server has all of them. You need a new code to work on it again.</p>
      {why.value === null ? null : <Callout tone="warn" title={why.value} live />}
      <div class="row">
        {asked.value ? (
          <>
            <Button off={busy.value} onPress={() => void remove()}>{busy.value ? "Asking the server" : "Yes, remove my records"}</Button>
            <Button onPress={() => { asked.value = false; }}>Keep them</Button>
          </>
        ) : (
          <Button onPress={() => { asked.value = true; }}>Remove my store from this tablet</Button>
        )}
      </div>
    </section>
  );
}
