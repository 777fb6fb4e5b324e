/** Acts done on the visit: what the reports count, so each is a small form and never free text alone. */
import { useSignal } from "@preact/signals";
import type { SubjectId } from "../../ledger/ids.ts";
import { THE_VISIT } from "../../ledger/ids.ts";
import type { ActForm, OpenVisit, Unlocked } from "../../model/types.ts";
import { Button, Row } from "../../ui/controls.tsx";
import { Frame, Page } from "../../ui/shell.tsx";
import { moment } from "../../ui/words.ts";
import { put } from "../../ui/put.ts";
import type { FormValue } from "../../ui/reading.ts";
import { useWriter, WriteWords } from "../../ui/write.tsx";
import type { Writer } from "../../ui/write.tsx";
import { Form } from "./form.tsx";

type Given = { readonly unlocked: Unlocked; readonly visit: OpenVisit; readonly subject: SubjectId };

function Done({ visit, subject }: Omit<Given, "unlocked">) {
  const acts = visit.view.value.acts.filter((act) => subject === THE_VISIT || act.subject === subject);
  if (acts.length === 0) return <p class="empty">No act is written yet.</p>;
  return (
    <ol class="timeline">
      {acts.map((act) => (
        <li key={act.entry} class="current">
          <p class="strong said">
            <bdi>{act.summary}</bdi>
          </p>
          <p class="small soft">
            {act.author}, {act.agency}, {moment(act.happened)}. {act.words}
          </p>
        </li>
      ))}
    </ol>
  );
}

type Writing = Omit<Given, "unlocked"> & { readonly form: ActForm; readonly writer: Writer; readonly onLeave: () => void };

function Write({ visit, subject, form, writer, onLeave }: Writing) {
  const acts = visit.view.value.acts.filter((act) => act.subject === subject);
  const keep = async (value: FormValue): Promise<boolean> => {
    const kept = await writer.run(() => visit.act(form.kind, subject, value));
    if (kept) onLeave();
    return kept;
  };
  return (
    <div class="card stack settle">
      <h2>{form.title}</h2>
      <Form key={form.kind} fields={form.fields} agencies={visit.agencies} acts={acts} button="Write this act" onDone={keep} />
      <div class="row">
        <Button onPress={onLeave}>Leave without writing</Button>
      </div>
    </div>
  );
}

function Kinds({ forms, onOpen }: { readonly forms: readonly ActForm[]; readonly onOpen: (form: ActForm) => void }) {
  return (
    <ul class="list">
      {forms.map((form) => (
        <li key={form.kind}>
          <Row kind="slim" title={form.title} onPress={() => onOpen(form)} />
        </li>
      ))}
    </ul>
  );
}

export function Acts({ unlocked, visit, subject }: Given) {
  const open = useSignal<ActForm | null>(null);
  const writer = useWriter();
  const label = visit.view.value.workers.find((worker) => worker.subject === subject)?.label ?? "";
  const forms = visit.acts.filter((form) => subject === THE_VISIT || form.onWorker);
  const title = label === "" ? "Acts" : `${label}. Acts`;
  return (
    <Frame unlocked={unlocked} where="Acts" under={visit.paper.premises.name}>
      <Page title={title} lead={<p class="soft">The report counts these. One entry for each act.</p>}>
        <Done visit={visit} subject={subject} />
        <WriteWords writer={writer} />
        {open.value === null ? (
          <Kinds forms={forms} onOpen={put(open)} />
        ) : (
          <Write visit={visit} subject={subject} form={open.value} writer={writer} onLeave={() => put(open)(null)} />
        )}
      </Page>
    </Frame>
  );
}
