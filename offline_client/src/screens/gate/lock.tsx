/** The lock: who are you, and your secret. It says what locked means: nothing is sent, and no alert arrives. */
import { useSignal } from "@preact/signals";
import type { LockedOfficer, Wrong } from "../../model/types.ts";
import { door, enter, lookAgain, stage } from "../../ui/app.ts";
import { Button, Callout, Field } from "../../ui/controls.tsx";
import { minute } from "../../ui/tick.ts";
import { clock, count } from "../../ui/words.ts";
import { put } from "../../ui/put.ts";
import { HandOver } from "../hand_over.tsx";
import { Gate } from "./gate.tsx";
import { WipedStores } from "../wiping.tsx";
import { MissingStore } from "./missing_store.tsx";

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((part) => part[0] ?? "")
    .slice(-2)
    .join("")
    .toUpperCase();

function standing(officer: LockedOfficer): string {
  const who = `${officer.agency}, ${officer.operation}${officer.earlier ? "; opens with your earlier secret" : ""}`;
  if (officer.unsent === 0) return who;
  return `${who}, ${officer.unsent} not yet received by the server`;
}

function OfficerButton({ officer, onPick }: { readonly officer: LockedOfficer; readonly onPick: () => void }) {
  return (
    <Button kind="wide officer" onPress={onPick}>
      <span class="mark" aria-hidden="true">
        {initials(officer.name)}
      </span>
      <span class="stack tight">
        <span>{officer.name}</span>
        <span class="small soft">{standing(officer)}</span>
      </span>
    </Button>
  );
}

function wrongWords(wrong: Wrong): string {
  if (wrong.waitUntil !== null) return `${wrong.why} Try again at ${clock(wrong.waitUntil)}.`;
  return wrong.triesLeft <= 5 ? `${wrong.why} ${count(wrong.triesLeft, "try", "tries")} left.` : wrong.why;
}

type Chosen = { readonly officer: LockedOfficer; readonly several: boolean; readonly onOther: () => void };

function Waiting({ officer }: { readonly officer: LockedOfficer }) {
  if (officer.waitUntil === null || officer.waitUntil <= minute.value) return null;
  return <Callout tone="warn" title={`Too many wrong tries. Wait until ${clock(officer.waitUntil)}.`} />;
}

function useUnlock(officer: LockedOfficer) {
  const secret = useSignal("");
  const why = useSignal<string | null>(null);
  const busy = useSignal(false);
  const open = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    const answer = await door().unlock(officer.store, secret.value);
    busy.value = false;
    if (answer.ok) return enter(answer);
    secret.value = "";
    why.value = wrongWords(answer);
  };
  return { secret, why, busy, open };
}

function Opening({ officer, several, onOther }: Chosen) {
  const { secret, why, busy, open } = useUnlock(officer);
  return (
    <form class="stack" onSubmit={(event) => void open(event)} autocomplete="off">
      <p class="big">{officer.name}</p>
      {officer.earlier ? <Callout>This opens with your earlier secret. You enrolled again since.</Callout> : null}
      <Waiting officer={officer} />
      <Field label="Your secret" secret value={secret.value} onType={put(secret)} limit={200} />
      {why.value === null ? null : <Callout tone="bad" title={why.value} live />}
      <button type="submit" class="button main wide" aria-disabled={busy.value}>
        {busy.value ? "Opening" : "Unlock"}
      </button>
      {several ? (
        <Button kind="quiet" onPress={onOther}>
          I am somebody else
        </Button>
      ) : null}
    </form>
  );
}

type Given = { readonly officers: readonly LockedOfficer[]; readonly why: string | null };
const MEANING = "While the app is locked nothing is sent by itself and no alert reaches you. What you saved stays on this tablet, encrypted.";

export function Lock({ officers, why }: Given) {
  const only = officers.length === 1 ? officers[0] : undefined;
  const chosen = useSignal<LockedOfficer | null>(only ?? null);
  const officer = chosen.value;
  const one = (each: LockedOfficer) => <OfficerButton key={each.store} officer={each} onPick={() => put(chosen)(each)} />;
  return (
    <Gate title={officer ? "Locked" : "Who are you?"}>
      <MissingStore />
      <WipedStores />
      {why === null ? null : <Callout tone="mark" title={why} />}
      {officer ? (
        <Opening key={officer.store} officer={officer} several={officers.length > 1} onOther={() => put(chosen)(null)} />
      ) : (
        <div class="list">{officers.map(one)}</div>
      )}
      <Callout>{MEANING}</Callout>
      <HandOver when={officers} locked onSent={() => void lookAgain()} />
      <Button kind="quiet" onPress={() => put(stage)({ at: "enrol", officers })}>
        Add another officer to this tablet, or one who forgot their secret
      </Button>
    </Gate>
  );
}
