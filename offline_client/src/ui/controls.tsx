/** The few parts every page is made of. Each touch target is at least 60 px; each state is said in words. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

type Press = {
  readonly children: ComponentChildren;
  readonly onPress: () => void;
  readonly kind?: string;
  readonly off?: boolean;
  readonly label?: string;
  readonly pressed?: boolean;
  readonly current?: boolean;
};

/** A button that stays reachable when it is off: it says so, and does nothing. */
export function Button({ children, onPress, kind = "", off = false, label, pressed, current }: Press) {
  return (
    <button
      type="button"
      class={`button ${kind}`}
      aria-disabled={off ? "true" : undefined}
      aria-label={label}
      aria-pressed={pressed}
      aria-current={current ? "true" : undefined}
      onClick={() => {
        if (!off) onPress();
      }}
    >
      {children}
    </button>
  );
}

type Row = {
  readonly title: ComponentChildren;
  readonly onPress: () => void;
  readonly children?: ComponentChildren;
  readonly kind?: string;
  readonly current?: boolean;
  readonly end?: ComponentChildren;
};

/** A row that opens a page. */
export function Row({ title, onPress, children, kind = "", current = false, end }: Row) {
  return (
    <button type="button" class={`item ${kind}`} aria-current={current ? "true" : undefined} onClick={onPress}>
      <span class="body">
        <span class="title">{title}</span>
        {children}
      </span>
      {end}
    </button>
  );
}

export type Tone = "" | "good" | "warn" | "bad" | "mark";
export const Chip = ({ tone = "", children }: { readonly tone?: Tone; readonly children: ComponentChildren }) => (
  <span class={`chip ${tone}`}>{children}</span>
);

type Called = { readonly tone?: Tone; readonly title?: ComponentChildren; readonly children?: ComponentChildren; readonly live?: boolean };
export function Callout({ tone = "", title, children, live = false }: Called) {
  return (
    <div class={`callout ${tone}`} role={live ? "alert" : undefined}>
      {title === undefined ? null : <p class="title">{title}</p>}
      {children}
    </div>
  );
}

export type FieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onType: (text: string) => void;
  readonly hint?: string | undefined;
  readonly wrong?: string | null;
  readonly secret?: boolean;
  readonly lines?: boolean;
  readonly mode?: "text" | "numeric" | "decimal" | "search" | "tel";
  readonly kind?: string;
  readonly onDone?: () => void;
  readonly unit?: string | null;
  readonly type?: "text" | "time" | "search";
  readonly limit?: number;
  readonly quiet?: boolean;
  readonly example?: string;
};

const LOOK = {
  text: { type: "text", dir: "auto" },
  search: { type: "search", dir: "auto" },
  time: { type: "time" },
  password: { type: "password" },
} as const;

/** One line or several of typed text. Never offered to the browser’s memory: what it remembers lies open on the disk. */
export function Field(field: FieldProps) {
  const id = useId();
  const about = [field.hint ? `${id}-hint` : "", field.wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ") || undefined;
  const shared = {
    id,
    value: field.value,
    autocapitalize: field.kind === "code" || field.secret ? ("none" as const) : ("sentences" as const),
    spellcheck: false,
    placeholder: field.example,
    maxLength: field.limit ?? 4000,
    "aria-describedby": about,
    "aria-invalid": field.wrong ? true : undefined,
    class: `input ${field.kind ?? ""}`,
    onBlur: field.onDone,
    onInput: (event: Event) => field.onType((event.currentTarget as HTMLInputElement).value),
  };
  const box = field.lines ? (
    <textarea {...shared} autocomplete="off" rows={3} dir="auto" />
  ) : (
    <input {...shared} {...LOOK[field.secret ? "password" : (field.type ?? "text")]} autocomplete="off" inputMode={field.mode ?? "text"} />
  );
  return (
    <div class="field">
      <label for={id} class={field.quiet ? "unseen" : ""}>
        {field.label}
      </label>
      {field.hint ? (
        <p class="help" id={`${id}-hint`}>
          {field.hint}
        </p>
      ) : null}
      {field.unit ? (
        <div class="with-unit">
          {box}
          <span>{field.unit}</span>
        </div>
      ) : (
        box
      )}
      {field.wrong ? (
        <p class="save-state failed" id={`${id}-wrong`} role="alert">
          {field.wrong}
        </p>
      ) : null}
    </div>
  );
}

type Picked<T> = {
  readonly label: string;
  readonly of: readonly (readonly [T, string])[];
  readonly value: T | null;
  readonly onPick: (value: T) => void;
  readonly four?: boolean;
};

/** One of a few, all in sight. */
export function Pick<T extends string | number>({ label, of, value, onPick, four = false }: Picked<T>) {
  const id = useId();
  return (
    <div class="field" role="group" aria-labelledby={id}>
      <span class="label" id={id}>
        {label}
      </span>
      <div class={`pick ${four ? "four" : ""}`}>
        {of.map(([one, words]) => (
          <Button key={one} onPress={() => onPick(one)} pressed={one === value}>
            {words}
          </Button>
        ))}
      </div>
    </div>
  );
}

type Folded = { readonly title: string; readonly children: ComponentChildren; readonly open?: boolean };
export const Fold = ({ title, children, open = false }: Folded) => (
  <details class="fold" open={open}>
    <summary>{title}</summary>
    <div class="stack">{children}</div>
  </details>
);

type Measure = { readonly done: number; readonly of: number; readonly label: string };
/** How far, drawn and said. */
export function Progress({ done, of, label }: Measure) {
  return (
    <div class="progress">
      <div class="track" aria-hidden="true">
        <svg viewBox="0 0 100 8" preserveAspectRatio="none">
          <rect width={of === 0 ? 0 : (100 * done) / of} height="8" />
        </svg>
      </div>
      <span class="small number">{label}</span>
    </div>
  );
}
