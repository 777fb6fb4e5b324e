/** Where an answer is typed, so that what could not be written is found there again. */
import type { OpenVisit, QuestionView } from "../../model/types.ts";

type Typed = { readonly visit: OpenVisit; readonly question: QuestionView };

export const placeOf = ({ visit, question }: Typed): string => `${visit.id} ${question.subject} ${question.id}`;
