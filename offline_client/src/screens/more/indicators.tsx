/** The indicators with their working, after the officer’s own judgement. A score hides nothing, delays nothing, decides nothing. */
import type { SubjectId } from "../../ledger/ids.ts";
import type { Closed, DimensionView, IndicatorLine, IndicatorView, OpenVisit, Unlocked } from "../../model/types.ts";
import { Button, Callout, Chip, Fold } from "../../ui/controls.tsx";
import type { Tone } from "../../ui/controls.tsx";
import { go } from "../../ui/route.ts";
import { Frame, Page } from "../../ui/shell.tsx";
import { count, sentence } from "../../ui/words.ts";

const RESULTS: Record<DimensionView["result"], readonly [Tone, string]> = {
  positive: ["bad", "Shown"],
  negative: ["", "Not shown"],
  undetermined: ["warn", "Open: not enough is known"],
};
type Jump = (question: string) => void;

function Line({ line, jump }: { readonly line: IndicatorLine; readonly jump: Jump }) {
  return (
    <li>
      <p class="row">
        <span class="strong sentence">{line.label}</span> <Chip>{line.strength}</Chip>
      </p>
      <ul class="because">
        {line.because.map((reason) => (
          <li key={reason.entry} class="row apart">
            <span class="grow">
              {reason.words} <span class="soft">({reason.grade === "direct" ? "direct" : "support only"})</span>
            </span>
            <Button kind="quiet" label={`Open the answer: ${reason.words}`} onPress={() => jump(reason.question)}>
              Open
            </Button>
          </li>
        ))}
      </ul>
    </li>
  );
}

type Lined = { readonly lines: readonly IndicatorLine[]; readonly jump: Jump };
const Lines = ({ lines, jump }: Lined) => (
  <ul class="lines">
    {lines.map((line) => (
      <Line key={line.code} line={line} jump={jump} />
    ))}
  </ul>
);

type Measured = { readonly dimension: DimensionView; readonly jump: Jump };

/** What would settle it: the questions not yet answered that could turn the result. */
function Settling({ dimension, jump }: Measured) {
  if (dimension.settle.length === 0) return null;
  return (
    <Fold title={`${count(dimension.notKnown, "indicator")} not known: questions that would settle it`}>
      <div class="list">
        {dimension.settle.map((one) => (
          <Button key={one.question} onPress={() => jump(one.question)}>
            {one.ask}
          </Button>
        ))}
      </div>
    </Fold>
  );
}

function Dimension({ dimension, jump }: Measured) {
  const [tone, words] = RESULTS[dimension.result];
  const { present, prompted } = dimension;
  return (
    <section class="card dimension" aria-label={dimension.name}>
      <p class="row apart">
        <span>
          <b class="sentence">{dimension.name}</b> <span class="soft">{dimension.phase}</span>
        </span>
        <Chip tone={tone}>{words}</Chip>
      </p>
      {present.length === 0 ? <p class="soft">No indicator rests on a direct answer.</p> : <Lines lines={present} jump={jump} />}
      {prompted.length === 0 ? null : (
        <Fold title={`Support only, ask more: ${prompted.length}`}>
          <Lines lines={prompted} jump={jump} />
        </Fold>
      )}
      <Settling dimension={dimension} jump={jump} />
    </section>
  );
}

/** The first says what a score may never do and is always in sight; the others are one tap away. */
function Guardrails({ lines }: { readonly lines: readonly string[] }) {
  const [first = "", ...others] = lines.map((line) => `${sentence(line)}.`);
  return (
    <Callout tone="mark" title={first}>
      <Fold title="How to read a score">
        {others.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </Fold>
    </Callout>
  );
}

function Open({ view, jump }: { readonly view: IndicatorView; readonly jump: Jump }) {
  return (
    <>
      <Guardrails lines={view.guardrails} />
      {view.category === null ? null : <p class="big">{view.category.words}</p>}
      {view.child ? <Callout tone="bad" title="Scored as a child" /> : null}
      {view.dimensions.map((dimension) => (
        <Dimension key={dimension.code} dimension={dimension} jump={jump} />
      ))}
      {view.secondLens === null ? null : (
        <Callout title="For comparison">
          <p>{view.secondLens}</p>
        </Callout>
      )}
      <p class="small soft">{view.set}</p>
    </>
  );
}

const Shut = ({ view, jump }: { readonly view: Closed; readonly jump: Jump }) => (
  <Callout tone="mark" title={view.why}>
    <div class="list">
      {view.questions.map((question, at) => (
        <Button key={question} onPress={() => jump(question)}>
          {at === 0 ? "Write your judgement" : "Write your reasons"}
        </Button>
      ))}
    </div>
  </Callout>
);

type Given = { readonly unlocked: Unlocked; readonly visit: OpenVisit; readonly subject: SubjectId };

export function Indicators({ unlocked, visit, subject }: Given) {
  const view = visit.indicators(subject).value;
  const label = visit.view.value.workers.find((worker) => worker.subject === subject)?.label ?? "";
  const jump: Jump = (question) => {
    const at = visit.question(question, subject).peek();
    go({ at: "section", visit: visit.id, section: at.section, subject: at.subject, question });
  };
  return (
    <Frame unlocked={unlocked} where={`${label}: indicators`} under={visit.paper.premises.name}>
      <Page
        title={`${label}. Indicators`}
        lead={<p class="soft">Computed from the answers, to prompt and to check. The decision on a person is the officer’s.</p>}
      >
        {view.open ? <Open view={view} jump={jump} /> : <Shut view={view} jump={jump} />}
      </Page>
    </Frame>
  );
}
