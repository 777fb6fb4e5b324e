/** Sharing a visit with colleagues without a network: whom, how much they may read of it, and by what it is given to them. */
import { useSignal, type Signal } from "@preact/signals";
import type { OfficerId } from "../ledger/ids.ts";
import type { ColleagueView, OpenVisit, SharedVisit, Unlocked } from "../model/types.ts";
import { door } from "../ui/app.ts";
import { Button, Callout } from "../ui/controls.tsx";
import { put } from "../ui/put.ts";
import { Frame, Page } from "../ui/shell.tsx";
import { count } from "../ui/words.ts";
import { ShowCodes } from "./codes/show.tsx";

type Chosen = Signal<ReadonlySet<OfficerId>>;

const entries = (n: number): string => count(n, "entry", "entries");

function mayRead({ entries: theirs, hindered }: ColleagueView, mine: number): string {
  if (hindered !== null) return hindered;
  if (theirs === 0) return "Nothing that you wrote here may be given to their agency.";
  return theirs === mine ? `May read all ${entries(mine)}.` : `May read ${theirs} of ${entries(mine)}; the rest is not given to their agency.`;
}

function Colleague({ one, mine, chosen }: { readonly one: ColleagueView; readonly mine: number; readonly chosen: Chosen }) {
  const able = one.hindered === null && one.entries > 0;
  const on = chosen.value.has(one.officer);
  const tap = (): void => {
    if (!able) return;
    const next = new Set(chosen.value);
    if (!next.delete(one.officer)) next.add(one.officer);
    chosen.value = next;
  };
  return (
    <button type="button" class="choice many" aria-pressed={on} aria-disabled={able ? undefined : "true"} onClick={tap}>
      <span class="stack tight">
        <span>
          {one.name}, {one.agency}
        </span>
        <span class="small soft">{mayRead(one, mine)}</span>
      </span>
    </button>
  );
}

function sharedWords(done: SharedVisit): string {
  if (!done.ok) return done.why;
  if (done.shared) return `Shared ${entries(done.entries)}.`;
  return `Saved ${entries(done.entries)} to ${done.files.length === 1 ? done.files[0] : count(done.files.length, "file")}. Give it to those you chose.`;
}

const TOO_MUCH: SharedVisit = { ok: false, code: "too_much", why: "This is too much for codes. Save it to a file instead." };

function Ways({ visit, chosen }: { readonly visit: OpenVisit; readonly chosen: Chosen }) {
  const done = useSignal<SharedVisit | null>(null);
  const shown = useSignal<Uint8Array<ArrayBuffer> | null>(null);
  const off = chosen.value.size === 0;
  const show = async (): Promise<void> => {
    const sealed = await visit.sealFor([...chosen.peek()]);
    const [file, ...more] = sealed.ok ? sealed.files : [];
    if (file && !more.length) shown.value = file;
    else done.value = sealed.ok ? TOO_MUCH : sealed;
  };
  if (shown.value) return <ShowCodes file={shown.value} onDone={() => put(shown)(null)} />;
  const give = async (by: "share" | "save"): Promise<void> => { done.value = await visit.shareWith([...chosen.peek()], by); };
  return (
    <div class="stack">
      {done.value ? <Callout tone={done.value.ok ? "good" : "bad"} title={sharedWords(done.value)} live /> : null}
      <div class="row">
        {door().shares ? <Button kind="main" off={off} onPress={() => void give("share")}>Share</Button> : null}
        <Button off={off} onPress={() => void show()}>Show as codes</Button>
        <Button off={off} onPress={() => void give("save")}>Save to a file</Button>
      </div>
    </div>
  );
}

const MEANING =
  "What you wrote here is sealed to those you choose and to the server. Whoever else finds the file cannot read it. Photos and other files are not in it.";

export function Share({ unlocked, visit }: { readonly unlocked: Unlocked; readonly visit: OpenVisit }) {
  const chosen = useSignal<ReadonlySet<OfficerId>>(new Set());
  const mine = visit.mine.value;
  return (
    <Frame unlocked={unlocked} where="Share with a colleague" under={visit.paper.premises.name}>
      <Page title="Share this visit with a colleague" lead={<p class="soft">{MEANING}</p>}>
        {mine === 0 ? <p class="empty">You wrote nothing here yet.</p> : null}
        <div class="choices" role="group" aria-label="Colleagues">
          {visit.colleagues.value.map((one) => (
            <Colleague key={one.officer} one={one} mine={mine} chosen={chosen} />
          ))}
        </div>
        <Ways visit={visit} chosen={chosen} />
      </Page>
    </Frame>
  );
}
