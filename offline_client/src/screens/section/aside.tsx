/** What may stand beside an answer or instead of it: a note, or "not asked" with its reason. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { OpenVisit, QuestionView } from "../../model/types.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { holdDraft } from "../../ui/drafts.ts";
import type { Writer } from "../../ui/write.tsx";
import { put } from "../../ui/put.ts";

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

/** A note half typed is written too when the app hides or locks: half a sentence is better than none. */
export function NoteBox({ visit, question, writer, onDone }: Given) {
  const text = useSignal("");
  const keep = async (): Promise<void> => {
    const typed = text.peek().trim();
    if (typed === "") return onDone();
    text.value = "";
    if (await writer.run(() => visit.addNote(typed, question.subject, question.id))) onDone();
    else text.value = typed;
  };
  const latest = useRef(keep);
  latest.current = keep;
  useEffect(() => holdDraft(() => latest.current()), []);
  return (
    <div class="stack settle">
      <Field label="Note" lines value={text.value} onType={put(text)} limit={8000} />
      <div class="row">
        <Button kind="main" onPress={() => void keep()}>
          Keep the note
        </Button>
      </div>
    </div>
  );
}
