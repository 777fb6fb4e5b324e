/** One visit: what is planned, what is asked of whom, who was met, what is disputed and what is missing. */
import type { ConflictView, OpenVisit, Unlocked, VisitView } from "../../model/types.ts";
import { Button, Callout, Chip, Row } from "../../ui/controls.tsx";
import { go } from "../../ui/route.ts";
import { Frame, Page } from "../../ui/shell.tsx";
import { count, sentence } from "../../ui/words.ts";
import { exhibitWords } from "../exhibits/list.tsx";
import { Alerts } from "./alerts.tsx";
import { Facts, Roster } from "./facts.tsx";
import { Held } from "./held.tsx";
import { Sections } from "./sections.tsx";
import { Workers } from "./workers.tsx";
import { THE_VISIT } from "../../ledger/ids.ts";

type Given = { readonly visit: OpenVisit; readonly view: VisitView };

function disputeWords(conflict: ConflictView): string {
  const sides = conflict.rivals.map((rival) => `${sentence(rival.agency)}: ${rival.valueWords}`).join(" / ");
  return conflict.subjectLabel === "" ? sides : `${conflict.subjectLabel}. ${sides}`;
}

function Disputes({ visit, view }: Given) {
  if (view.conflicts.length === 0) return null;
  return (
    <section class="stack" aria-label="Disputed answers">
      <h2>Officers disagree</h2>
      <ul class="list">
        {view.conflicts.map((conflict) => (
          <li key={`${conflict.subject} ${conflict.field}`}>
            <Row
              title={conflict.ask}
              onPress={() => go({ at: "conflict", visit: visit.id, subject: conflict.subject, field: conflict.field })}
            >
              <span class="small soft">{disputeWords(conflict)}</span>
            </Row>
          </li>
        ))}
      </ul>
    </section>
  );
}

function missingWords(view: VisitView): string {
  const must = view.missing.filter((line) => line.need === "must").length;
  const should = view.missing.filter((line) => line.need === "should").length;
  if (must + should === 0) return "Nothing is missing";
  return [must > 0 ? `${must} needed before sign-off` : "", should > 0 ? `${should} that should be asked` : ""].filter(Boolean).join(", ");
}

const handedWords = (handed: number): string =>
  handed === 0 ? "Without signal, by a file that only they can read" : `${count(handed, "entry", "entries")} from colleagues’ tablets, not yet at the server`;

const Tally = ({ view }: { readonly view: VisitView }) => (
  <Callout tone={view.saved.attention.length > 0 ? "bad" : ""} title={view.words}>
    {view.saved.attention.map((line) => (
      <p key={line}>{line}</p>
    ))}
    <dl class="tally">
      <div>
        <dt>Saved here</dt>
        <dd>{view.saved.onTablet}</dd>
      </div>
      <div>
        <dt>Sent</dt>
        <dd>{view.saved.sent}</dd>
      </div>
      <div>
        <dt>Received</dt>
        <dd>{view.saved.received}</dd>
      </div>
    </dl>
  </Callout>
);

function Beside({ visit, view }: Given) {
  return (
    <div class="stack">
      <h2>The record</h2>
      <Row title="What is still missing" onPress={() => go({ at: "missing", visit: visit.id })}>
        <span class="small soft">{missingWords(view)}</span>
      </Row>
      <Row title="Acts" onPress={() => go({ at: "acts", visit: visit.id, subject: THE_VISIT })}>
        <span class="small soft">
          {view.acts.length === 0 ? "Arrests, notices, referrals, pay cases, orders" : count(view.acts.length, "act")}
        </span>
      </Row>
      <Row title="Exhibits" onPress={() => go({ at: "exhibits", visit: visit.id })}>
        <span class="small soft">{exhibitWords(visit.exhibits.value)}</span>
      </Row>
      <Row title="Notes" onPress={() => go({ at: "notes", visit: visit.id })}>
        <span class="small soft">{view.notes.length === 0 ? "A timed note in three taps" : count(view.notes.length, "note")}</span>
      </Row>
      <Row title="Share with a colleague" onPress={() => go({ at: "share", visit: visit.id })}>
        <span class="small soft">{handedWords(visit.handed.value)}</span>
      </Row>
      <Tally view={view} />
    </div>
  );
}

function Lead({ visit, words }: { readonly visit: OpenVisit; readonly words: string }) {
  return (
    <div class="row apart">
      <p class="row">
        <Chip tone="mark">{words}</Chip>
        <span class="soft">{visit.paper.premises.code}</span>
      </p>
      <div class="row">
        <Button kind="main" onPress={() => go({ at: "take", visit: visit.id, subject: THE_VISIT })}>
          Photo
        </Button>
        <Button kind="main" onPress={() => go({ at: "notes", visit: visit.id })}>
          Quick note
        </Button>
      </div>
    </div>
  );
}

/** Said before anybody types: a clock that no record can carry, papers that changed. */
export const Notices = ({ visit }: { readonly visit: OpenVisit }) => (
  <>
    {visit.view.value.notices.map((notice) => (
      <Callout key={notice} tone="warn" title={notice} />
    ))}
  </>
);

export function Visit({ unlocked, visit }: { readonly unlocked: Unlocked; readonly visit: OpenVisit }) {
  const view = visit.view.value;
  const card = unlocked.visits.value.find((one) => one.id === visit.id);
  const { premises } = visit.paper;
  return (
    <Frame unlocked={unlocked} where={premises.name} under={premises.code}>
      <Page kind="wide" title={premises.name} lead={<Lead visit={visit} words={card?.stateWords ?? ""} />}>
        <Held unlocked={unlocked} visit={visit} />
        <Notices visit={visit} />
        <Alerts alerts={view.alerts} />
        <div class="split twin">
          <div class="card stack">
            <Facts paper={visit.paper} languages={visit.languages} />
            <Roster paper={visit.paper} />
          </div>
          <Beside visit={visit} view={view} />
        </div>
        <Disputes visit={visit} view={view} />
        <Workers visit={visit} view={view} />
        <Sections visit={visit.id} cards={view.sections} />
      </Page>
    </Frame>
  );
}
