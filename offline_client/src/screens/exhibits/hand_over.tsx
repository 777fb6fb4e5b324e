/** One change of hands: from whom, to whom, when, and the seal that is on it now. Once written it is never changed. */
import { useSignal } from "@preact/signals";
import type { ExhibitView, OpenVisit } from "../../model/types.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { put } from "../../ui/put.ts";
import { clock, todayAt } from "../../ui/words.ts";
import { useWriter, WriteWords } from "../../ui/write.tsx";

type Typed = { readonly from: string; readonly to: string; readonly at: string; readonly seal: string; readonly place: string; readonly why: string };

const isTime = (text: string): boolean => /^\d\d:\d\d$/.test(text);
const blankOf = (me: string, { moves, seal }: ExhibitView): Typed => {
  const last = moves.at(-1);
  return { from: last?.to ?? me, to: "", at: clock(new Date()), seal: last?.seal ?? seal, place: "", why: "" };
};

const MISSING = "From whom, to whom, the time and the seal are needed. Without a seal, write: none.";

type Given = { readonly me: string; readonly visit: OpenVisit; readonly exhibit: ExhibitView };

export function HandOverForm({ me, visit, exhibit }: Given) {
  const open = useSignal(false);
  const typed = useSignal<Typed>(blankOf(me, exhibit));
  const wrong = useSignal<string | null>(null);
  const writer = useWriter();
  const start = (): void => {
    typed.value = blankOf(me, exhibit);
    wrong.value = null;
    open.value = true;
  };
  const write = async (): Promise<void> => {
    const { at, ...texts } = typed.peek();
    const [from, to, seal, place, why] = [texts.from, texts.to, texts.seal, texts.place, texts.why].map((text) => text.trim()) as [
      string, string, string, string, string,
    ];
    wrong.value = from && to && seal && isTime(at) ? null : MISSING;
    if (wrong.value === null && (await writer.run(() => visit.handOver(exhibit.entry, { from, to, seal, place, why, at: todayAt(at) })))) put(open)(false);
  };
  if (!open.value)
    return (
      <div class="row">
        <Button kind="main" onPress={start}>
          Hand it over
        </Button>
        <WriteWords writer={writer} />
      </div>
    );
  const field = (name: keyof Typed, label: string, limit = 200) => (
    <Field label={label} value={typed.value[name]} limit={limit} onType={(text) => put(typed)({ ...typed.peek(), [name]: text })} />
  );
  return (
    <div class="card stack settle">
      <div class="sidelong">
        {field("from", "From")}
        {field("to", "To whom, or into which store")}
        <Field label="Time" type="time" kind="short" value={typed.value.at} onType={(at) => put(typed)({ ...typed.peek(), at })} />
        {field("seal", "Seal number now", 100)}
        {field("place", "Where (may stay blank)")}
        {field("why", "Why (may stay blank)")}
      </div>
      <p class="save-state failed" role="alert">
        {wrong.value}
      </p>
      <div class="row">
        <Button kind="main" onPress={() => void write()}>
          Write the hand-over
        </Button>
        <Button onPress={() => put(open)(false)}>Leave without writing</Button>
        <WriteWords writer={writer} />
      </div>
    </div>
  );
}
