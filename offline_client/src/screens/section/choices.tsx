/** Answers by tapping: one of several, several of several, languages. What is tapped looks tapped at once; "saved" comes after. */
import { useSignal } from "@preact/signals";
import type { OptionView, QuestionView } from "../../model/types.ts";
import { Field, Fold } from "../../ui/controls.tsx";
import { nativeName, short } from "../../ui/words.ts";
import { useDraft } from "../../ui/write.tsx";
import type { AnswerProps } from "./answer.tsx";
import { placeOf } from "./place.ts";

type Tapped = Pick<OptionView, "value" | "label" | "selected" | "disputed">;
type Listed = {
  readonly question: QuestionView;
  readonly options: readonly Tapped[];
  readonly many: boolean;
  readonly tap: (option: Tapped) => Promise<boolean>;
  readonly native?: boolean;
};

const FEW = 4;
const SHORT = 16;
const few = (options: readonly Tapped[]): boolean => options.length <= FEW && options.every((option) => option.label.length <= SHORT);

function Label({ option, native }: { readonly option: Tapped; readonly native: boolean }) {
  const own = native ? nativeName(option.value) : "";
  return (
    <span>
      {own === "" || own === option.label ? null : (
        <>
          <bdi class="native" lang={option.value}>
            {own}
          </bdi>{" "}
        </>
      )}
      <span class={own === "" ? "" : "small"}>{native ? short(option.label) : option.label}</span>
      {option.disputed ? <span class="small soft"> (disputed)</span> : null}
    </span>
  );
}

/** In a disputed single question each answer that stands is one of the rivals. */
const contested = (question: QuestionView, option: Tapped): boolean =>
  option.disputed || (question.type === "single" && question.state === "disputed" && option.selected);

export function Choices({ question, options: given, many, tap, native = false }: Listed) {
  const pending = useSignal<string | null>(null);
  const options = given.map((option) => ({ ...option, disputed: contested(question, option) }));
  const press = async (option: Tapped): Promise<void> => {
    if (!many && option.selected && !option.disputed) return;
    pending.value = option.value;
    await tap(option);
    pending.value = null;
  };
  const pressed = (option: Tapped): boolean => {
    if (pending.value === null) return option.selected;
    if (pending.value === option.value) return many ? !option.selected : true;
    return many ? option.selected : false;
  };
  return (
    <div class={`choices ${few(options) ? "few" : ""}`} role="group" aria-labelledby={`ask-${question.id}`}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          class={`choice ${many ? "many" : ""} ${option.disputed ? "contested" : ""}`}
          aria-pressed={pressed(option)}
          data-option={option.value}
          onClick={() => void press(option)}
        >
          <Label option={option} native={native} />
        </button>
      ))}
    </div>
  );
}

export function Single({ visit, question, writer }: AnswerProps) {
  return (
    <Choices
      question={question}
      options={question.options}
      many={false}
      tap={(option) => writer.run(() => visit.answer(question.subject, question.id, option.value))}
    />
  );
}

export function Multi({ visit, question, writer }: AnswerProps) {
  return (
    <Choices
      question={question}
      options={question.options}
      many
      tap={(option) => writer.run(() => visit.choose(question.subject, question.id, option.value, !option.selected))}
    />
  );
}

function languageOptions({ visit, question }: AnswerProps): readonly Tapped[] {
  if (question.options.length > 0) return question.options;
  return visit.languages.map((one) => ({ value: one.code, label: one.name, selected: question.value === one.code, disputed: false }));
}

/** Those expected at these premises and those already chosen first; the others one tap away. */
function nearFirst(options: readonly Tapped[], expected: readonly string[]): readonly [readonly Tapped[], readonly Tapped[]] {
  const near = options.filter((option) => expected.includes(option.value) || option.selected);
  return near.length === 0 ? [options, []] : [near, options.filter((option) => !near.includes(option))];
}

export function Languages(props: AnswerProps) {
  const { visit, question, writer } = props;
  const many = question.type === "multi_language";
  const [near, far] = nearFirst(languageOptions(props), visit.paper.premises.languages);
  const tap = (option: Tapped): Promise<boolean> =>
    writer.run(() =>
      many
        ? visit.choose(question.subject, question.id, option.value, !option.selected)
        : visit.answer(question.subject, question.id, option.value),
    );
  return (
    <div class="stack">
      <Choices question={question} options={near} many={many} tap={tap} native />
      {far.length === 0 ? null : (
        <Fold title="More languages">
          <Choices question={question} options={far} many={many} tap={tap} native />
        </Fold>
      )}
      {many ? null : (
        <Fold title="Another language">
          <OtherLanguage {...props} />
        </Fold>
      )}
    </div>
  );
}

function OtherLanguage(props: AnswerProps) {
  const { visit, question, writer } = props;
  const listed = visit.languages.some((one) => one.code === question.value);
  const standing = typeof question.value === "string" && !listed ? question.value : "";
  const draft = useDraft(placeOf(props), standing, (text) =>
    text.trim() === "" ? Promise.resolve(true) : writer.run(() => visit.answer(question.subject, question.id, text.trim())),
  );
  return <Field label="Which language" value={draft.text.value} onType={draft.type} onDone={draft.done} limit={80} />;
}
