/** Everything ever written on a question. What was corrected is struck through and stays legible. */
import { useSignal } from "@preact/signals";
import type { SubjectId } from "../../ledger/ids.ts";
import type { HistoryLine, OpenVisit, Unlocked } from "../../model/types.ts";
import { Button, Chip, Field } from "../../ui/controls.tsx";
import { Frame, Page } from "../../ui/shell.tsx";
import { useWriter, WriteWords } from "../../ui/write.tsx";
import { put } from "../../ui/put.ts";
import { Times } from "./conflict.tsx";

/** What an entry did, where it did more than say something. */
const DEEDS: { readonly [kind: string]: string } = { ruling: "A ruling", withdrawal: "A withdrawal", clear: "Taken back" };
const STANDING = { current: "Stands", superseded: "Corrected", withdrawn: "Withdrawn" } as const;

function Withdraw({ visit, line }: { readonly visit: OpenVisit; readonly line: HistoryLine }) {
  const open = useSignal(false);
  const reason = useSignal("");
  const writer = useWriter();
  if (!open.value)
    return (
      <div class="row">
        <Button
          kind="quiet"
          onPress={() => {
            open.value = true;
          }}
        >
          Withdraw
        </Button>
      </div>
    );
  const withdraw = (): void => {
    void writer.run(() => visit.withdraw(line.entry, reason.value.trim()));
  };
  return (
    <div class="stack settle">
      <Field label="Why is it withdrawn?" value={reason.value} onType={put(reason)} limit={500} />
      <div class="row">
        <Button kind="grave" off={reason.value.trim() === ""} onPress={withdraw}>
          Withdraw this answer
        </Button>
        <WriteWords writer={writer} />
      </div>
    </div>
  );
}

function Line({ visit, line }: { readonly visit: OpenVisit; readonly line: HistoryLine }) {
  const stands = line.standing === "current";
  const deed = DEEDS[line.kind];
  return (
    <li class={line.standing}>
      <p class="row">
        <span class={`strong said ${stands ? "" : "struck"}`}>
          <bdi>{line.valueWords}</bdi>
        </span>{" "}
        <Chip tone={stands ? "mark" : ""}>{STANDING[line.standing]}</Chip>
        {deed === undefined ? null : <Chip>{deed}</Chip>}
      </p>
      {line.unheeded === null ? null : <p class="small strong">{line.unheeded}</p>}
      <p>
        {line.author}, {line.agency}
      </p>
      {line.note === null ? null : <Words words={line.note} />}
      <Times said={line} />
      {stands && line.mine ? <Withdraw visit={visit} line={line} /> : null}
    </li>
  );
}

const Words = ({ words }: { readonly words: string }) => (
  <p class="said soft">
    <bdi>{words}</bdi>
  </p>
);

type Given = { readonly unlocked: Unlocked; readonly visit: OpenVisit; readonly subject: SubjectId; readonly question: string };

export function History({ unlocked, visit, subject, question }: Given) {
  const asked = visit.question(question, subject).value;
  // Read for its subscription: a new entry draws the list again.
  const lines = visit.view.value && visit.history(question, subject);
  return (
    <Frame unlocked={unlocked} where="History" under={visit.paper.premises.name}>
      <Page title={asked.ask} lead={<p class="soft">Newest first. Nothing is taken away but what the law wants erased, and then its line stays.</p>}>
        {lines.length === 0 ? (
          <p class="empty">Nothing was written here yet.</p>
        ) : (
          <ol class="timeline">
            {lines.map((line) => (
              <Line key={line.entry} visit={visit} line={line} />
            ))}
          </ol>
        )}
      </Page>
    </Frame>
  );
}
