/** Answers of several short parts: a person and their role; whom to contact, how and when; the time of leaving. */
import { useSignal } from "@preact/signals";
import type { Value } from "../../model/types.ts";
import { Button, Callout, Field } from "../../ui/controls.tsx";
import { go } from "../../ui/route.ts";
import { clock, count, moment, todayAt } from "../../ui/words.ts";
import { useDraft } from "../../ui/write.tsx";
import { put } from "../../ui/put.ts";
import type { AnswerProps } from "./answer.tsx";
import { placeOf } from "./place.ts";

type Part = readonly [key: string, label: string, hint?: string];
const PERSON: readonly Part[] = [
  ["name", "Name, as they say it"],
  ["role", "Role here"],
];
const CONTACT: readonly Part[] = [
  ["who", "Who may contact them"],
  ["how", "How is it safe"],
  ["when", "When is it safe"],
];

function partsOf(value: Value, parts: readonly Part[]): Record<string, string> {
  const given = value !== null && typeof value === "object" && !Array.isArray(value) ? (value as { readonly [key: string]: Value }) : {};
  return Object.fromEntries(parts.map(([key]) => [key, typeof given[key] === "string" ? given[key] : ""]));
}

export function Parts(props: AnswerProps & { readonly parts: readonly Part[] }) {
  const { visit, question, writer, parts } = props;
  const standing = JSON.stringify(partsOf(question.value, parts));
  const draft = useDraft(placeOf(props), standing, (text) => {
    const value = JSON.parse(text) as Record<string, string>;
    const blank = Object.values(value).every((part) => part.trim() === "");
    if (blank && question.state === "blank") return Promise.resolve(true);
    return writer.run(() => (blank ? visit.clear(question.subject, question.id) : visit.answer(question.subject, question.id, value)));
  });
  const now = JSON.parse(draft.text.value) as Record<string, string>;
  return (
    <div class="sidelong">
      {parts.map(([key, label, hint]) => (
        <Field
          key={key}
          label={label}
          hint={hint}
          value={now[key] ?? ""}
          limit={500}
          onDone={draft.done}
          onType={(text) => draft.type(JSON.stringify({ ...now, [key]: text }))}
        />
      ))}
    </div>
  );
}

export const PersonRef = (props: AnswerProps) => <Parts {...props} parts={PERSON} />;
export const Contact = (props: AnswerProps) => <Parts {...props} parts={CONTACT} />;

function signed(value: Value): string | null {
  const left =
    value !== null && typeof value === "object" && !Array.isArray(value) ? (value as { readonly [key: string]: Value })["left"] : null;
  return typeof left === "string" ? left : null;
}

/** The end of the visit. What must be asked comes first: answered, or "not asked" with a reason. */
export function Signoff({ visit, question, writer }: AnswerProps) {
  const time = useSignal(clock(new Date()));
  const wanting = visit.view.value.missing.filter((line) => line.need === "must" && line.question !== question.id).length;
  const left = signed(question.value);
  if (left !== null) return <Callout tone="good" title={`Signed off. Left at ${moment(left)}.`} />;
  if (wanting > 0) {
    return (
      <Callout tone="warn" title={`${count(wanting, "question")} must be answered, or marked "not asked" with a reason, before sign-off.`}>
        <Button onPress={() => go({ at: "missing", visit: visit.id })}>Show what is missing</Button>
      </Callout>
    );
  }
  const sign = (): void => {
    void writer.run(() => visit.answer(question.subject, question.id, { left: todayAt(time.value) }));
  };
  return (
    <div class="row">
      <Field label="We left at" type="time" kind="short" value={time.value} onType={put(time)} />
      <Button kind="main" onPress={sign} off={!/^\d\d:\d\d$/.test(time.value)}>
        Sign off this visit
      </Button>
    </div>
  );
}
