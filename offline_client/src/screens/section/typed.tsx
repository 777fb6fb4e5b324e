/** Answers by typing: words, the person’s own words, counts, money. They write themselves; nobody presses save. */
import { useSignal } from "@preact/signals";
import type { QuestionView, Value } from "../../model/types.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { readMoney, readNumber, within } from "../../ui/reading.ts";
import type { Read } from "../../ui/reading.ts";
import { useDraft } from "../../ui/write.tsx";
import type { AnswerProps } from "./answer.tsx";
import { placeOf } from "./place.ts";

const textOf = (value: Value): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");

/** An emptied field takes the answer back; an entry in the record shows that it was there. */
function saveText({ visit, question, writer }: AnswerProps, text: string, value: Value): Promise<boolean> {
  const blank = text.trim() === "";
  if (blank && question.state === "blank") return Promise.resolve(true);
  return writer.run(() => (blank ? visit.clear(question.subject, question.id) : visit.answer(question.subject, question.id, value)));
}

export function Text(props: AnswerProps) {
  const { question } = props;
  const draft = useDraft(placeOf(props), textOf(question.value), (text) => saveText(props, text, text.trim()));
  const verbatim = question.type === "verbatim";
  const label = verbatim ? "In the person’s own words" : "Answer";
  const typing = { value: draft.text.value, onType: draft.type, onDone: draft.done };
  return <Field {...typing} lines label={label} quiet={!verbatim} limit={8000} />;
}

function useCounted(props: AnswerProps, read: (text: string, question: QuestionView) => Read) {
  const wrong = useSignal<string | null>(null);
  const save = (text: string): Promise<boolean> => {
    const got = text.trim() === "" ? { value: null } : read(text, props.question);
    wrong.value = "wrong" in got ? got.wrong : null;
    return "wrong" in got ? Promise.resolve(false) : saveText(props, text, got.value);
  };
  return { draft: useDraft(placeOf(props), textOf(props.question.value), save), wrong };
}

export function Count(props: AnswerProps) {
  const { draft, wrong } = useCounted(props, readNumber);
  const { question } = props;
  const step = (by: number): void => {
    const now = /^\d+$/.test(draft.text.value) ? Number(draft.text.value) : (question.min ?? 0) - Math.min(by, 0);
    const next = now + (draft.text.value === "" && by < 0 ? 0 : by);
    if (within(next, question)) draft.type(String(next));
  };
  return (
    <div class="row">
      <Button onPress={() => step(-1)} label="One less">
        −
      </Button>
      <Field
        label="Number"
        quiet
        mode="numeric"
        kind="short"
        value={draft.text.value}
        unit={question.unit}
        wrong={wrong.value}
        onType={draft.type}
        onDone={draft.done}
        limit={9}
      />
      <Button onPress={() => step(1)} label="One more">
        +
      </Button>
    </div>
  );
}

export function Money(props: AnswerProps) {
  const { draft, wrong } = useCounted(props, readMoney);
  return (
    <Field
      label="Amount"
      quiet
      mode="decimal"
      kind="short"
      value={draft.text.value}
      unit={props.question.unit ?? "GBP"}
      wrong={wrong.value}
      onType={draft.type}
      onDone={draft.done}
      limit={12}
    />
  );
}
