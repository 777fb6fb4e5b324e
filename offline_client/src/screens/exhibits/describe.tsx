/** Saying more of what was taken in haste: until it changes hands, by who took it. What was said before stays in the ledger. */
import { useSignal } from "@preact/signals";
import type { ExhibitView, OpenVisit } from "../../model/types.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { put } from "../../ui/put.ts";
import { useWriter, WriteWords } from "../../ui/write.tsx";
import { goBeside } from "../../ui/route.ts";

type Given = { readonly visit: OpenVisit; readonly exhibit: ExhibitView };

function Fields({ visit, exhibit, onLeave }: Given & { readonly onLeave: () => void }) {
  const { found, fromWhom, seal } = exhibit;
  const typed = useSignal({ found, fromWhom, seal });
  const writer = useWriter();
  const type = (name: "found" | "fromWhom" | "seal") => (text: string) => put(typed)({ ...typed.peek(), [name]: text });
  const write = async (): Promise<void> => {
    const saved = await visit.describe(exhibit.entry, typed.peek());
    if (!saved.ok) return void (await writer.run(() => Promise.resolve(saved)));
    onLeave();
    goBeside({ at: "exhibit", visit: visit.id, exhibit: saved.id });
  };
  return (
    <div class="card stack settle">
      <div class="sidelong">
        <Field label="What it shows, or where it was" value={typed.value.found} onType={type("found")} limit={500} />
        <Field label="From whom" value={typed.value.fromWhom} onType={type("fromWhom")} limit={200} />
        <Field label="Seal number" value={typed.value.seal} onType={type("seal")} limit={100} />
      </div>
      <div class="row">
        <Button kind="main" onPress={() => void write()}>
          Write it down
        </Button>
        <Button onPress={onLeave}>Leave without writing</Button>
        <WriteWords writer={writer} />
      </div>
    </div>
  );
}

export function Describe(given: Given) {
  const open = useSignal(false);
  if (!given.exhibit.mayDescribe) return null;
  if (open.value) return <Fields {...given} onLeave={() => put(open)(false)} />;
  return (
    <div class="row">
      <Button onPress={() => put(open)(true)}>Say more about it</Button>
    </div>
  );
}
