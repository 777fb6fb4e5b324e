/** The indicators of one person as they are drawn: closed until the officer's own judgement is written down. */
import type { SubjectId } from "../ledger/ids.ts";
import type { Scene } from "./scene.ts";
import type { Closed, IndicatorView } from "./types.ts";

export function indicatorView(scene: Scene, subject: SubjectId): IndicatorView | Closed {
  const { indicator_view: questions } = scene.papers.checklist.meaning;
  if (!scene.evaluation.indicatorView.has(subject)) {
    return { open: false, why: "Write down your own judgement and your reasons first.", questions };
  }
  return { open: false, why: "No indicators are held for this checklist.", questions: [] };
}
