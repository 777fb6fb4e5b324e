/** Taking an exhibit: what it is, then one tap. What is known of it can be written first, but nothing has to be. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { EntryId, SubjectId } from "../../ledger/ids.ts";
import type { Capture, OpenVisit, Unlocked, What } from "../../model/types.ts";
import { Button, Field, Pick, Row } from "../../ui/controls.tsx";
import { thumbnailOf } from "../../ui/pictures.ts";
import { put } from "../../ui/put.ts";
import { go } from "../../ui/route.ts";
import { Frame, Page } from "../../ui/shell.tsx";
import { useWriter, WriteWords } from "../../ui/write.tsx";
import { Camera, type Keep } from "./camera.tsx";
import { FilePick } from "./file.tsx";
import { Likeness } from "./likeness.tsx";
import { Recording } from "./recording.tsx";
import { Signature } from "./signature.tsx";

const KINDS: readonly (readonly [What, string])[] = [
  ["photo", "Photo"],
  ["audio", "Recording"],
  ["signature", "Signature"],
  ["document", "Document or file"],
  ["object", "Object"],
];

const FOUND: Record<What, string> = {
  photo: "What it shows, or where", audio: "What is heard, or where", signature: "What is signed", document: "What it is, or where it was",
  object: "What it is, and where it was",
};

type Typed = { readonly found: string; readonly fromWhom: string; readonly seal: string };
const BLANK: Typed = { found: "", fromWhom: "", seal: "" };

type Device = { readonly what: What; readonly typed: Typed; readonly busy: boolean; readonly keep: (original: Blob | null) => Promise<boolean> };

function Taking({ what, typed, busy, keep }: Device) {
  const onTake: Keep = keep;
  if (what === "photo") return <Camera onTake={onTake} busy={busy} />;
  if (what === "audio") return <Recording onTake={onTake} busy={busy} />;
  if (what === "signature") return <Signature name={typed.fromWhom.trim()} onTake={onTake} busy={busy} />;
  return (
    <div class="row">
      {what === "document" ? <FilePick label="Choose a file" off={busy} onPick={onTake} /> : null}
      {what === "object" ? (
        <Button kind="main" off={busy || typed.found.trim() === ""} onPress={() => void keep(null)}>
          Write it down
        </Button>
      ) : null}
    </div>
  );
}

function Details({ what, typed, onType }: { readonly what: What; readonly typed: Typed; readonly onType: (typed: Typed) => void }) {
  const type = (name: keyof Typed) => (text: string) => onType({ ...typed, [name]: text });
  return (
    <div class="sidelong">
      <Field label={FOUND[what]} value={typed.found} onType={type("found")} limit={500} />
      <Field label={what === "signature" ? "Who signs" : "From whom"} value={typed.fromWhom} onType={type("fromWhom")} limit={200} />
      {what === "signature" ? null : <Field label="Seal number" value={typed.seal} onType={type("seal")} limit={100} />}
    </div>
  );
}

type Given = {
  readonly unlocked: Unlocked;
  readonly visit: OpenVisit;
  readonly subject: SubjectId;
  readonly question: string | undefined;
};

function useTaking({ visit, subject, question }: Given) {
  const what = useSignal<What>("photo");
  const typed = useSignal(BLANK);
  const last = useSignal<EntryId | null>(null);
  const writer = useWriter();
  const keep = async (original: Blob | null): Promise<boolean> => {
    const { found, fromWhom, seal } = typed.peek();
    const capture: Capture = { what: what.peek(), label: visit.nextLabel(), found, fromWhom, seal, question: question ?? null };
    return writer.run(async () => {
      const thumbnail = original && capture.what !== "signature" ? await thumbnailOf(original) : null;
      const saved = await visit.takeExhibit(subject, capture, original, thumbnail);
      if (saved.ok) {
        last.value = saved.id;
        typed.value = BLANK;
      }
      return saved;
    });
  };
  return { what, typed, last, writer, keep };
}

function Taken({ visit, entry }: { readonly visit: OpenVisit; readonly entry: EntryId | null }) {
  const exhibit = visit.exhibits.value.find((one) => one.entry === entry);
  if (exhibit === undefined) return null;
  return (
    <Row title={`${exhibit.label} is kept`} onPress={() => go({ at: "exhibit", visit: visit.id, exhibit: exhibit.entry })}
      end={<Likeness visit={visit} exhibit={exhibit} />}>
      <span class="small soft">{exhibit.file?.words ?? exhibit.words}</span>
    </Row>
  );
}

export function Take(given: Given) {
  const { unlocked, visit, subject, question } = given;
  const { what, typed, last, writer, keep } = useTaking(given);
  const asked = question === undefined ? "" : visit.question(question, subject).value.ask;
  const about = visit.view.value.workers.find((worker) => worker.subject === subject)?.label ?? "";
  const busy = writer.state.value.at === "saving";
  useEffect(() => put(last)(null), [what.value]);
  return (
    <Frame unlocked={unlocked} where="New exhibit" under={visit.paper.premises.name}>
      <Page title={about === "" ? "New exhibit" : `${about}. New exhibit`} lead={asked === "" ? null : <p class="soft">{asked}</p>}>
        <Pick label="What it is" of={KINDS} value={what.value} onPick={put(what)} />
        <Taking what={what.value} typed={typed.value} busy={busy} keep={keep} />
        <WriteWords writer={writer} />
        <Taken visit={visit} entry={last.value} />
        <Details what={what.value} typed={typed.value} onType={put(typed)} />
        <p class="soft small">The next one is {visit.nextLabel()}. The time and your name are written with it.</p>
      </Page>
    </Frame>
  );
}
