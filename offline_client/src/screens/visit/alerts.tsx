/** Alerts in words, with the numbers to call. They show at once on this tablet, with or without signal. */
import type { AlertView } from "../../model/types.ts";
import { Callout } from "../../ui/controls.tsx";

/** Public numbers of the United Kingdom; the last is the Modern Slavery and Exploitation Helpline. */
export const NUMBERS: readonly (readonly [number: string, words: string])[] = [
  ["999", "Life in danger"],
  ["101", "Police, not urgent"],
  ["0800 0121 700", "Modern slavery helpline"],
];

export const Numbers = () => (
  <div class="calls">
    {NUMBERS.map(([number, words]) => (
      <a key={number} class="button" href={`tel:${number.replaceAll(" ", "")}`}>
        <b class="number">{number}</b> <span class="small">{words}</span>
      </a>
    ))}
  </div>
);

function Line({ alert }: { readonly alert: AlertView }) {
  return (
    <p class="title">
      {alert.subjectLabel === "" ? "" : `${alert.subjectLabel}: `}
      {alert.words}
    </p>
  );
}

/** Urgent ones apart, with numbers; the others in one quiet list. */
export function Alerts({ alerts, live = false }: { readonly alerts: readonly AlertView[]; readonly live?: boolean }) {
  const urgent = alerts.filter((alert) => alert.urgent);
  const others = alerts.filter((alert) => !alert.urgent);
  const key = (alert: AlertView): string => `${alert.flag} ${alert.subject} ${alert.question}`;
  return (
    <>
      {urgent.length === 0 ? null : (
        <Callout tone="bad" live={live}>
          {urgent.map((alert) => (
            <Line key={key(alert)} alert={alert} />
          ))}
          <Numbers />
        </Callout>
      )}
      {others.length === 0 ? null : (
        <Callout tone="warn">
          {others.map((alert) => (
            <Line key={key(alert)} alert={alert} />
          ))}
        </Callout>
      )}
    </>
  );
}
