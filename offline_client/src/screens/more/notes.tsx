/** A timed note in three taps, structured later; and the notes so far. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { OpenVisit, Unlocked } from "../../model/types.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { holdDraft, shelfAt } from "../../ui/drafts.ts";
import { Frame, Page } from "../../ui/shell.tsx";
import { moment } from "../../ui/words.ts";
import { useWriter, WriteWords } from "../../ui/write.tsx";
import { put } from "../../ui/put.ts";

function Write({ visit }: { readonly visit: OpenVisit }) {
  const shelf = useMemo(() => shelfAt(`${visit.id} notes`), [visit.id]);
  const text = useSignal(shelf.text ?? "");
  const writer = useWriter();
  const box = useRef<HTMLDivElement>(null);
  const keep = async (): Promise<void> => {
    const typed = text.peek().trim();
    if (typed === "") return;
    text.value = "";
    shelf.keep(typed);
    if (await writer.run(() => visit.addNote(typed))) shelf.clear();
    else text.value = typed;
  };
  useEffect(() => {
    box.current?.querySelector("textarea")?.focus();
    const release = holdDraft(keep);
    return () => {
      void keep();
      release();
    };
  }, []);
  return (
    <div class="stack" ref={box}>
      <Field label="Note" lines value={text.value} onType={put(text)} limit={8000} />
      <div class="row">
        <Button kind="main" onPress={() => void keep()}>
          Keep the note
        </Button>
        <WriteWords writer={writer} />
      </div>
    </div>
  );
}

export function Notes({ unlocked, visit }: { readonly unlocked: Unlocked; readonly visit: OpenVisit }) {
  const notes = [...visit.view.value.notes].reverse();
  return (
    <Frame unlocked={unlocked} where="Notes" under={visit.paper.premises.name}>
      <Page title="Notes" stay>
        <Write visit={visit} />
        {notes.length === 0 ? null : (
          <ol class="timeline">
            {notes.map((note) => (
              <li key={note.entry} class="current">
                <p class="said">
                  <bdi>{note.text}</bdi>
                </p>
                <p class="small soft">
                  {note.subjectLabel === "" ? "" : `${note.subjectLabel}. `}
                  {note.author}, {note.agency}, {moment(note.happened)}. {note.words}
                </p>
              </li>
            ))}
          </ol>
        )}
      </Page>
    </Frame>
  );
}
