/** First start: a one-time code, the officer’s own sign-in, and a name for the tablet. */
import { useSignal } from "@preact/signals";
import type { LockedOfficer } from "../../model/types.ts";
import { door, stage } from "../../ui/app.ts";
import { Button, Callout, Field } from "../../ui/controls.tsx";
import { Gate } from "./gate.tsx";
import { HandOver } from "../hand_over.tsx";
import { WipedStores } from "../wiping.tsx";
import { MissingStore } from "./missing_store.tsx";

/** The code of the link, read once and taken off the address at once, so that it stays in no history. */
export const codeFromLink = ((): string => {
  const found = /^#enrol=([^&]+)/.exec(location.hash);
  if (found) history.replaceState(null, "", location.pathname);
  return found?.[1] ? decodeURIComponent(found[1]) : "";
})();

const BLANK = { code: codeFromLink, username: "", password: "", device: "" };
const ASKED: readonly (readonly [keyof typeof BLANK, string])[] = [
  ["code", "the code"],
  ["username", "your user name"],
  ["password", "your password"],
  ["device", "a name for this tablet"],
];

function lacking(form: typeof BLANK): string | null {
  const blank = ASKED.filter(([key]) => form[key].trim() === "").map(([, words]) => words);
  return blank.length > 0 ? `Still needed: ${blank.join(", ")}.` : null;
}

export function Enrol({ officers }: { readonly officers: readonly LockedOfficer[] }) {
  const form = useSignal(BLANK);
  const why = useSignal<string | null>(null);
  const busy = useSignal(false);
  const type = (key: keyof typeof BLANK) => (text: string) => {
    form.value = { ...form.value, [key]: text };
  };
  const send = async (): Promise<void> => {
    why.value = lacking(form.value);
    if (why.value !== null || busy.value) return;
    busy.value = true;
    const { code, username, password, device } = form.value;
    const answer = await door().enrol(code.trim(), username.trim(), password, device.trim());
    busy.value = false;
    if (answer.ok) stage.value = { at: "secret", enrolled: answer, officers };
    else why.value = answer.why;
  };
  return (
    <Gate title={officers.length > 0 ? "Add an officer" : "Set up this tablet"}>
      <MissingStore />
      {officers.length > 0 ? null : <WipedStores />}
      <p class="soft">
        The operation’s administrator gives you a code. It works once and for ten minutes. You need signal for this, and only for this.
      </p>
      <Field label="Code" kind="code" value={form.value.code} onType={type("code")} limit={80} />
      <Field label="User name" kind="code" value={form.value.username} onType={type("username")} limit={80} />
      <Field label="Password" secret value={form.value.password} onType={type("password")} limit={200} />
      <Field
        label="Name of this tablet"
        hint="As on its label, for example Tablet 7."
        value={form.value.device}
        onType={type("device")}
        limit={60}
      />
      {why.value === null ? null : <Callout tone="bad" title={why.value} live />}
      <Button kind="main wide" onPress={() => void send()} off={busy.value}>
        {busy.value ? "Asking the server" : "Continue"}
      </Button>
      {officers.length > 0 ? null : <HandOver when={officers} />}
      {officers.length > 0 ? (
        <Button
          kind="quiet"
          onPress={() => {
            stage.value = { at: "locked", officers, why: null };
          }}
        >
          Back to the lock
        </Button>
      ) : null}
    </Gate>
  );
}
