/** The people met: a card each, known by a number and never by a name, with pages of their own. */
import type { SubjectId } from "../../ledger/ids.ts";
import type { OpenVisit, Unlocked, VisitView, WorkerCard } from "../../model/types.ts";
import { trouble } from "../../ui/app.ts";
import { Button, Callout, Chip, Row } from "../../ui/controls.tsx";
import { go } from "../../ui/route.ts";
import { Frame, Page } from "../../ui/shell.tsx";
import { count } from "../../ui/words.ts";
import { exhibitWords } from "../exhibits/list.tsx";
import { Alerts } from "./alerts.tsx";
import { SectionRow } from "./sections.tsx";

function Marks({ worker }: { readonly worker: WorkerCard }) {
  if (!worker.child && worker.alerts + worker.conflicts === 0) return null;
  return (
    <span class="row">
      {worker.child ? <Chip tone="bad">Child, or may be</Chip> : null}
      {worker.alerts > 0 ? <Chip tone="bad">{count(worker.alerts, "alert")}</Chip> : null}
      {worker.conflicts > 0 ? <Chip tone="warn">{count(worker.conflicts, "dispute")}</Chip> : null}
    </span>
  );
}

async function addWorker(visit: OpenVisit): Promise<void> {
  const added = await visit.addWorker();
  if (added.ok) go({ at: "worker", visit: visit.id, subject: added.subject });
  else trouble.value = `Not saved: ${added.why}`;
}

export function Workers({ visit, view }: { readonly visit: OpenVisit; readonly view: VisitView }) {
  return (
    <section class="stack" aria-label="People met">
      <h2>People met</h2>
      <div class="workers">
        {view.workers.map((worker) => (
          <Row key={worker.subject} title={worker.label} onPress={() => go({ at: "worker", visit: visit.id, subject: worker.subject })}>
            <span class="small soft">{worker.statusWords}</span>
            <Marks worker={worker} />
          </Row>
        ))}
        <Button kind="add" onPress={() => void addWorker(visit)}>
          + Add a person
        </Button>
      </div>
    </section>
  );
}

const Erased = ({ worker }: { readonly worker: WorkerCard }) =>
  worker.erased ? <Callout title="What was recorded about this person was erased by law. The server keeps no new words about them either." /> : null;

type Given = { readonly unlocked: Unlocked; readonly visit: OpenVisit; readonly subject: SubjectId };

export function Worker({ unlocked, visit, subject }: Given) {
  const view = visit.view.value;
  const worker = view.workers.find((one) => one.subject === subject);
  if (worker === undefined)
    return (
      <Frame unlocked={unlocked} where="Not here">
        <Page title="This person is not on this tablet">
          <p>The card was made on another tablet and has not arrived.</p>
        </Page>
      </Frame>
    );
  return (
    <Frame unlocked={unlocked} where={worker.label} under={visit.paper.premises.name}>
      <Page title={worker.label} lead={<p class="soft">{worker.statusWords}. No name is written here unless the person asks for it.</p>}>
        <Erased worker={worker} />
        <Alerts alerts={view.alerts.filter((alert) => alert.subject === subject)} />
        <ul class="list">
          {worker.sections.map((card) => (
            <SectionRow key={card.id} visit={visit.id} card={card} />
          ))}
        </ul>
        <ul class="list">
          <li>
            <Row title="Indicators" onPress={() => go({ at: "indicators", visit: visit.id, subject })}>
              <span class="small soft">Opens after your own judgement is written</span>
            </Row>
          </li>
          <li>
            <Row title="Photo, recording or signature" onPress={() => go({ at: "take", visit: visit.id, subject })}>
              <span class="small soft">{exhibitWords(visit.exhibits.value.filter((exhibit) => exhibit.subject === subject))}</span>
            </Row>
          </li>
          <li>
            <Row title="Acts about this person" onPress={() => go({ at: "acts", visit: visit.id, subject })}>
              <span class="small soft">Referral sent, referral accepted</span>
            </Row>
          </li>
        </ul>
      </Page>
    </Frame>
  );
}
