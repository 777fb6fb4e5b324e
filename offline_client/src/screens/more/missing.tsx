/** What is still missing, by need and by section; each line leads to its question. */
import type { MissingLine, OpenVisit, Unlocked } from "../../model/types.ts";
import { Row } from "../../ui/controls.tsx";
import { go } from "../../ui/route.ts";
import { Frame, Page } from "../../ui/shell.tsx";

const NEEDS = [
  ["must", "Needed before sign-off"],
  ["should", "Should be asked"],
  ["could", "If there is time"],
] as const;

function Line({ visit, line }: { readonly visit: OpenVisit; readonly line: MissingLine }) {
  const open = (): void => go({ at: "section", visit: visit.id, section: line.section, subject: line.subject, question: line.question });
  return (
    <li>
      <Row kind="slim" title={line.ask} onPress={open}>
        <span class="small soft">
          {line.subjectLabel === "" ? "" : `${line.subjectLabel}. `}
          {line.sectionTitle}
          {line.mayWrite ? "" : ". For another agency"}
        </span>
      </Row>
    </li>
  );
}

export function Missing({ unlocked, visit }: { readonly unlocked: Unlocked; readonly visit: OpenVisit }) {
  const { missing } = visit.view.value;
  return (
    <Frame unlocked={unlocked} where="Still missing" under={visit.paper.premises.name}>
      <Page
        title="What is still missing"
        lead={<p class="soft">A question counts as settled when it is answered, or marked "not asked" with a reason.</p>}
      >
        {missing.length === 0 ? <p class="empty">Nothing is missing.</p> : null}
        {NEEDS.map(([need, title]) => {
          const lines = missing.filter((line) => line.need === need);
          return lines.length === 0 ? null : (
            <section key={need} class="stack" aria-label={title}>
              <h2>
                {title} <span class="soft number">{lines.length}</span>
              </h2>
              <ul class="list">
                {lines.map((line) => (
                  <Line key={`${line.question} ${line.subject}`} visit={visit} line={line} />
                ))}
              </ul>
            </section>
          );
        })}
      </Page>
    </Frame>
  );
}
