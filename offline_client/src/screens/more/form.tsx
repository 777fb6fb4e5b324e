/** A small form of a few fields, as an act or a line of a list. Written whole by one button, then blank again. */
import { useSignal } from "@preact/signals";
import type { ActView, FormField } from "../../model/types.ts";
import { Button, Field, Pick } from "../../ui/controls.tsx";
import { readForm } from "../../ui/reading.ts";
import type { FormValue } from "../../ui/reading.ts";

export type Agencies = readonly { readonly code: string; readonly name: string }[];
type Given = { readonly fields: readonly FormField[]; readonly agencies: Agencies; readonly acts: readonly ActView[]; readonly button: string; readonly onDone: (value: FormValue) => Promise<boolean> };

/** "fire and rescue", without what the checklist explains in brackets. */
const shortName = (name: string): string => {
  const short = name.split(" (")[0] ?? name;
  return short.charAt(0).toUpperCase() + short.slice(1);
};

function optionsOf(field: FormField, agencies: Agencies, acts: readonly ActView[]): readonly (readonly [string, string])[] {
  if (field.type === "agency") return agencies.map((agency) => [agency.code, shortName(agency.name)] as const);
  if (field.type === "entry") return acts.filter((act) => act.kind === field.of).map((act) => [act.entry, act.summary] as const);
  return field.options.map((option) => [option.value, option.label] as const);
}

export function Form({ fields, agencies, acts, button, onDone }: Given) {
  const typed = useSignal<Readonly<Record<string, string>>>({});
  const wrong = useSignal<string | null>(null);
  const put = (name: string, text: string): void => { typed.value = { ...typed.value, [name]: text }; wrong.value = null; };
  const send = async (): Promise<void> => {
    const value = readForm(fields, typed.value);
    if (typeof value === "string") { wrong.value = value; return; }
    if (await onDone(value)) typed.value = {};
  };
  return (
    <div class="stack">
      {fields.map((field) => {
        const options = optionsOf(field, agencies, acts);
        const now = typed.value[field.name] ?? "";
        if (field.type === "entry" && options.length === 0) return <p key={field.name} class="soft">{field.label}: none is written here yet.</p>;
        return options.length > 0
          ? <Pick key={field.name} label={field.label} of={options} value={now} onPick={(value) => put(field.name, value)} />
          : <Field key={field.name} label={field.label} value={now} onType={(text) => put(field.name, text)} limit={1000}
              mode={field.type === "count" ? "numeric" : field.type === "money" ? "decimal" : "text"} />;
      })}
      {wrong.value === null ? null : <p class="save-state failed" role="alert">{wrong.value}</p>}
      <div class="row"><Button kind="main" onPress={() => void send()}>{button}</Button></div>
    </div>
  );
}
