/** The team’s visits of a day in the order of the plan; other days a tap away; a search over all of them. */
import { signal, useSignal } from "@preact/signals";
import type { Unlocked, VisitCard, VisitState } from "../model/types.ts";
import { Button, Callout, Chip, Field } from "../ui/controls.tsx";
import type { Tone } from "../ui/controls.tsx";
import { go } from "../ui/route.ts";
import { Frame, Page } from "../ui/shell.tsx";
import { count, dayWords, planned, today } from "../ui/words.ts";
import { heldTitle } from "./visit/held.tsx";
import { put } from "../ui/put.ts";

const TONES: Record<VisitState, Tone> = { not_started: "", in_progress: "mark", complete: "good", signed_off: "good" };

export const strikeWords = (strike: { readonly group: string; readonly at: string }): string =>
  `Strike ${strike.group}: everyone enters at ${planned(strike.at)}`;

function VisitRow({ card, withDay }: { readonly card: VisitCard; readonly withDay: boolean }) {
  return (
    <li>
      <button type="button" class="item visit" onClick={() => go({ at: "visit", visit: card.id })}>
        <span class="time">
          <b>{planned(card.plannedStart)}</b>
          <span class="small soft">{card.minutes} min</span>
        </span>
        <span class="body">
          {withDay ? <span class="small soft">{dayWords(card.day)}</span> : null}
          <span class="title">
            <bdi>{card.name}</bdi> <span class="soft small">{card.code}</span>
          </span>
          <span class="soft">
            <bdi>{card.held === null ? card.address : `${heldTitle(card.held.opensAt)}. Meet: ${card.held.meetingPoint}`}</bdi>
          </span>
          {card.strike === null ? null : (
            <span>
              <span class="strike">{strikeWords(card.strike)}</span>
            </span>
          )}
          <span class="row">
            <Chip tone={TONES[card.state]}>{card.stateWords}</Chip>
            {card.moved ? <Chip tone="warn">No longer on your list</Chip> : null}
            {card.conflicts > 0 ? <Chip tone="warn">{count(card.conflicts, "dispute")}</Chip> : null}
            {card.saved.attention.length > 0 ? <Chip tone="bad">Needs attention</Chip> : null}
          </span>
          {card.saved.onTablet > 0 ? <span class="small soft">{card.words}</span> : null}
        </span>
      </button>
    </li>
  );
}

/** The days on which there are visits, today among them always. */
export function daysOf(cards: readonly VisitCard[], now: string): readonly string[] {
  return [...new Set([...cards.map((card) => card.day), now])].sort();
}

/** Today if it has visits; else the next day that has; else the last that had. */
export function firstDay(cards: readonly VisitCard[], now: string): string {
  const days = cards.map((card) => card.day).sort();
  return days.includes(now) ? now : (days.find((day) => day > now) ?? days.at(-1) ?? now);
}

function dayTitle(day: string, now: string): string {
  return day === now ? "Today" : dayWords(day);
}

function Days({ days, day, onDay }: { readonly days: readonly string[]; readonly day: string; readonly onDay: (day: string) => void }) {
  const at = days.indexOf(day);
  const before = days[at - 1];
  const after = days[at + 1];
  return (
    <div class="days">
      <Button onPress={() => before && onDay(before)} off={before === undefined} label="Day before">
        ← Before
      </Button>
      <p class="now">{dayWords(day)}</p>
      <Button onPress={() => after && onDay(after)} off={after === undefined} label="Day after">
        After →
      </Button>
    </div>
  );
}

const LOST = "This tablet lost entries that nobody else has. “All received?” below says which.";
const INSTALL = "Install this app to the home screen";
const EVICTION = "Until then the browser may clear what is stored here when the tablet runs low on space.";

function Warnings({ unlocked }: { readonly unlocked: Unlocked }) {
  const { storageKept, attention } = unlocked.sync.value;
  const urgent = attention.map((line) => <Callout key={line} tone="bad" title={line} />);
  if (unlocked.receipts.value.lost.length > 0) urgent.unshift(<Callout key="lost" tone="bad" title={LOST} />);
  if (storageKept !== false) return <>{urgent}</>;
  return (
    <>
      {urgent}
      <Callout tone="warn" title={INSTALL}>
        {EVICTION}
      </Callout>
    </>
  );
}

const EXAMPLE = "Search by name, address or code";

function noneWords(looking: boolean, unlocked: Unlocked): string {
  if (looking) return "No visit has all of these words.";
  const { doing, lastContact } = unlocked.sync.value;
  if (lastContact !== null) return "No visit of your team on this day.";
  return doing === "idle" ? "Your visits come with the first contact with the server." : "Fetching your visits.";
}

function Shown({
  cards,
  looking,
  unlocked,
}: {
  readonly cards: readonly VisitCard[];
  readonly looking: boolean;
  readonly unlocked: Unlocked;
}) {
  if (cards.length === 0) return <Nothing looking={looking} unlocked={unlocked} />;
  return (
    <ol class="list">
      {cards.map((card) => (
        <VisitRow key={card.id} card={card} withDay={looking} />
      ))}
    </ol>
  );
}

const Nothing = ({ looking, unlocked }: { readonly looking: boolean; readonly unlocked: Unlocked }) => (
  <p class="empty" role="status">
    {noneWords(looking, unlocked)}
  </p>
);

const BothEnds = () => (
  <nav class="row" aria-label="Start and end of the shift">
    <Button onPress={() => go({ at: "ready" })}>Ready for the field?</Button>
    <Button onPress={() => go({ at: "received" })}>All received?</Button>
  </nav>
);

/** The day last looked at, for coming back from a visit. Forgotten with the page. */
const picked = signal("");

export function Visits({ unlocked }: { readonly unlocked: Unlocked }) {
  const words = useSignal("");
  const now = today();
  const cards = unlocked.visits.value;
  const day = picked.value || firstDay(cards, now);
  const looking = words.value.trim() !== "";
  const shown = looking ? unlocked.search(words.value) : cards.filter((card) => card.day === day);
  const counted = count(shown.filter((card) => looking || !card.moved).length, "visit");
  return (
    <Frame unlocked={unlocked} where={unlocked.operation.name} under={`${unlocked.me.name}, ${unlocked.me.agency}`}>
      <Page
        title={looking ? "Found" : dayTitle(day, now)}
        stay={looking}
        lead={<p class="soft">{looking ? counted : `${counted} of your team, in order`}</p>}
      >
        <Warnings unlocked={unlocked} />
        <Field
          label="Search visits"
          quiet
          type="search"
          mode="search"
          example={EXAMPLE}
          value={words.value}
          onType={put(words)}
          limit={100}
        />
        {looking ? null : <Days days={daysOf(cards, now)} day={day} onDay={put(picked)} />}
        <Shown cards={shown} looking={looking} unlocked={unlocked} />
        {looking ? null : <BothEnds />}
      </Page>
    </Frame>
  );
}
