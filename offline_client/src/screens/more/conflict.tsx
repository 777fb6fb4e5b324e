/** Two answers side by side, each with its author, agency and times. Ruling adds an entry; it takes nothing away. */
import { useSignal } from "@preact/signals";
import type { SubjectId } from "../../ledger/ids.ts";
import type { ConflictView, OpenVisit, Rival, Unlocked } from "../../model/types.ts";
import { Button, Callout, Field } from "../../ui/controls.tsx";
import { back } from "../../ui/route.ts";
import { Frame, Page } from "../../ui/shell.tsx";
import { moment, sentence } from "../../ui/words.ts";
import { useWriter, WriteWords } from "../../ui/write.tsx";
import { put } from "../../ui/put.ts";

export function Times({ said }: { readonly said: Pick<Rival, "happened" | "recorded" | "received" | "words"> }) {
  return (
    <dl class="facts small">
      <dt>Happened</dt>
      <dd class="number">{moment(said.happened)}</dd>
      <dt>Recorded</dt>
      <dd class="number">{moment(said.recorded)}</dd>
      <dt>Received</dt>
      <dd class="number">{said.received === null ? said.words : moment(said.received)}</dd>
    </dl>
  );
}

type Shown = { readonly rival: Rival; readonly chosen: boolean; readonly mayRule: boolean; readonly onChoose: () => void };

function Choosing({ chosen, onChoose }: Pick<Shown, "chosen" | "onChoose">) {
  return (
    <Button pressed={chosen} onPress={onChoose}>
      {chosen ? "This stands" : "Let this stand"}
    </Button>
  );
}

function RivalCard({ rival, chosen, mayRule, onChoose }: Shown) {
  return (
    <li class={`rival ${chosen ? "chosen" : ""}`}>
      <p class="value said">
        <bdi>{rival.valueWords}</bdi>
      </p>
      <div>
        <p class="strong">{rival.mine ? `${rival.author} (you)` : rival.author}</p>
        <p>{sentence(rival.agency)}</p>
      </div>
      {rival.note === null ? null : (
        <p class="said soft">
          <bdi>{rival.note}</bdi>
        </p>
      )}
      <Times said={rival} />
      {mayRule && rival.mayStand ? <Choosing chosen={chosen} onChoose={onChoose} /> : null}
    </li>
  );
}

type Ruled = { readonly visit: OpenVisit; readonly conflict: ConflictView; readonly rival: Rival | null };

function Rule({ visit, conflict, rival }: Ruled) {
  const reason = useSignal("");
  const writer = useWriter();
  const ready = rival !== null && reason.value.trim() !== "";
  const rule = async (): Promise<void> => {
    if (rival === null) return;
    if (await writer.run(() => visit.rule(conflict.subject, conflict.field, rival.entry, reason.value.trim()))) back();
  };
  return (
    <div class="card stack">
      <h2>Rule on it</h2>
      <p class="soft">Your ruling is an entry of its own with your name and reason. All answers stay in the history.</p>
      <Field label="Reason" lines value={reason.value} onType={put(reason)} limit={2000} />
      <div class="row">
        <Button kind="main" off={!ready} onPress={() => void rule()}>
          Rule
        </Button>
        <WriteWords writer={writer} />
      </div>
      {ready ? null : <p class="small soft">Choose the answer that stands, and say why.</p>}
    </div>
  );
}

function Ruling({ visit, conflict }: Omit<Ruled, "rival">) {
  const chosen = useSignal<Rival | null>(null);
  const card = (rival: Rival) => (
    <RivalCard
      key={rival.entry}
      rival={rival}
      mayRule={conflict.mayRule}
      chosen={chosen.value === rival}
      onChoose={() => put(chosen)(rival)}
    />
  );
  return (
    <>
      <ul class="rivals">{conflict.rivals.map(card)}</ul>
      {conflict.mayRule ? (
        <Rule visit={visit} conflict={conflict} rival={chosen.value} />
      ) : (
        <Callout title="Both stand until somebody with the right to this question rules on it." />
      )}
    </>
  );
}

type Given = { readonly unlocked: Unlocked; readonly visit: OpenVisit; readonly subject: SubjectId; readonly field: string };

export function Conflict({ unlocked, visit, subject, field }: Given) {
  const conflict = visit.view.value.conflicts.find((one) => one.subject === subject && one.field === field);
  return (
    <Frame unlocked={unlocked} where="Officers disagree" under={visit.paper.premises.name}>
      <Page
        kind="wide"
        title={conflict?.ask ?? "Settled"}
        lead={conflict?.subjectLabel ? <p class="soft">{conflict.subjectLabel}</p> : undefined}
      >
        {conflict ? (
          <Ruling visit={visit} conflict={conflict} />
        ) : (
          <p class="empty">Nobody disagrees on this any more. The history shows how it was settled.</p>
        )}
      </Page>
    </Frame>
  );
}
