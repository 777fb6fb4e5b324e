/** How the app looks, when it locks, which version runs. An update is offered, never forced in mid-visit. */
import type { Unlocked } from "../model/types.ts";
import { lock } from "../ui/app.ts";
import { Button, Callout, Pick } from "../ui/controls.tsx";
import { hide } from "../ui/cover.tsx";
import { go } from "../ui/route.ts";
import { IDLE_MINUTES, idleMinutes, scale, SCALES, theme, THEMES } from "../ui/settings.ts";
import { Frame, Page } from "../ui/shell.tsx";
import { keptHere, lookForUpdate, takeUpdate, waiting } from "../ui/update.ts";
import { put } from "../ui/put.ts";

const MINUTES = IDLE_MINUTES.map((minutes) => [minutes, `${minutes} min`] as const);

function Version() {
  if (waiting.value !== null) {
    return (
      <Callout tone="mark" title="A new version of the app is ready">
        <p>It starts the app anew. What you wrote is kept, and you unlock again.</p>
        <div class="row">
          <Button kind="main" onPress={() => void takeUpdate()}>
            Change over now
          </Button>
        </div>
      </Callout>
    );
  }
  return (
    <div class="stack">
      <p class="soft">
        {keptHere.value
          ? "This version is kept on the tablet and starts without signal."
          : "This version is not kept on the tablet yet: the next start needs signal."}
      </p>
      <div class="row">
        <Button onPress={() => void lookForUpdate()}>Look for a new version</Button>
      </div>
    </div>
  );
}

const HOLD = [
  [0, "On any network"],
  [1, "On Wi-Fi only"],
] as const;
const LATER = [
  [0, "Now"],
  [1, "Later"],
] as const;

/** What is large may wait. Where the browser does not say what it is connected by, the officer decides and is told so. */
function Media({ unlocked }: { readonly unlocked: Unlocked }) {
  const { tellsWifi, holdMedia, setHoldMedia } = unlocked;
  return (
    <div class="stack">
      <Pick
        label="Send photos and recordings"
        of={tellsWifi ? HOLD : LATER}
        value={holdMedia.value ? 1 : 0}
        onPick={(hold) => setHoldMedia(hold === 1)}
      />
      {tellsWifi ? null : (
        <p class="soft small">This browser does not tell the app whether it is on Wi-Fi. With Later they stay on the tablet until you choose Now.</p>
      )}
    </div>
  );
}

export function Settings({ unlocked }: { readonly unlocked: Unlocked }) {
  const { me, operation } = unlocked;
  return (
    <Frame unlocked={unlocked} where="Menu">
      <Page
        title="Menu"
        lead={
          <p class="soft">
            {me.name}, {me.agency}. {me.device} (number {me.number}). {operation.name}.
          </p>
        }
      >
        <div class="row">
          <Button onPress={() => void lock(null)}>Lock the app</Button>
          <Button onPress={hide}>Hide the screen</Button>
          <Button onPress={() => go({ at: "sync" })}>Sending and receiving</Button>
        </div>
        <Pick label="Colours" of={THEMES} value={theme.value} onPick={put(theme)} />
        <Pick label="Size of the text" of={SCALES} value={scale.value} onPick={put(scale)} four />
        <Pick label="Lock when nobody has touched it for" of={MINUTES} value={idleMinutes.value} onPick={put(idleMinutes)} />
        <Media unlocked={unlocked} />
        <section class="stack" aria-label="Version of the app">
          <h2>Version of the app</h2>
          <Version />
        </section>
      </Page>
    </Frame>
  );
}
