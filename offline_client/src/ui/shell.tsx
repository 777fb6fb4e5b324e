/** The frame of every open page: where one is, what the server has, hide and lock always one tap away. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { SyncState, Unlocked } from "../model/types.ts";
import { lock } from "./app.ts";
import { Button } from "./controls.tsx";
import { hide } from "./cover.tsx";
import { back, depth, go, route } from "./route.ts";
import { land } from "./scroll.ts";
import { minute } from "./tick.ts";
import { age, count } from "./words.ts";

function badgeKind(sync: SyncState): string {
  if (sync.attention.length > 0) return "attention";
  return sync.waiting + sync.filesWaiting > 0 ? "waiting" : "held";
}

function badgeWords(sync: SyncState): string {
  if (sync.attention.length > 0) return "Needs attention";
  if (sync.doing === "sending" || sync.doing === "fetching") return sync.doing === "sending" ? "Sending" : "Fetching";
  if (sync.waiting > 0) return `${sync.waiting} not yet received`;
  if (sync.filesWaiting > 0) return fileBadge(sync);
  return sync.lastContact === null ? "Nothing sent yet" : "All received";
}

function fileBadge({ doing, filesWaiting, filesHeld }: SyncState): string {
  const files = count(filesWaiting, "file");
  if (filesHeld === filesWaiting) return `${files} kept for later`;
  return doing === "files" ? `Sending ${files}` : `${files} not yet received`;
}

const contactWords = (last: string | null): string => (last === null ? "no contact yet" : `contact ${age(last, minute.value)}`);

/** A page that is open already is not opened on top of itself. */
function goOnce(at: "sync" | "settings"): void {
  if (route().at !== at) go({ at });
}

/** What the server last confirmed, and when: never what the radio claims. */
function Badge({ unlocked }: { readonly unlocked: Unlocked }) {
  const sync = unlocked.sync.value;
  const dot = `dot ${badgeKind(sync)}`;
  return (
    <button type="button" class="button badge" onClick={() => goOnce("sync")}>
      <span aria-hidden="true" class={dot} />
      <span class="lines">
        <span>{badgeWords(sync)}</span>
        <span>{contactWords(sync.lastContact)}</span>
      </span>
    </button>
  );
}

type Framed = { readonly unlocked: Unlocked; readonly where: string; readonly under?: string; readonly children: ComponentChildren };

export function Frame({ unlocked, where, under, children }: Framed) {
  return (
    <div class="frame">
      <nav class="bar" aria-label="App">
        {depth() > 1 ? <Button onPress={back}>Back</Button> : null}
        <p class="where">
          {where}
          {under === undefined ? null : <span class="small">{under}</span>}
        </p>
        <Badge unlocked={unlocked} />
        <Button onPress={hide}>Hide</Button>
        <Button onPress={() => void lock(null)}>Lock</Button>
        <Button onPress={() => goOnce("settings")}>Menu</Button>
      </nav>
      {children}
    </div>
  );
}

type Paged = {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly kind?: string;
  readonly children: ComponentChildren;
  readonly stay?: boolean;
};

/** A page with one heading, which takes the focus so that a screen reader hears where it is. */
export function Page({ title, lead, kind = "", children, stay = false }: Paged) {
  const whole = useRef<HTMLElement>(null);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const place = land();
    if (stay) return;
    head.current?.focus({ preventScroll: true });
    whole.current?.scrollTo(0, place);
  }, [title]);
  return (
    <main class="scroll" ref={whole} tabIndex={0}>
      <div class={`page ${kind}`}>
        <header>
          <h1 ref={head} tabIndex={-1}>
            {title}
          </h1>
          {lead}
        </header>
        {children}
      </div>
    </main>
  );
}
