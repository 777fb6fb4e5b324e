/** One section a screen, its questions in order, the other sections and what is missing always in reach. Leaving is never blocked. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { SubjectId } from "../../ledger/ids.ts";
import type { OpenVisit, SectionCard, SectionView, Unlocked } from "../../model/types.ts";
import { Button, Callout, Chip, Progress, Row } from "../../ui/controls.tsx";
import { back, go, goBeside } from "../../ui/route.ts";
import { put } from "../../ui/put.ts";
import { toTop } from "../../ui/scroll.ts";
import { Frame, Page } from "../../ui/shell.tsx";
import { asking, SectionRow } from "../visit/sections.tsx";
import { Notices } from "../visit/visit.tsx";
import { Question } from "./question.tsx";

type Given = {
  readonly unlocked: Unlocked;
  readonly visit: OpenVisit;
  readonly id: string;
  readonly subject: SubjectId;
  readonly question?: string | undefined;
};

function beside(visit: OpenVisit, subject: SubjectId): readonly SectionCard[] {
  const view = visit.view.value;
  const all = view.workers.find((worker) => worker.subject === subject)?.sections ?? view.sections;
  return all.filter(asking);
}

type Railed = { readonly visit: OpenVisit; readonly subject: SubjectId; readonly here: string; readonly open: boolean };

function Rail({ visit, subject, here, open }: Railed) {
  const current = `${here} ${subject}`;
  const look = open ? "" : "only-wide";
  const row = (card: SectionCard) => <SectionRow rail key={card.id} visit={visit.id} card={card} here={current} />;
  const missing = visit.view.value.missing.filter((line) => line.need === "must").length;
  return (
    <aside aria-label="Sections" class={look}>
      <ul class="list">
        <li>
          <Row kind="slim" title="What is still missing" onPress={() => go({ at: "missing", visit: visit.id })}>
            <span class="small soft">{missing} needed before sign-off</span>
          </Row>
        </li>
        {beside(visit, subject).map(row)}
      </ul>
    </aside>
  );
}

function Steps({ visit, subject, here, onJump }: Omit<Railed, "open"> & { readonly onJump: () => void }) {
  const cards = beside(visit, subject);
  const at = cards.findIndex((card) => card.id === here);
  const to = (card: SectionCard) => () => goBeside({ at: "section", visit: visit.id, section: card.id, subject });
  const before = cards[at - 1];
  const after = cards[at + 1];
  return (
    <nav class="feet" aria-label="Sections before and after">
      <Button onPress={before ? to(before) : back}>← {before ? "Back" : "List"}</Button>
      <span class="only-narrow">
        <Button onPress={onJump}>Jump</Button>
      </span>
      <Button kind="main" onPress={after ? to(after) : back}>
        <span>
          {after ? "Next" : "Done"}
          {after ? <span class="after">: {after.title}</span> : null}
        </span>
      </Button>
    </nav>
  );
}

function Head({ section }: { readonly section: SectionView }) {
  return (
    <div class="stack">
      <Progress done={section.settled} of={section.asked} label={`${section.settled} of ${section.asked} answered`} />
      {section.sensitivity.marked ? (
        <p>
          <Chip tone="warn">{section.sensitivity.words}</Chip>
        </p>
      ) : null}
    </div>
  );
}

function Body({
  visit,
  section,
  question,
}: {
  readonly visit: OpenVisit;
  readonly section: SectionView;
  readonly question: string | null;
}) {
  const { id, subject, questions } = section;
  return (
    <div class="stack" key={id}>
      <Notices visit={visit} />
      {section.note === null ? null : <Callout>{section.note}</Callout>}
      {section.say === null ? null : (
        <div class="say">
          <p class="small strong">Read out, or say in your own words</p>
          <p>{section.say}</p>
        </div>
      )}
      {questions.map((one) => (
        <Question key={`${one} ${subject}`} visit={visit} id={one} subject={subject} wanted={one === question} />
      ))}
      {questions.length === 0 ? <p class="empty">Nothing to ask here so far.</p> : null}
    </div>
  );
}

const titled = (section: SectionView): string => (section.label === "" ? section.title : `${section.label}. ${section.title}`);

export function Section({ unlocked, visit, id, subject, question }: Given) {
  const section = visit.section(id, subject).value;
  const jumping = useSignal(false);
  useEffect(() => put(jumping)(false), [id, subject]);
  const jump = (): void => {
    jumping.value = !jumping.value;
    toTop();
  };
  const title = titled(section);
  return (
    <Frame unlocked={unlocked} where={title} under={visit.paper.premises.name}>
      <Page key={`${id} ${subject}`} kind="wide" title={title} stay={question !== undefined} lead={<Head section={section} />}>
        <div class="split rail">
          <Rail visit={visit} subject={subject} here={id} open={jumping.value} />
          <Body visit={visit} section={section} question={question ?? null} />
        </div>
      </Page>
      <Steps visit={visit} subject={subject} here={id} onJump={jump} />
    </Frame>
  );
}
