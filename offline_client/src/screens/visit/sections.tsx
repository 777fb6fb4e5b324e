/** The task list: each section with its status in words, the officer’s own agency’s first. */
import type { SectionCard, SectionStatus } from "../../model/types.ts";
import type { VisitId } from "../../ledger/ids.ts";
import { Chip, Row } from "../../ui/controls.tsx";
import type { Tone } from "../../ui/controls.tsx";
import { go, goBeside } from "../../ui/route.ts";
import { count } from "../../ui/words.ts";

const TONES: Record<SectionStatus, Tone> = { not_started: "", in_progress: "mark", complete: "good", nothing_to_ask: "", unseen: "" };

type Line = { readonly visit: VisitId; readonly card: SectionCard; readonly here?: string; readonly rail?: boolean };

export function SectionRow({ visit, card, here, rail = false }: Line) {
  const target = { at: "section", visit, section: card.id, subject: card.subject } as const;
  const current = here === `${card.id} ${card.subject}`;
  return (
    <li>
      <Row
        title={card.title}
        kind={rail ? "slim" : ""}
        current={current}
        onPress={() => (rail ? goBeside(target) : go(target))}
        end={
          rail ? undefined : (
            <Chip tone={TONES[card.status]}>
              {card.settled} of {card.asked}
            </Chip>
          )
        }
      >
        <span class="small soft">{card.statusWords}</span>
        {card.alerts + card.conflicts === 0 ? null : (
          <span class="row">
            {card.alerts > 0 ? <Chip tone="bad">{count(card.alerts, "alert")}</Chip> : null}
            {card.conflicts > 0 ? <Chip tone="warn">{count(card.conflicts, "dispute")}</Chip> : null}
          </span>
        )}
      </Row>
    </li>
  );
}

type Listed = { readonly visit: VisitId; readonly cards: readonly SectionCard[] };

/** Sections that ask something of this officer, who may answer even where the others' answers are not shown to them. */
export const asking = (card: SectionCard): boolean => card.status !== "nothing_to_ask" && (card.status !== "unseen" || card.mayWrite);

function parted(cards: readonly SectionCard[]): readonly [readonly SectionCard[], readonly SectionCard[]] {
  return [cards.filter((card) => !asking(card)), cards.filter(asking)];
}

export function Sections({ visit, cards }: Listed) {
  const [quiet, open] = parted(cards);
  const groups = [
    { title: "Your agency’s part", cards: open.filter((card) => card.mine) },
    { title: "The part of others", cards: open.filter((card) => !card.mine) },
    { title: "Nothing to ask here so far", cards: quiet },
  ];
  return (
    <>
      {groups
        .filter((group) => group.cards.length > 0)
        .map((group) => (
          <section key={group.title} class="stack" aria-label={group.title}>
            <h2>{group.title}</h2>
            <ul class="list">
              {group.cards.map((card) => (
                <SectionRow key={card.id} visit={visit} card={card} />
              ))}
            </ul>
          </section>
        ))}
    </>
  );
}
