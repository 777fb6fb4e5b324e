/** One question: what to ask, how it stands, who said so, and the ways out that leave no blank without a reason. */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { SubjectId } from "../../ledger/ids.ts";
import type { OpenVisit, QuestionView } from "../../model/types.ts";
import { Button, Callout, Chip } from "../../ui/controls.tsx";
import { go, markQuestion } from "../../ui/route.ts";
import { clock, count, sentence } from "../../ui/words.ts";
import { put } from "../../ui/put.ts";
import { useWriter, WriteWords } from "../../ui/write.tsx";
import type { Writer } from "../../ui/write.tsx";
import { Alerts } from "../visit/alerts.tsx";
import { Answer } from "./answer.tsx";
import { NoteBox, ReasonBox, Reasons } from "./aside.tsx";

type Given = { readonly visit: OpenVisit; readonly question: QuestionView };

function Meta({ question }: { readonly question: QuestionView }) {
  return (
    <p class="meta">
      <span>{question.toWords}</span>
      {question.need === "must" ? <Chip tone="mark">Must</Chip> : null}
      {question.sensitivity.marked ? <Chip tone="warn">{question.sensitivity.words}</Chip> : null}
      {question.mayWrite ? null : <Chip>{question.ownerWords}: yours is kept beside theirs</Chip>}
    </p>
  );
}

function Standing({ visit, question }: Given) {
  return (
    <>
      {question.rivals.map((conflict) => (
        <Callout key={conflict.field} tone="warn" title="Two answers stand side by side">
          <p>{conflict.rivals.map((rival) => `${sentence(rival.agency)}: ${rival.valueWords}`).join(" / ")}</p>
          <div class="row">
            <Button onPress={() => go({ at: "conflict", visit: visit.id, subject: conflict.subject, field: conflict.field })}>
              Compare
            </Button>
          </div>
        </Callout>
      ))}
      {question.notAsked === null ? null : (
        <Callout title={`Not asked: ${question.notAsked.words}`}>
          <p class="small soft">An answer given now stands instead.</p>
        </Callout>
      )}
      {question.erased ? (
        <Callout title="Erased by law">
          <p class="small soft">What was written here is erased. What is written here now, the server does not keep either.</p>
        </Callout>
      ) : null}
      {question.note === null ? null : (
        <p class="said soft">
          <bdi>{question.note}</bdi>
        </p>
      )}
      {question.prompts.map((prompt) => (
        <Callout key={prompt} tone="mark" title={prompt} />
      ))}
      <Alerts alerts={question.alerts} live />
    </>
  );
}

function saidWords(question: QuestionView): string {
  if (question.by === null) return "";
  const who = question.by.mine ? "You" : `${question.by.author}, ${question.by.agency}`;
  return `${who}, ${clock(question.by.happened)}`;
}

type Aside = "reasons" | "note" | null;
type Footed = Given & { readonly writer: Writer; readonly open: Aside; readonly onOpen: (what: Aside) => void };

function Foot({ visit, question, writer, open, onOpen }: Footed) {
  const blank = question.state === "blank" && question.items.length === 0;
  const toggle = (what: "reasons" | "note") => () => onOpen(open === what ? null : what);
  return (
    <div class="foot">
      <span class="said-by">
        {saidWords(question)} <WriteWords writer={writer} otherwise={question.by?.words ?? ""} />
      </span>
      {blank ? (
        <Button kind="quiet" pressed={open === "reasons"} onPress={toggle("reasons")}>
          Not asked
        </Button>
      ) : null}
      <Button kind="quiet" pressed={open === "note"} onPress={toggle("note")}>
        Note
      </Button>
      <Button kind="quiet" onPress={() => go({ at: "take", visit: visit.id, subject: question.subject, question: question.id })}>
        Evidence
      </Button>
      {blank ? null : (
        <Button kind="quiet" onPress={() => go({ at: "history", visit: visit.id, subject: question.subject, question: question.id })}>
          History
        </Button>
      )}
    </div>
  );
}

type Asked = { readonly visit: OpenVisit; readonly id: string; readonly subject: SubjectId; readonly wanted: boolean };

function Beside({ visit, question, writer, open, onOpen }: Footed) {
  const done = (): void => onOpen(null);
  if (open === "reasons") return <Reasons visit={visit} question={question} writer={writer} onDone={done} />;
  return open === "note" ? <NoteBox visit={visit} question={question} writer={writer} onDone={done} /> : null;
}

/** How many notes stand on this question; a note elsewhere draws nothing here anew. */
function Notes({ visit, question }: Given) {
  const { id, subject } = question;
  const notes = useComputed(() => visit.view.value.notes.filter((note) => note.question === id && note.subject === subject).length).value;
  return notes === 0 ? null : <p class="small soft">{count(notes, "note")} on this question, under Notes.</p>;
}

function Asking({ question }: { readonly question: QuestionView }) {
  return (
    <div class="ask">
      <h2 class="asked" id={`ask-${question.id}`}>
        {question.ask}
      </h2>
      <Meta question={question} />
      {question.help === null ? null : <p class="help">{question.help}</p>}
    </div>
  );
}

/** Brings the question that was asked for into sight, and gives it the focus. */
function useArrival(wanted: boolean) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!wanted) return;
    place.current?.scrollIntoView({ block: "start" });
    place.current?.focus({ preventScroll: true });
  }, [wanted]);
  return place;
}

export function Question({ visit, id, subject, wanted }: Asked) {
  const question = visit.question(id, subject).value;
  const writer = useWriter();
  const open = useSignal<Aside>(null);
  const place = useArrival(wanted);
  if (!question.shown) return null;
  const given = { visit, question, writer };
  const look = question.state === "blank" ? "question" : "question settled";
  return (
    <section ref={place} tabIndex={-1} class={look} data-question={id} aria-labelledby={`ask-${id}`} onFocusIn={() => markQuestion(id)}>
      <Asking question={question} />
      <Answer {...given} />
      <Standing visit={visit} question={question} />
      {question.wantsReason ? <ReasonBox {...given} /> : null}
      <Notes visit={visit} question={question} />
      {question.ref === null ? null : <p class="small soft">{question.ref}</p>}
      <Beside {...given} open={open.value} onOpen={put(open)} />
      <Foot {...given} open={open.value} onOpen={put(open)} />
    </section>
  );
}
