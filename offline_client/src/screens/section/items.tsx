/** Lists that only grow: exhibits, references to media, referrals. A line once written is never changed. */
import { Form } from "../more/form.tsx";
import { moment } from "../../ui/words.ts";
import type { AnswerProps } from "./answer.tsx";

export function Items({ visit, question, writer }: AnswerProps) {
  return (
    <div class="stack">
      {question.items.length === 0 ? null : (
        <ul class="items">
          {question.items.map((item) => (
            <li key={item.entry}>
              <span class="stack tight">
                <bdi class="said">{item.words}</bdi>
                <span class="small soft">
                  {item.author}, {item.agency}, {moment(item.happened)}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <Form
        fields={visit.items[question.type]?.fields ?? []}
        agencies={visit.agencies}
        acts={[]}
        button="Add to the list"
        onDone={(value) => writer.run(() => visit.addItem(question.subject, question.id, value))}
      />
    </div>
  );
}
