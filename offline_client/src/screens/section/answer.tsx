/** Which way a question is answered, by its type. */
import type { ComponentType } from "preact";
import type { OpenVisit, QuestionType, QuestionView } from "../../model/types.ts";
import type { Writer } from "../../ui/write.tsx";
import { Languages, Multi, Single } from "./choices.tsx";
import { Items } from "./items.tsx";
import { Contact, PersonRef, Signoff } from "./parts.tsx";
import { Count, Money, Text } from "./typed.tsx";

export type AnswerProps = { readonly visit: OpenVisit; readonly question: QuestionView; readonly writer: Writer };

const WAYS: Record<QuestionType, ComponentType<AnswerProps>> = {
  single: Single,
  multi: Multi,
  multi_language: Languages,
  language: Languages,
  number: Count,
  money: Money,
  text: Text,
  verbatim: Text,
  person_ref: PersonRef,
  contact: Contact,
  signoff: Signoff,
  exhibit_list: Items,
  media_list: Items,
  referral_list: Items,
};

export function Answer(props: AnswerProps) {
  const Way = WAYS[props.question.type];
  return <Way {...props} />;
}
