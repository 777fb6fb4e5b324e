/** Which screen is shown: by the stage the app is in, then by the route. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { OpenVisit, Unlocked } from "../model/types.ts";
import type { VisitId } from "../ledger/ids.ts";
import { leaveVisit, opened, stage, trouble, wantVisit } from "../ui/app.ts";
import { Button } from "../ui/controls.tsx";
import { hidden, PlainPage } from "../ui/cover.tsx";
import { route } from "../ui/route.ts";
import type { Route } from "../ui/route.ts";
import { Frame, Page } from "../ui/shell.tsx";
import { Exhibit } from "./exhibits/exhibit.tsx";
import { Exhibits } from "./exhibits/list.tsx";
import { Take } from "./exhibits/take.tsx";
import { Enrol } from "./gate/enrol.tsx";
import { Refused, Starting } from "./gate/gate.tsx";
import { Leased } from "./gate/lease.tsx";
import { Lock } from "./gate/lock.tsx";
import { Secret } from "./gate/secret.tsx";
import { Acts } from "./more/acts.tsx";
import { Conflict } from "./more/conflict.tsx";
import { History } from "./more/history.tsx";
import { Indicators } from "./more/indicators.tsx";
import { Missing } from "./more/missing.tsx";
import { Notes } from "./more/notes.tsx";
import { Ready } from "./ready.tsx";
import { Received } from "./received.tsx";
import { Section } from "./section/section.tsx";
import { Settings } from "./settings.tsx";
import { Share } from "./share.tsx";
import { Sync } from "./sync.tsx";
import { Visit } from "./visit/visit.tsx";
import { Worker } from "./visit/workers.tsx";
import { Visits } from "./visits.tsx";
import { Wiping } from "./wiping.tsx";

type InVisit = Extract<Route, { visit: VisitId }>;
type Outside = Exclude<Route, InVisit>;
type Given = { readonly unlocked: Unlocked; readonly visit: OpenVisit };

type Screens = { readonly [At in InVisit["at"]]: (given: Given, here: Extract<InVisit, { at: At }>) => JSX.Element };

const SCREENS: Screens = {
  visit: (given) => <Visit {...given} />,
  worker: (given, here) => <Worker {...given} subject={here.subject} />,
  section: (given, here) => <Section {...given} id={here.section} subject={here.subject} question={here.question} />,
  missing: (given) => <Missing {...given} />,
  conflict: (given, here) => <Conflict {...given} subject={here.subject} field={here.field} />,
  history: (given, here) => <History {...given} subject={here.subject} question={here.question} />,
  indicators: (given, here) => <Indicators {...given} subject={here.subject} />,
  acts: (given, here) => <Acts {...given} subject={here.subject} />,
  share: (given) => <Share {...given} />,
  notes: (given) => <Notes {...given} />,
  exhibits: (given) => <Exhibits {...given} />,
  exhibit: (given, here) => <Exhibit {...given} id={here.exhibit} />,
  take: (given, here) => <Take {...given} subject={here.subject} question={here.question} />,
};

const OUTSIDE: { readonly [At in Outside["at"]]: (unlocked: Unlocked) => JSX.Element } = {
  visits: (unlocked) => <Visits unlocked={unlocked} />,
  sync: (unlocked) => <Sync unlocked={unlocked} />,
  settings: (unlocked) => <Settings unlocked={unlocked} />,
  received: (unlocked) => <Received unlocked={unlocked} />,
  ready: (unlocked) => <Ready unlocked={unlocked} />,
};

function screen<At extends InVisit["at"]>(given: Given, here: Extract<InVisit, { at: At }>, at: At): JSX.Element {
  return SCREENS[at](given, here);
}

const visitOf = (here: Route): VisitId | null => ("visit" in here ? here.visit : null);

function Inside({ unlocked, here }: { readonly unlocked: Unlocked; readonly here: InVisit }) {
  const now = opened.value;
  if (now === null || now.id !== here.visit)
    return (
      <Frame unlocked={unlocked} where="Opening">
        <main class="scroll" aria-busy="true">
          <h1 class="unseen">Opening</h1>
        </main>
      </Frame>
    );
  if ("why" in now)
    return (
      <Frame unlocked={unlocked} where="Not opened">
        <Page title="This visit cannot be opened">
          <p>{now.why}</p>
        </Page>
      </Frame>
    );
  return screen({ unlocked, visit: now.visit }, here, here.at);
}

function Open({ unlocked }: { readonly unlocked: Unlocked }) {
  const here = route();
  const id = visitOf(here);
  const { over } = unlocked.lease.value;
  const wiping = unlocked.wiping.value;
  useEffect(() => {
    if (over || wiping) return;
    if (id !== null) void wantVisit(unlocked, id);
    else if (here.at === "visits") leaveVisit();
  }, [id, here.at, unlocked, over, wiping !== null]);
  if (wiping) return <Wiping unlocked={unlocked} state={wiping} />;
  if (over && (id !== null || here.at === "visits")) return <Leased unlocked={unlocked} />;
  return "visit" in here ? <Inside unlocked={unlocked} here={here} /> : OUTSIDE[here.at](unlocked);
}

function Staged() {
  const now = stage.value;
  switch (now.at) {
    case "starting":
      return <Starting />;
    case "refused":
      return <Refused why={now.why} />;
    case "enrol":
      return <Enrol officers={now.officers} />;
    case "secret":
      return <Secret enrolled={now.enrolled} />;
    case "locked":
      return <Lock officers={now.officers} why={now.why} />;
    case "open":
      return <Open unlocked={now.unlocked} />;
  }
}

function Trouble() {
  if (trouble.value === null) return null;
  return (
    <div class="toast row apart" role="alert">
      <span>{trouble.value}</span>
      <Button
        onPress={() => {
          trouble.value = null;
        }}
      >
        Seen
      </Button>
    </div>
  );
}

export function App() {
  return (
    <>
      <div class="app-body" inert={hidden.value} hidden={hidden.value}>
        <Staged />
        <Trouble />
      </div>
      {hidden.value ? <PlainPage /> : null}
    </>
  );
}
