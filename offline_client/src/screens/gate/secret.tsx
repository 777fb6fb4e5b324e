/** The officer’s own secret for this tablet, typed twice. It never leaves the tablet and nobody can reset it. */
import { useSignal } from "@preact/signals";
import type { Enrolled } from "../../model/types.ts";
import { door, enter } from "../../ui/app.ts";
import { Button, Callout, Field } from "../../ui/controls.tsx";
import { put } from "../../ui/put.ts";
import { Gate } from "./gate.tsx";

function judge(first: string, second: string): string | null {
  return door().judgeSecret(first) ?? (first === second ? null : "The two are not the same.");
}

const RULES = [
  "You type it each time you open the app. A short sentence is good.",
  "It opens the work on this tablet only, and is stored nowhere.",
  "Nobody can reset it. After ten wrong tries what you can read here is destroyed; what you wrote and the server lacks is kept, sealed.",
];

function Rules() {
  return (
    <ul class="stack tight soft">
      {RULES.map((rule) => (
        <li key={rule}>{rule}</li>
      ))}
    </ul>
  );
}

function advice(secret: string): string | undefined {
  return secret === "" ? undefined : (door().judgeSecret(secret) ?? "Good enough.");
}

export function Secret({ enrolled }: { readonly enrolled: Enrolled }) {
  const first = useSignal("");
  const second = useSignal("");
  const why = useSignal<string | null>(null);
  const busy = useSignal(false);
  const keep = async (): Promise<void> => {
    why.value = judge(first.value, second.value);
    if (why.value !== null || busy.value) return;
    busy.value = true;
    const answer = await door().setSecret(enrolled, first.value);
    busy.value = false;
    if (answer.ok) enter(answer);
    else why.value = answer.why;
  };
  return (
    <Gate title="Choose your secret">
      <p>{`${enrolled.name}, ${enrolled.agency}. ${enrolled.operation}.`}</p>
      <Rules />
      <Field label="Secret" secret value={first.value} onType={put(first)} hint={advice(first.value)} limit={200} />
      <Field label="The same again" secret value={second.value} onType={put(second)} limit={200} />
      {why.value === null ? null : <Callout tone="bad" title={why.value} live />}
      <Button kind="main wide" onPress={() => void keep()} off={busy.value}>
        {busy.value ? "Sealing" : "Open the app"}
      </Button>
    </Gate>
  );
}
