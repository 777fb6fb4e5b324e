/** What the plan says of a visit: the premises, the team, who leads, what is needed. */
import type { VisitPaper } from "../../model/types.ts";
import { Chip, Fold } from "../../ui/controls.tsx";
import { count, dayWords, nativeName, planned } from "../../ui/words.ts";
import { strikeWords } from "../visits.tsx";

type Languages = readonly { readonly code: string; readonly name: string }[];

export function languageWords(codes: readonly string[], languages: Languages): string {
  return codes.map((code) => languages.find((one) => one.code === code)?.name ?? nativeName(code) ?? code).join(", ");
}

function Line({ name, value }: { readonly name: string; readonly value: string | null }) {
  return value === null || value === "" ? null : (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </>
  );
}

export function Facts({ paper, languages }: { readonly paper: VisitPaper; readonly languages: Languages }) {
  const { premises } = paper;
  const known = paper.held === undefined || paper.held.opened === true;
  const expected = known ? premises.workers_expected : null;
  return (
    <div class="stack">
      {paper.strike === null ? null : (
        <p>
          <span class="strike">
            {strikeWords(paper.strike)}, give or take {paper.strike.tolerance_min} min
          </span>
        </p>
      )}
      <dl class="facts">
        <Line name="When" value={`${dayWords(paper.day)}, ${planned(paper.planned_start)}, ${paper.minutes} min`} />
        {known ? null : <Line name="Meeting point" value={paper.held?.meeting_point ?? null} />}
        <Line name="Address" value={premises.address} />
        <Line name="Company number" value={premises.company_no} />
        <Line name="Workers expected" value={expected === null ? null : String(expected)} />
        <Line name="Languages expected" value={languageWords(premises.languages, languages)} />
        <Line name="Needed here" value={paper.needs.join(", ")} />
      </dl>
    </div>
  );
}

export function Roster({ paper }: { readonly paper: VisitPaper }) {
  return (
    <Fold title={`${paper.team.name}: ${count(paper.roster.length, "officer")}`}>
      <ul class="roster">
        {paper.roster.map((line) => (
          <li key={line.officer}>
            <span class="strong">{line.name}</span> {line.lead ? <Chip tone="mark">Leads</Chip> : null}
            <br />
            <span class="soft small">{[line.agency, ...line.capabilities].join(" · ")}</span>
          </li>
        ))}
      </ul>
    </Fold>
  );
}
