/** Today's visits as cards, and finding one by what was typed. A card is worked out again only when its visit changed. */
import type { Book } from "../sync/book.ts";
import { countWords } from "../sync/words.ts";
import { sceneAt, type Moment, type Scene } from "./scene.ts";
import { keptBack } from "./question_view.ts";
import type { VisitCard, VisitPaper } from "./types.ts";
import { entrySays } from "./value_words.ts";
import { movedPapers, papersFor, stampOf, visitPapers } from "./visit_book.ts";
import { allConflicts, savedCounts, stateWords, visitState } from "./visit_view.ts";

type Dealt = { readonly stamp: string; readonly paper: VisitPaper; readonly card: VisitCard; readonly text: string };
export type Cards = { all(moment: Moment): readonly VisitCard[]; find(words: string): readonly VisitCard[] };

export function cardsOf(book: Book): Cards {
  const dealt = new Map<string, Dealt>();
  let order: readonly VisitCard[] = [];
  return {
    all(moment) {
      const given = visitPapers(book).map((paper) => deal(book, paper, moment, dealt));
      const moved = movedPapers(book).map((paper) => ({ ...deal(book, paper, moment, dealt), moved: true }));
      const cards = [...given, ...moved];
      order = cards.sort((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)) || a.sequence - b.sequence);
      return order;
    },
    find(words) {
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
      return order.filter(({ id }) => wanted.every((word) => dealt.get(id)?.text.includes(word)));
    },
  };
}

function deal(book: Book, paper: VisitPaper, moment: Moment, dealt: Map<string, Dealt>): VisitCard {
  const stamp = `${stampOf(book, paper.visit)}|${new Date(moment.nowMs).toDateString()}`;
  const known = dealt.get(paper.visit);
  if (known?.stamp === stamp && known.paper === paper) return known.card;
  const papers = papersFor(book, paper);
  const scene = papers && sceneAt(book, papers, moment);
  const card = { ...fromPaper(paper, moment.nowMs), ...fromScene(scene, moment.nowMs), moved: false };
  dealt.set(paper.visit, { stamp, paper, card, text: searchText(card, scene) });
  return card;
}

const two = (n: number): string => String(n).padStart(2, "0");
const dayOf = (ms: number): string => {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};

function fromPaper(paper: VisitPaper, nowMs: number) {
  const { premises, strike } = paper;
  return {
    id: paper.visit, code: premises.code, name: premises.name, address: premises.address, day: paper.day, held: heldOf(paper),
    today: paper.day === dayOf(nowMs), sequence: paper.sequence, plannedStart: paper.planned_start, minutes: paper.minutes,
    strike: strike && { group: strike.group, at: strike.at, toleranceMin: strike.tolerance_min },
    languages: premises.languages, workersExpected: premises.workers_expected, team: paper.team.name, needs: paper.needs,
  };
}

const heldOf = ({ held }: VisitPaper): VisitCard["held"] => (held && !held.opened ? { opensAt: held.opens_at, meetingPoint: held.meeting_point } : null);

const NONE = { onTablet: 0, sent: 0, received: 0, receivedAt: null, files: 0, filesReceived: 0, attention: [] };

function fromScene(scene: Scene | null, nowMs: number) {
  if (!scene) return { state: "not_started", stateWords: "Its papers are not here yet", saved: NONE, words: "", conflicts: 0 } as const;
  const state = visitState(scene);
  return {
    state, stateWords: stateWords(state), saved: savedCounts(scene), words: countWords(scene.counts, nowMs),
    conflicts: allConflicts(scene).length,
  };
}

function searchText(card: VisitCard, scene: Scene | null): string {
  const read = scene ? scene.standings.filter((standing) => !keptBack(scene, standing)) : [];
  const said = read.map(({ entry }) => `${scene ? entrySays(scene.papers.checklist, entry) : ""} ${entry.note ?? ""}`);
  return [card.code, card.name, card.address, card.team, ...card.languages, ...card.needs, ...said].join("\n").toLowerCase();
}
