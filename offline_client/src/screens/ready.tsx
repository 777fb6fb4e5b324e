/** Before leaving: whether this tablet holds all that a day without signal needs, line by line. */
import { useSignal } from "@preact/signals";
import type { Check, Unlocked } from "../model/types.ts";
import { Button, Chip } from "../ui/controls.tsx";
import { Frame, Page } from "../ui/shell.tsx";
import { keptHere } from "../ui/update.ts";
import { count } from "../ui/words.ts";

const shellCheck = (kept: boolean): Check => ({
  name: "App",
  fit: kept,
  words: kept ? "starts without signal" : "the next start needs signal",
  todo: kept ? null : "Wait a moment where there is signal, then look here again.",
});

function Line({ name, words, fit, todo }: Check) {
  return (
    <li class="card flat stack tight">
      <p class="row apart">
        <span>
          <span class="strong">{name}</span>: {words}
        </span>
        <Chip tone={fit ? "good" : "bad"}>{fit ? "Ready" : "Not ready"}</Chip>
      </p>
      {todo === null ? null : <p class="soft">{todo}</p>}
    </li>
  );
}

export function Ready({ unlocked }: { readonly unlocked: Unlocked }) {
  const busy = useSignal(false);
  const send = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    await unlocked.sendNow();
    busy.value = false;
  };
  const checks = [...unlocked.readiness.value, shellCheck(keptHere.value)];
  const open = checks.filter(({ fit }) => !fit).length;
  return (
    <Frame unlocked={unlocked} where="Ready for the field?">
      <Page title="Ready for the field?" lead={<p class="soft">Look here before you leave the office, where there is signal.</p>}>
        <div class={`callout verdict ${open === 0 ? "good" : "warn"}`} role="status">
          <p class="big">{open === 0 ? "Yes. This tablet is ready." : `Not yet. ${count(open, "line")} below ${open === 1 ? "wants" : "want"} you.`}</p>
        </div>
        <ul class="list">
          {checks.map((one) => (
            <Line key={one.name} {...one} />
          ))}
        </ul>
        <div class="row">
          <Button kind="main" off={busy.value} onPress={() => void send()}>
            {busy.value ? "Trying" : "Send now"}
          </Button>
        </div>
        <p class="soft">Your secret is set: it opened this app. Look at the battery yourself; no browser tells it reliably.</p>
      </Page>
    </Frame>
  );
}
