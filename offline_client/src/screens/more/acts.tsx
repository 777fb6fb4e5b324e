/** Acts done on the visit: what the reports count, so each is a small form and never free text alone. */
import { useSignal } from "@preact/signals";
import type { SubjectId } from "../../ledger/ids.ts";
import { THE_VISIT } from "../../ledger/ids.ts";
import type { ActForm, OpenVisit, Unlocked } from "../../model/types.ts";
import { Button, Row } from "../../ui/controls.tsx";
import { Frame, Page } from "../../ui/shell.tsx";
import { moment } from "../../ui/words.ts";
import { useWriter, WriteWords } from "../../ui/write.tsx";
import { Form } from "./form.tsx";

type Given = { readonly unlocked: Unlocked; readonly visit: OpenVisit; readonly subject: SubjectId };

function Done({ visit, subject }: Omit<Given, "unlocked">) {
  const acts = visit.view.value.acts.filter((act) => subject === THE_VISIT || act.subject === subject);
  if (acts.length === 0) return <p class="empty">No act is written yet.</p>;
  return (
    <ol class="timeline">
      {acts.map((act) => (
        <li key={act.entry} class="current">
          <p class="strong said"><bdi>{act.summary}</bdi></p>
          <p class="small soft">{act.author}, {act.agency}, {moment(act.happened)}. {act.words}</p>
        </li>
      ))}
    </ol>
  );
}

export function Acts({ unlocked, visit, subject }: Given) {
  const open = useSignal<ActForm | null>(null);
  const writer = useWriter();
  const label = visit.view.value.workers.find((worker) => worker.subject === subject)?.label ?? "";
  const forms = visit.acts.filter((form) => subject === THE_VISIT || form.onWorker);
  return (
    <Frame unlocked={unlocked} where="Acts" under={visit.paper.premises.name}>
      <Page title={label === "" ? "Acts" : `${label}. Acts`} lead={<p class="soft">The report counts these. One entry for each act.</p>}>
        <Done visit={visit} subject={subject} />
        <WriteWords writer={writer} />
        {open.value === null ? <ul class="list">{forms.map((form) => <li key={form.kind}><Row kind="slim" title={form.title} onPress={() => { open.value = form; }} /></li>)}</ul> : (
          <div class="card stack settle">
            <h2>{open.value.title}</h2>
            <Form key={open.value.kind} fields={open.value.fields} agencies={visit.agencies} acts={visit.view.value.acts.filter((act) => act.subject === subject)} button="Write this act"
              onDone={async (value) => {
                const form = open.value;
                const kept = form !== null && (await writer.run(() => visit.act(form.kind, subject, value)));
                if (kept) open.value = null;
                return kept;
              }} />
            <div class="row"><Button onPress={() => { open.value = null; }}>Leave without writing</Button></div>
          </div>
        )}
      </Page>
    </Frame>
  );
}
