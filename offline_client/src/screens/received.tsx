/** The end of the shift: one plain answer, what to do when it is no, and how it stands with others on this tablet and in the team. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Around, Receipts, Unlocked } from "../model/types.ts";
import { Button, Callout, Chip } from "../ui/controls.tsx";
import { Frame, Page } from "../ui/shell.tsx";
import { moment } from "../ui/words.ts";
import { ByVisit } from "./sync.tsx";
import { RemoveStore } from "./wiping.tsx";

function Answer({ receipts }: { readonly receipts: Receipts }) {
  return (
    <div class={`callout verdict ${receipts.all ? "good" : "bad"}`} role="status">
      <p class="big">{receipts.answer}</p>
      {receipts.todo.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}

function Lost({ lost }: { readonly lost: readonly string[] }) {
  if (lost.length === 0) return null;
  return (
    <Callout tone="bad" title="This tablet lost entries that nobody else has. Tell the desk, and write them down again.">
      {lost.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Callout>
  );
}

type Lines = { readonly title: string; readonly of: Around["team"]; readonly none: string; readonly after?: string | null };

function Others({ title, of, none, after }: Lines) {
  return (
    <section class="stack" aria-label={title}>
      <h2>{title}</h2>
      {of.length === 0 ? <p class="empty">{none}</p> : null}
      <ul class="list">
        {of.map(({ name, words, all }) => (
          <li key={name} class="card flat stack tight">
            <p class="row apart">
              <bdi class="strong">{name}</bdi>
              <Chip tone={all ? "good" : "warn"}>{all ? "In" : "Not yet in"}</Chip>
            </p>
            <p class="soft">{words}</p>
          </li>
        ))}
      </ul>
      {after ? <p class="soft small">{after}</p> : null}
    </section>
  );
}

const NO_TEAM = "The server has not said yet. It does when it is reached from this page.";
const ALONE = "No other tablet of your team is enrolled.";

function Elsewhere({ onTablet, received }: Receipts["elsewhere"]) {
  if (onTablet === 0) return null;
  return (
    <p class="soft">
      Outside these visits: {received} of {onTablet} received.
    </p>
  );
}

export function Received({ unlocked }: { readonly unlocked: Unlocked }) {
  const busy = useSignal(false);
  useEffect(() => void unlocked.lookAround(), [unlocked]);
  const send = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    await unlocked.sendNow();
    await unlocked.lookAround();
    busy.value = false;
  };
  const receipts = unlocked.receipts.value;
  const { others, team, asOf } = unlocked.around.value;
  return (
    <Frame unlocked={unlocked} where="All received?">
      <Page title="All received?" lead={<p class="soft">{unlocked.me.name}, on this tablet.</p>}>
        <Answer receipts={receipts} />
        <Lost lost={receipts.lost} />
        {receipts.attention.map((line) => (
          <Callout key={line} tone="bad" title={line} />
        ))}
        <div class="row">
          <Button kind="main" off={busy.value} onPress={() => void send()}>
            {busy.value ? "Trying" : "Send now"}
          </Button>
        </div>
        <ByVisit unlocked={unlocked} />
        <Elsewhere {...receipts.elsewhere} />
        {others.length > 0 ? <Others title="Other officers on this tablet" of={others} none="" /> : null}
        <Others
          title="Other tablets of your team"
          of={team}
          none={asOf === null ? NO_TEAM : ALONE}
          after={asOf === null ? null : `As the server said at ${moment(asOf)}. A tablet without signal may hold more.`}
        />
        <RemoveStore unlocked={unlocked} />
      </Page>
    </Frame>
  );
}
