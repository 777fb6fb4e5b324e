/** What may stand beside an answer or instead of it: a note, or "not asked" with its reason. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { OpenVisit, QuestionView } from "../../model/types.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { holdDraft, shelfAt } from "../../ui/drafts.ts";
import type { Writer } from "../../ui/write.tsx";
import { put } from "../../ui/put.ts";
import { placeOf } from "./place.ts";

type Given = { readonly visit: OpenVisit; readonly question: QuestionView; readonly writer: Writer; readonly onDone: () => void };

export function Reasons({ visit, question, writer, onDone }: Given) {
  const give = async (reason: string): Promise<void> => {
    if (await writer.run(() => visit.notAsked(question.subject, question.id, reason))) onDone();
  };
  return (
    <div class="stack settle" role="group" aria-label="Why was it not asked?">
      <p class="strong">Why was it not asked?</p>
      <div class="choices">
        {visit.reasons.map((reason) => (
          <button
            key={reason.code}
            type="button"
            class="choice"
            data-reason={reason.code}
            aria-pressed="false"
            onClick={() => void give(reason.code)}
          >
            {reason.words}
          </button>
        ))}
      </div>
    </div>
  );
}

type Boxed = { readonly place: string; readonly label: string; readonly button: string; readonly limit: number; readonly save: (typed: string) => Promise<boolean> };

/** What is half typed is written too when the app hides or locks: half a sentence is better than none. */
function Box({ place, label, button, limit, save, onDone }: Boxed & { readonly onDone: () => void }) {
  const shelf = useMemo(() => shelfAt(`${place} ${label}`), [place, label]);
  const text = useSignal(shelf.text ?? "");
  const keep = async (): Promise<void> => {
    const typed = text.peek().trim();
    if (typed === "") return onDone();
    text.value = "";
    shelf.keep(typed);
    if (!(await save(typed))) {
      text.value = typed;
      return;
    }
    shelf.clear();
    onDone();
  };
  const latest = useRef(keep);
  latest.current = keep;
  useEffect(() => holdDraft(() => latest.current()), []);
  return (
    <div class="stack settle">
      <Field label={label} lines value={text.value} onType={put(text)} limit={limit} />
      <div class="row">
        <Button kind="main" onPress={() => void keep()}>
          {button}
        </Button>
      </div>
    </div>
  );
}

export function NoteBox({ visit, question, writer, onDone }: Given) {
  const save = (typed: string): Promise<boolean> => writer.run(() => visit.addNote(typed, question.subject, question.id));
  return <Box place={placeOf({ visit, question })} label="Note" button="Keep the note" limit={8000} save={save} onDone={onDone} />;
}

const nothing = (): void => undefined;

/** Why an answer was put down, where it does not count without. */
export function ReasonBox({ visit, question, writer }: Omit<Given, "onDone">) {
  const save = (typed: string): Promise<boolean> =>
    writer.run(() => visit.answer(question.subject, question.id, question.value, typed));
  const place = placeOf({ visit, question });
  return <Box place={place} label="Why do you put this down?" button="Keep the reason" limit={2000} save={save} onDone={nothing} />;
}
