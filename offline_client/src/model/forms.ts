/** The forms of acts and items as the checklist publishes them, with every list of choices filled in. */
import type { Checklist, Field, Form } from "../checklist/paper.ts";
import { agencyWords } from "./value_words.ts";
import type { ActForm, FormField, ItemForm } from "./types.ts";

/** Agencies that can be named: the marks for anybody and for the visit's lead are none. */
export const realAgencies = (checklist: Checklist): readonly { readonly code: string; readonly name: string }[] =>
  Object.entries(checklist.agencies)
    .filter(([code]) => code !== checklist.anybody && code !== checklist.visit_lead)
    .map(([code]) => ({ code, name: agencyWords(checklist, code) }));

/** The acts for which an officer is trained who can do this. */
export const actForms = (checklist: Checklist, can: readonly string[]): readonly ActForm[] =>
  checklist.acts.filter(({ capabilities }) => !capabilities || capabilities.some((one) => can.includes(one))).map((act) => ({ ...formOf(checklist, act), kind: act.kind, onWorker: act.on_worker }));

export const itemForms = (checklist: Checklist): { readonly [type: string]: ItemForm } =>
  Object.fromEntries(Object.entries(checklist.items).map(([type, form]) => [type, formOf(checklist, form)]));

const formOf = (checklist: Checklist, { title, fields }: Form): ItemForm => ({
  title, fields: fields.map((field) => fieldOf(checklist, field)),
});

function fieldOf(checklist: Checklist, field: Field): FormField {
  const { name, label, type, required, of } = field;
  return { name, label, type: type as FormField["type"], required, options: optionsOf(checklist, field), ...(of ? { of } : {}) };
}

function optionsOf(checklist: Checklist, { type, options, options_from: from }: Field): FormField["options"] {
  if (type === "agency") return realAgencies(checklist).map(({ code, name }) => ({ value: code, label: name }));
  if (from === "routes") return checklist.routes.map(({ code, words }) => ({ value: code, label: words }));
  return (options ?? []).map(({ value, label }) => ({ value, label }));
}
