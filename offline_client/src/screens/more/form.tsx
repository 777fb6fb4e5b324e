/** A small form of a few fields, as an act or a line of a list. Written whole by one button, then blank again. */
import { useSignal } from "@preact/signals";
import type { ActView, FormField } from "../../model/types.ts";
import { Button, Field, Pick } from "../../ui/controls.tsx";
import { readForm } from "../../ui/reading.ts";
import type { FormValue } from "../../ui/reading.ts";
import { sentence, short } from "../../ui/words.ts";

export type Agencies = readonly { readonly code: string; readonly name: string }[];
type Given = {
  readonly fields: readonly FormField[];
  readonly agencies: Agencies;
  readonly acts: readonly ActView[];
  readonly button: string;
  readonly onDone: (value: FormValue) => Promise<boolean>;
};

type Options = readonly (readonly [string, string])[];

function optionsOf(field: FormField, agencies: Agencies, acts: readonly ActView[]): Options {
  if (field.type === "agency") return agencies.map((agency) => [agency.code, sentence(short(agency.name))] as const);
  if (field.type === "entry") return acts.filter((act) => act.kind === field.of).map((act) => [act.entry, act.summary] as const);
  return field.options.map((option) => [option.value, option.label] as const);
}

const KEYBOARDS = { count: "numeric", money: "decimal", text: "text", choice: "text", agency: "text", entry: "text" } as const;

type One = { readonly field: FormField; readonly options: Options; readonly value: string; readonly onType: (text: string) => void };

function FieldOf({ field, options, value, onType }: One) {
  if (options.length > 0) return <Pick label={field.label} of={options} value={value} onPick={onType} />;
  if (field.type === "entry") return <p class="soft">{field.label}: none is written here yet.</p>;
  return <Field label={field.label} value={value} onType={onType} limit={1000} mode={KEYBOARDS[field.type]} />;
}

export function Form({ fields, agencies, acts, button, onDone }: Given) {
  const typed = useSignal<Readonly<Record<string, string>>>({});
  const wrong = useSignal<string | null>(null);
  const type =
    (name: string) =>
    (text: string): void => {
      typed.value = { ...typed.value, [name]: text };
      wrong.value = null;
    };
  const send = async (): Promise<void> => {
    const value = readForm(fields, typed.value);
    wrong.value = typeof value === "string" ? value : null;
    if (typeof value !== "string" && (await onDone(value))) typed.value = {};
  };
  const one = (field: FormField) => (
    <FieldOf
      key={field.name}
      field={field}
      options={optionsOf(field, agencies, acts)}
      value={typed.value[field.name] ?? ""}
      onType={type(field.name)}
    />
  );
  return (
    <div class="stack">
      {fields.map(one)}
      <p class="save-state failed" role="alert">
        {wrong.value}
      </p>
      <div class="row">
        <Button kind="main" onPress={() => void send()}>
          {button}
        </Button>
      </div>
    </div>
  );
}
