/** An open visit whose address is held back: until when, and opening it by a code that was read over the radio. */
import { computed, type ReadonlySignal } from "@preact/signals";
import { THE_VISIT } from "../ledger/ids.ts";
import { ADDRESS_TRY } from "../ledger/kinds.ts";
import { CODE_CHARS, readCode, type ReadCode } from "../ledger/radio_code.ts";
import { addressesRecord, heldPaper, holdName, keepAddresses, settleAddresses, typedOf, withKey, type HeldPaper, type Typed } from "../sync/addresses.ts";
import type { Book } from "../sync/book.ts";
import type { Recorder } from "../sync/record.ts";
import { keyByCode, openAddress } from "../vault/address.ts";
import type { Stretch } from "../vault/keys.ts";
import { countTry, waitUntil } from "../vault/lockout.ts";
import { clockTrouble } from "./clock.ts";
import { added, file } from "./drafts.ts";
import type { Scene } from "./scene.ts";
import type { AddressDoor, CodeTried, VisitPaper } from "./types.ts";

export type Lock = {
  readonly book: Book;
  readonly paper: VisitPaper;
  readonly scene: ReadonlySignal<Scene>;
  readonly beat: ReadonlySignal<number>;
  readonly beats: () => void;
  readonly record: Recorder;
  readonly nowMs: () => number;
  readonly stretch: Stretch;
};

const no = (why: string, wait: number | null = null): CodeTried => ({ ok: false, why, waitUntil: wait });
const NOT_WHOLE = `A radio code has ${CODE_CHARS} characters. Nothing was tried.`;
const MISHEARD = "One character was misheard. Have the code read again, group by group.";
const WRONG = "That code does not open this address. Have it read again.";
const WAIT = "Too many wrong codes. Wait before the next one.";

export function addressDoor(lock: Lock): AddressDoor {
  const { book, paper, beat } = lock;
  const sealed = () => sealedPaper(lock);
  let busy = false;
  return {
    address: computed(() => {
      void beat.value;
      if (!paper.held || paper.held.opened) return null;
      const held = sealed();
      const { opens_at: opensAt, meeting_point: meetingPoint } = paper.held;
      return { opensAt, meetingPoint, opened: held === null || book.opened.has(held.hash), waitUntil: held && waitUntil(typedOf(book, held.place).tries, lock.nowMs()) };
    }),
    async enterCode(typed) {
      const held = sealed();
      if (!held || busy) return no("Wait for the last code to be tried.");
      busy = true;
      try {
        return await tryCode(lock, held, typed);
      } finally {
        busy = false;
        lock.beats();
      }
    },
  };
}

/** The paper of this visit that is held now: the plan may have changed since it was opened. */
function sealedPaper({ book, paper }: Lock): HeldPaper | null {
  const line = [...book.listed, ...book.moved].find(({ kind, hash }) => kind === "visit" && heldPaper(book, hash)?.visit === paper.visit);
  return line ? heldPaper(book, line.hash) : null;
}

async function tryCode(lock: Lock, held: HeldPaper, typed: string): Promise<CodeTried> {
  const { book, nowMs } = lock;
  const trouble = clockTrouble(nowMs());
  if (trouble !== null) return no(trouble);
  const before = typedOf(book, held.place);
  const wait = waitUntil(before.tries, nowMs());
  if (wait !== null) return no(WAIT, wait);
  const read = readCode(typed);
  return !read.ok && read.code === "radio_code_length" ? no(NOT_WHOLE) : counted(lock, held, read, before);
}

async function counted(lock: Lock, held: HeldPaper, read: ReadCode, before: Typed): Promise<CodeTried> {
  const { book, nowMs } = lock;
  // Counted on the disk before it is judged: killing the browser gains no try.
  const now = { typed: before.typed + 1, tries: read.ok ? countTry(before.tries, nowMs()) : before.tries };
  const done = await keepAddresses(book, { ...book.addresses, typed: { ...book.addresses.typed, [holdName(held.place)]: now } });
  if (!done.ok) return no(done.why);
  return read.ok ? judged(lock, held, read.code, now) : ((await note(lock, held, now.typed, "misheard")) ?? no(MISHEARD));
}

async function judged(lock: Lock, held: HeldPaper, code: string, { typed, tries }: Typed): Promise<CodeTried> {
  const key = await keyByCode(code, held.code, lock.stretch);
  const opens = key !== null && (await openAddress(key, held.sealed, held.place, held.visit)) !== null;
  if (!key || !opens) return (await note(lock, held, typed, "wrong")) ?? no(WRONG, waitUntil(tries, lock.nowMs()));
  const failed = await note(lock, held, typed, "opened", key);
  if (failed) return failed;
  await settleAddresses(lock.book);
  return { ok: true };
}

/** The try as an entry; the key is kept in the same write, so that no address is opened without a word. */
async function note(lock: Lock, held: HeldPaper, number: number, outcome: string, key: Uint8Array<ArrayBuffer> | null = null): Promise<CodeTried | null> {
  const { book, record, scene, nowMs } = lock;
  const { strike, edition } = held.place;
  const kept = key && withKey(book, held.place, key, "code");
  const what = added(ADDRESS_TRY, THE_VISIT, ADDRESS_TRY, { strike, edition, number, outcome });
  const done = await record(() => [file(scene.peek(), what, nowMs())], kept ? [addressesRecord(kept)] : []);
  if (!done.ok) return no(done.why);
  if (kept) book.addresses = kept;
  return null;
}
