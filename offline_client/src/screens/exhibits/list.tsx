/** The exhibits of a visit, newest first, each with its file's way in words and a bar. */
import { THE_VISIT } from "../../ledger/ids.ts";
import type { ExhibitView, FileView, OpenVisit, Unlocked } from "../../model/types.ts";
import { Button, Chip, Progress, Row } from "../../ui/controls.tsx";
import { go } from "../../ui/route.ts";
import { Frame, Page } from "../../ui/shell.tsx";
import { count, moment, sentence } from "../../ui/words.ts";
import { Likeness } from "./likeness.tsx";

export function FileWay({ file }: { readonly file: FileView }) {
  if (file.state === "received") return <Chip tone="good">{sentence(file.words)}</Chip>;
  if (file.state === "attention") return <span class="save-state failed">{sentence(file.words)}</span>;
  return <Progress done={file.done} of={file.of} label={sentence(file.words)} />;
}

export const about = (exhibit: ExhibitView): string =>
  [exhibit.whatWords, exhibit.subjectLabel, exhibit.found].filter(Boolean).join(". ");

/** "3 exhibits, 2 with the server". */
export function exhibitWords(exhibits: readonly ExhibitView[]): string {
  if (exhibits.length === 0) return "Photos, recordings, signatures, documents, objects";
  const files = exhibits.flatMap(({ file }) => file ?? []);
  const received = files.filter(({ state }) => state === "received").length;
  return files.length === 0 ? count(exhibits.length, "exhibit") : `${count(exhibits.length, "exhibit")}, ${received} of ${count(files.length, "file")} received`;
}

function Line({ visit, exhibit }: { readonly visit: OpenVisit; readonly exhibit: ExhibitView }) {
  const open = () => go({ at: "exhibit", visit: visit.id, exhibit: exhibit.entry });
  return (
    <Row title={exhibit.label} onPress={open} end={<Likeness visit={visit} exhibit={exhibit} />}>
      <bdi>{about(exhibit)}</bdi>
      <span class="small soft">
        {exhibit.author}, {moment(exhibit.happened)}
        {exhibit.seal === "" ? "" : `, seal ${exhibit.seal}`}
        {exhibit.moves.length === 0 ? "" : `, ${count(exhibit.moves.length, "hand-over")}`}
      </span>
      {exhibit.file === null ? <span class="small soft">{sentence(exhibit.words)}</span> : <FileWay file={exhibit.file} />}
    </Row>
  );
}

export function Exhibits({ unlocked, visit }: { readonly unlocked: Unlocked; readonly visit: OpenVisit }) {
  const exhibits = visit.exhibits.value;
  return (
    <Frame unlocked={unlocked} where="Exhibits" under={visit.paper.premises.name}>
      <Page title="Exhibits" lead={<p class="soft">{exhibitWords(exhibits)}</p>}>
        <div class="row">
          <Button kind="main" onPress={() => go({ at: "take", visit: visit.id, subject: THE_VISIT })}>
            New exhibit
          </Button>
        </div>
        {exhibits.length === 0 ? <p class="empty">Nothing is taken yet.</p> : null}
        <ul class="list">
          {exhibits.map((exhibit) => (
            <li key={exhibit.entry}>
              <Line visit={visit} exhibit={exhibit} />
            </li>
          ))}
        </ul>
      </Page>
    </Frame>
  );
}
