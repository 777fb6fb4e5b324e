/** One exhibit: its file, what is written of it, and its continuity record, to which a hand-over can be added. */
import { useSignal } from "@preact/signals";
import type { EntryId } from "../../ledger/ids.ts";
import type { ExhibitView, OpenVisit, Unlocked } from "../../model/types.ts";
import { Button, Callout } from "../../ui/controls.tsx";
import { put } from "../../ui/put.ts";
import { Frame, Page } from "../../ui/shell.tsx";
import { moment, sentence } from "../../ui/words.ts";
import { Describe } from "./describe.tsx";
import { HandOverForm } from "./hand_over.tsx";
import { FileWay } from "./list.tsx";
import { Likeness } from "./likeness.tsx";
import { family, Whole } from "./whole.tsx";

type Given = { readonly visit: OpenVisit; readonly exhibit: ExhibitView };

const SHOWN = ["image", "audio", "video"];

const VERBS: { readonly [kind: string]: string } = { image: "Enlarge the picture", audio: "Listen", video: "Watch" };

/** A file on another tablet: what there is to look at of it, once the server has it. */
function Elsewhere({ visit, exhibit }: Given) {
  const open = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const busy = useSignal(false);
  const look = async () => {
    busy.value = true;
    const got = await visit.fetchPicture(exhibit.entry);
    busy.value = false;
    trouble.value = got.ok ? null : got.why;
    open.value = got.ok;
  };
  if (exhibit.picture === "none") return <Callout title="Its file is not on this tablet. The desk shows it when the server has it." />;
  if (exhibit.picture === "there")
    return (
      <Callout title="Its file is on the tablet that took it.">
        <p class="soft small">The server gives what there is to look at of it, made smaller. It is kept here, locked like all the rest.</p>
        {trouble.value === null ? null : <p class="save-state failed" role="alert">{sentence(trouble.value)}</p>}
        <Button off={busy.value} onPress={() => void look()}>{busy.value ? "It is fetched" : "Fetch the picture"}</Button>
      </Callout>
    );
  return (
    <div class="card stack">
      <div class="row">
        <Likeness visit={visit} exhibit={exhibit} />
        <p class="soft small grow">From another tablet, made smaller by the server. The desk hands out the file as it was taken.</p>
      </div>
      {open.value ? <Whole visit={visit} exhibit={exhibit} /> : null}
      <div class="row">
        <Button onPress={() => put(open)(!open.value)}>{open.value ? "Close it" : VERBS["image"]}</Button>
      </div>
    </div>
  );
}

function File({ visit, exhibit }: Given) {
  const open = useSignal(false);
  const { file } = exhibit;
  if (exhibit.elsewhere) return <Elsewhere visit={visit} exhibit={exhibit} />;
  if (file === null) return null;
  const kind = family(file.type);
  return (
    <div class="card stack">
      <div class="row">
        <Likeness visit={visit} exhibit={exhibit} />
        <div class="grow">
          <FileWay file={file} />
        </div>
      </div>
      {open.value ? <Whole visit={visit} exhibit={exhibit} /> : null}
      {file.gone ? (
        <p class="soft small">The server has had it for a week, so it is no longer on this tablet.</p>
      ) : SHOWN.includes(kind) ? (
        <div class="row">
          <Button onPress={() => put(open)(!open.value)}>{open.value ? "Close it" : VERBS[kind]}</Button>
        </div>
      ) : (
        <p class="soft small">Files of this kind are not opened here. It is kept as it is; the desk can fetch it.</p>
      )}
      <p class="small soft number">
        {file.type}, {Math.max(1, Math.round(file.bytes / 1000))} kB. SHA-256 <bdi class="digest">{file.sha256}</bdi>
      </p>
    </div>
  );
}

function Continuity({ exhibit }: { readonly exhibit: ExhibitView }) {
  const taken = [exhibit.fromWhom === "" ? "" : `from ${exhibit.fromWhom}`, exhibit.seal === "" ? "" : `seal ${exhibit.seal}`];
  return (
    <ol class="timeline">
      <li class="current">
        <p class="strong">
          <bdi>{["Taken", ...taken].filter(Boolean).join(", ")}</bdi>
        </p>
        <p class="small soft">
          {exhibit.author}, {exhibit.agency}, {moment(exhibit.happened)}. {exhibit.words}
        </p>
      </li>
      {exhibit.moves.map((move) => (
        <li key={move.entry} class="current">
          <p class="strong">
            <bdi>
              {move.from} to {move.to}, {moment(move.at)}, seal {move.seal}
            </bdi>
          </p>
          {move.place || move.why ? <p class="said">{[move.place, move.why].filter(Boolean).join(". ")}</p> : null}
          <p class="small soft">
            Written by {move.author}, {move.agency}. {move.words}
          </p>
        </li>
      ))}
    </ol>
  );
}

type Asked = { readonly unlocked: Unlocked; readonly visit: OpenVisit; readonly id: EntryId };

export function Exhibit({ unlocked, visit, id }: Asked) {
  const exhibit = visit.exhibits.value.find((one) => one.entry === id);
  if (exhibit === undefined)
    return (
      <Frame unlocked={unlocked} where="Not here">
        <Page title="This exhibit is not on this tablet">
          <p>It was withdrawn, or what is written of it may not be read here any more.</p>
        </Page>
      </Frame>
    );
  const lead = [exhibit.whatWords, exhibit.subjectLabel, exhibit.found].filter(Boolean).join(". ");
  return (
    <Frame unlocked={unlocked} where={exhibit.label} under={visit.paper.premises.name}>
      <Page title={exhibit.label} lead={<p class="soft">{lead}</p>}>
        {exhibit.ask === "" ? null : <p class="soft">Taken at the question: {exhibit.ask}</p>}
        <File visit={visit} exhibit={exhibit} />
        <Describe visit={visit} exhibit={exhibit} />
        <section class="stack" aria-label="Continuity record">
          <h2>Continuity record</h2>
          <Continuity exhibit={exhibit} />
          <HandOverForm me={unlocked.me.name} visit={visit} exhibit={exhibit} />
        </section>
      </Page>
    </Frame>
  );
}
