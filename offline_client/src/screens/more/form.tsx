/** A small form of a few fields, as an act or a line of a list. Written whole by one button, then blank again. */
import { useSignal } from "@preact/signals";
import type { ActView, FormField, Value } from "../../model/types.ts";
import { Button, Field, Pick } from "../../ui/controls.tsx";

export type Agencies = readonly { readonly code: string; readonly name: string }[];
export type FormValue = { readonly [key: string]: Value };
type Given = { readonly fields: readonly FormField[]; readonly agencies: Agencies; readonly acts: readonly ActView[]; readonly button: string; readonly onDone: (value: FormValue) => Promise<boolean> };

const READERS: Record<FormField["type"], (text: string) => Value | undefined> = {
  text: (text) => text,
  choice: (text) => text,
  agency: (text) => text,
  entry: (text) => text,
  count: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined),
  money: (text) => (/^\d{1,9}(\.\d{1,2})?$/.test(text) ? text : undefined),
};

/** The form's value, or the sentence that says what is still wrong. */
export function readForm(fields: readonly FormField[], typed: Readonly<Record<string, string>>): FormValue | string {
  const value: Record<string, Value> = {};
  for (const field of fields) {
    const text = (typed[field.name] ?? "").trim();
    if (text === "" && field.required) return `Still needed: ${field.label}.`;
    const read = READERS[field.type](text);
    if (text !== "" && read === undefined) return `${field.label}: give a number${field.type === "money" ? " like 1200.50" : ""}.`;
    if (text !== "" && read !== undefined) value[field.name] = read;
  }
  return Object.keys(value).length === 0 ? "Nothing is filled in yet." : value;
}

function optionsOf(field: FormField, agencies: Agencies, acts: readonly ActView[]): readonly (readonly [string, string])[] {
  if (field.type === "agency") return agencies.map((agency) => [agency.code, agency.name] as const);
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
