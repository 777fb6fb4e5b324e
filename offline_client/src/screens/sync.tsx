/** What the server has and when it last said so; for each visit in words; and a button that tries now. */
import { useSignal } from "@preact/signals";
import type { SavedCounts, SyncState, Unlocked, VisitCard } from "../model/types.ts";
import { Button, Callout, Chip, Progress } from "../ui/controls.tsx";
import type { Tone } from "../ui/controls.tsx";
import { go } from "../ui/route.ts";
import { HandOver, TakeIn } from "./hand_over.tsx";
import { Frame, Page } from "../ui/shell.tsx";
import { minute } from "../ui/tick.ts";
import { age, count, moment, sentence } from "../ui/words.ts";

const FIVE_MINUTES_MS = 300_000;

function clockWords(offset: number | null): string {
  if (offset === null) return "not compared yet";
  const minutes = Math.round(Math.abs(offset) / 60_000);
  if (minutes === 0) return "right to the minute";
  return `${count(minutes, "minute")} ${offset > 0 ? "behind" : "ahead of"} the server`;
}

function storageWords(kept: boolean | null): string {
  if (kept === null) return "not known yet";
  return kept ? "kept by this tablet" : "may be cleared by the browser: install the app";
}

function Standing({ sync }: { readonly sync: SyncState }) {
  const wrong = sync.clockOffsetMs !== null && Math.abs(sync.clockOffsetMs) > FIVE_MINUTES_MS;
  return (
    <div class="card stack">
      <p class="big">{sentence(sync.words)}</p>
      <dl class="facts">
        <dt>Last contact</dt>
        <dd>{sync.lastContact === null ? "never" : `${age(sync.lastContact, minute.value)} (${moment(sync.lastContact)})`}</dd>
        <dt>Not yet received</dt>
        <dd class="number">{count(sync.waiting, "entry", "entries")}</dd>
        <dt>Photos, recordings, files</dt>
        <dd>
          {sync.fileWords === "" ? "none waiting" : <Progress {...sync.fileParts} label={sentence(sync.fileWords)} />}
        </dd>
        <dt>This tablet’s clock</dt>
        <dd>{clockWords(sync.clockOffsetMs)}</dd>
        <dt>The server’s history</dt>
        <dd>{sync.history.words}</dd>
        <dt>Storage</dt>
        <dd>{storageWords(sync.storageKept)}</dd>
      </dl>
      {wrong ? <Callout tone="warn" title="This tablet’s clock is wrong. Your entries are accepted; set the clock when you can." /> : null}
      {sync.attention.filter((line) => line !== sync.history.alarm?.title).map((line) => (
        <Callout key={line} tone="bad" title={line} />
      ))}
    </div>
  );
}

function Alarm({ unlocked }: { readonly unlocked: Unlocked }) {
  const { alarm } = unlocked.sync.value.history;
  if (!alarm) return null;
  return (
    <Callout tone={alarm.grave ? "bad" : "warn"} title={alarm.title} live={alarm.grave}>
      <p>{alarm.words}</p>
      <Button onPress={() => void unlocked.alarmRead()}>I have read this</Button>
    </Callout>
  );
}

function tone(saved: SavedCounts): Tone {
  if (saved.attention.length > 0) return "bad";
  return saved.received === saved.onTablet && saved.filesReceived === saved.files ? "good" : "";
}

function Line({ card }: { readonly card: VisitCard }) {
  const { saved } = card;
  return (
    <li class="card flat stack tight">
      <p class="row apart">
        <bdi class="strong">{card.name}</bdi>
        <Chip tone={tone(saved)}>
          {saved.received} of {saved.onTablet} received
        </Chip>
      </p>
      <p class="soft">{card.words}</p>
      {saved.attention.map((line) => (
        <p key={line} class="save-state failed">
          {line}
        </p>
      ))}
    </li>
  );
}

export function ByVisit({ unlocked }: { readonly unlocked: Unlocked }) {
  const cards = unlocked.visits.value.filter((card) => card.saved.onTablet > 0);
  return (
    <section class="stack" aria-label="By visit">
      <h2>By visit</h2>
      {cards.length === 0 ? <p class="empty">Nothing was written on this tablet yet.</p> : null}
      <ul class="list">
        {cards.map((card) => (
          <Line key={card.id} card={card} />
        ))}
      </ul>
    </section>
  );
}

const PROMISE = "The app sends by itself whenever the server can be reached. It says received only when the server has confirmed it.";

export function Sync({ unlocked }: { readonly unlocked: Unlocked }) {
  const busy = useSignal(false);
  const send = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    await unlocked.sendNow();
    busy.value = false;
  };
  return (
    <Frame unlocked={unlocked} where="Sending and receiving">
      <Page title="Sending and receiving" lead={<p class="soft">{PROMISE}</p>}>
        <Alarm unlocked={unlocked} />
        <Standing sync={unlocked.sync.value} />
        <div class="row">
          <Button kind="main" off={busy.value} onPress={() => void send()}>
            {busy.value ? "Trying" : "Send now"}
          </Button>
          <Button onPress={() => go({ at: "received" })}>All received?</Button>
        </div>
        <ByVisit unlocked={unlocked} />
        <HandOver when={unlocked.sync.value} />
        <TakeIn unlocked={unlocked} />
      </Page>
    </Frame>
  );
}
