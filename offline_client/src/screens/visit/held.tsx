/** An address that is held back: when it comes, where the team meets, and the code that opens it without network. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CodeTried, HeldAddress, OpenVisit, Unlocked } from "../../model/types.ts";
import { reopenVisit } from "../../ui/app.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { clock, moment } from "../../ui/words.ts";

export const heldTitle = (opensAt: string): string => `Address at ${moment(opensAt)}, or by radio code`;

function refusal(said: CodeTried | null): string | null {
  if (said === null || said.ok) return null;
  return said.waitUntil === null ? said.why : `${said.why} Next try at ${clock(said.waitUntil)}.`;
}

export function Held({ unlocked, visit }: { readonly unlocked: Unlocked; readonly visit: OpenVisit }) {
  const held = visit.address.value;
  useEffect(() => {
    if (held?.opened) void reopenVisit(unlocked, visit.id);
  }, [held?.opened, unlocked, visit.id]);
  return held === null || held.opened ? null : <Sealed visit={visit} held={held} />;
}

function Sealed({ visit, held }: { readonly visit: OpenVisit; readonly held: HeldAddress }) {
  const typed = useSignal("");
  const said = useSignal<CodeTried | null>(null);
  const trying = useSignal(false);
  const enter = async (): Promise<void> => {
    trying.value = true;
    said.value = null;
    said.value = await visit.enterCode(typed.value);
    trying.value = false;
    if (said.value.ok) typed.value = "";
  };
  const wrong = refusal(said.value) ?? (held.waitUntil === null ? null : `Next try at ${clock(held.waitUntil)}.`);
  return (
    <section class="card stack held" aria-label="The address is held back">
      <h2>{heldTitle(held.opensAt)}</h2>
      <p>
        Meet: <bdi class="strong">{held.meetingPoint}</bdi>
      </p>
      <p>With signal the address comes by itself once it is released. Without, have the radio code read to you.</p>
      <Field label="Radio code" kind="code" value={typed.value} wrong={wrong} onType={(text) => (typed.value = text)} />
      <Button kind="main" off={trying.value} onPress={() => void enter()}>
        {trying.value ? "Trying the code" : "Open the address"}
      </Button>
      <p class="small soft">Each code that is typed is noted, and the lead sees it.</p>
    </section>
  );
}
