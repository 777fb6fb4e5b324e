/** What an unlocked tablet says that has not heard from the server for too long: what is recorded is safe, and nothing else. */
import type { Unlocked } from "../../model/types.ts";
import { Button, Callout } from "../../ui/controls.tsx";
import { Frame, Page } from "../../ui/shell.tsx";
import { count, moment, sentence } from "../../ui/words.ts";

const safe = (waiting: number): string =>
  waiting === 0
    ? "All that you recorded is with the server."
    : `${count(waiting, "entry", "entries")} that you recorded ${waiting === 1 ? "is" : "are"} safe on this tablet, and sent as soon as there is signal.`;

export function Leased({ unlocked }: { readonly unlocked: Unlocked }) {
  const { hours, since } = unlocked.lease.value;
  const { doing, waiting, words } = unlocked.sync.value;
  return (
    <Frame unlocked={unlocked} where="Not shown" under={unlocked.me.name}>
      <Page title="Find some signal first">
        <p class="big">{safe(waiting)}</p>
        <p>
          This tablet last heard from the server on {moment(new Date(since).toISOString())}. After {count(hours, "hour")} without it your
          visits are not shown: you may have been sent elsewhere since, or the tablet may be in other hands. One contact opens them again.
        </p>
        <Button kind="main" onPress={() => void unlocked.sendNow()}>
          {doing === "idle" ? "Send now" : "Sending"}
        </Button>
        <Callout title={sentence(words)} live />
      </Page>
    </Frame>
  );
}
