/**
 * The doors of the app: from a locked tablet to an officer's visits. Everything the screens use comes through here; the
 * browser itself is handed in, so that the same session runs in the tests.
 */
import { verifyWith, freshKeys, type FreshKeys } from "../vault/keys.ts";
import { judgeSecret } from "../vault/lockout.ts";
import type { Store } from "../vault/store.ts";
import { openVault, type Vault } from "../vault/vault.ts";
import { finishErasing } from "../vault/wiped.ts";
import { enrolWith, type Identity } from "../sync/identity.ts";
import { identityRecord, loadBook } from "../sync/load.ts";
import type { Fault } from "../sync/wire.ts";
import { browserEnvironment } from "./browser.ts";
import type { Environment } from "./environment.ts";
import { handingOver } from "./hand_over.ts";
import { forgetMissing, missingFrom } from "./shelf.ts";
import type { Boot, Doors, Enrolled, LockedOfficer, Problem, Unlocked, Wrong } from "./types.ts";
import { unlockedSession } from "./unlocked.ts";
import { tellWiped, wipedSeen, wipedStores } from "./wiping.ts";

type Pending = { readonly fresh: FreshKeys; readonly identity: Identity };

const problem = (fault: Fault): Problem => ({ ok: false, code: fault.code, why: fault.why });
const lost: Problem = { ok: false, code: "store", why: "This officer's store cannot be read. Enrol again; nothing is deleted." };

export function openDoors(environment: Environment): Doors {
  const vault = openVault(environment.disk, environment.nowMs, environment.locks);
  const pending = new Map<Enrolled, Pending>();
  /** Kept between tries with one code: a lost answer is asked for again with the same key. */
  const keysFor = new Map<string, FreshKeys>();
  return {
    boot: () => boot(environment, vault), wipedSeen: () => wipedSeen(environment), judgeSecret, ...handingOver(environment),
    missingSeen: () => missingSeen(environment, vault),
    async enrol(code, username, password, deviceName) {
      const fresh = keysFor.get(code) ?? (await freshKeys());
      keysFor.set(code, fresh);
      const device = (await vault.holders())[0]?.device ?? null;
      const asked = { code: code.trim(), username, password, deviceName, device };
      const got = await enrolWith(environment.network, asked, fresh, verifyWith);
      if (!got.ok) return problem(got);
      const enrolled = enrolledWords(got.value);
      pending.set(enrolled, { fresh, identity: got.value });
      return enrolled;
    },
    async setSecret(enrolled, secret) {
      const held = pending.get(enrolled);
      if (!held) return lost;
      const why = judgeSecret(secret);
      if (why !== null) return { ok: false, code: "secret", why };
      const session = await firstStore(environment, vault, held, secret);
      if (session.ok) {
        // These keys could still be taken out of memory; from here on the store's own are used.
        pending.clear();
        keysFor.clear();
      }
      return session;
    },
    async unlock(store, secret) {
      const opened = await vault.unlock(store, secret);
      if (!opened.ok) return opened;
      const session = await enter(environment, vault, opened.store);
      return session.ok ? session : { ok: false, why: session.why, triesLeft: 0, waitUntil: null } satisfies Wrong;
    },
  };
}

async function missingSeen({ shelf }: Environment, vault: Vault): Promise<void> {
  forgetMissing(shelf, (await vault.holders()).map(({ store }) => store));
}

async function boot(environment: Environment, vault: Vault): Promise<Boot> {
  const why = environment.unsupported();
  if (why !== null) return { state: "unsupported", why };
  const reading = vault.holders();
  // Should reading fail, whoever has no pen is told of that first.
  reading.catch(() => undefined);
  if (!(await environment.takePen())) return { state: "busy", why: "This app is open in another window. Close that one first." };
  const holders = await reading;
  const missing = missingFrom(environment.shelf, holders.map(({ store }) => store));
  const notHere = { missing, wiped: await wipedStores(environment) };
  void finishErasing(environment.disk).then(() => tellWiped(environment));
  if (!holders.length) return { state: "new", ...notHere };
  void environment.painted().then(environment.locks.ready);
  const officers = holders.map(({ store, officer, name, agency, operation, unsent, waitUntil, earlier }): LockedOfficer => ({
    store, officer, name, agency, operation, unsent, waitUntil, earlier,
  }));
  return { state: "locked", officers, ...notHere };
}

function enrolledWords({ certificate, operation }: Identity): Enrolled {
  const { officer, name, agency } = certificate;
  return { ok: true, officer, name, agency, operation: operation.name };
}

async function firstStore(environment: Environment, vault: Vault, held: Pending, secret: string): Promise<Unlocked | Problem> {
  const { officer, name, agency, device } = held.identity.certificate;
  const made = await vault.create({ officer, name, agency, device, operation: held.identity.operation.name }, held.fresh, secret, [
    identityRecord(held.identity),
  ]);
  if (!made.ok) return { ok: false, code: made.code, why: made.why };
  return enter(environment, vault, made.store);
}

async function enter(environment: Environment, vault: Vault, store: Store): Promise<Unlocked | Problem> {
  const book = await loadBook(store, verifyWith);
  return book ? unlockedSession(environment, vault, book) : lost;
}

/** The doors of this browser window. Nothing of the browser is touched before one is opened. */
export const doors: Doors = openDoors(browserEnvironment());
