/** The browser as the session's machine. */
import { indexedDisk } from "../vault/indexeddb.ts";
import { chance, KDF } from "../vault/keys.ts";
import { stretcher } from "../vault/stretch.ts";
import { takePen, type Hold } from "../vault/writer.ts";
import { browserNetwork } from "../sync/wire.ts";
import type { Storage } from "../sync/claim.ts";
import type { Environment, GivenFile } from "./environment.ts";

const STORE = "fieldops";
const SHELF = "held";
const MIB = 1024 * 1024;
const NETWORK_LIMIT_MS = 30_000;
/** By then a browser has read what it was given to save. */
const SAVED_MS = 60_000;
const UNPAINTED_MS = 400;

export function browserEnvironment(): Environment {
  let pen: Hold | null = null;
  return {
    disk: indexedDisk(STORE),
    network: browserNetwork("", NETWORK_LIMIT_MS),
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    chance,
    timers: {
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      chance: Math.random,
    },
    onWake,
    room,
    onWifi,
    keepStorage: async () => (await navigator.storage?.persist?.()) ?? false,
    storage,
    shelf: { read: () => localStorage.getItem(SHELF), write: (text) => { localStorage.setItem(SHELF, text); } },
    save,
    share: canShare() ? share : null,
    build: /-([0-9a-f]+)\.js$/.exec(import.meta.url)?.[1] ?? "",
    takePen: async () => (pen ??= await takePen(STORE)) !== null,
    locks: { kdf: KDF, ...stretcher() },
    painted,
    unsupported,
  };
}

/** One download for each file, by links that are never on the page. */
async function save(files: readonly GivenFile[]): Promise<void> {
  for (const { name, bytes } of files) {
    const link = document.createElement("a");
    link.download = name;
    link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), SAVED_MS);
  }
}

/** A share sheet takes files of a few types only, and a bundle is text. */
const asText = ({ name, bytes }: GivenFile): File => new File([bytes], `${name}.txt`, { type: "text/plain" });

const canShare = (): boolean => navigator.canShare?.({ files: [asText({ name: "a", bytes: new Uint8Array(1) })] }) ?? false;

async function share(files: readonly GivenFile[]): Promise<"shared" | "stopped" | "cannot"> {
  try {
    await navigator.share({ files: files.map(asText) });
    return "shared";
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return error.name === "AbortError" ? "stopped" : "cannot";
  }
}

/** A page in the background paints nothing, so a moment will do there. */
const painted = (): Promise<void> => new Promise((done) => {
  setTimeout(done, UNPAINTED_MS);
  requestAnimationFrame(() => { requestAnimationFrame(() => { done(); }); });
});

/** Rounded to MiB: a size to the byte would tell of what cannot be read. */
async function storage(): Promise<Storage> {
  const [persisted, room] = await Promise.all([navigator.storage?.persisted?.(), navigator.storage?.estimate?.()]);
  const mib = (bytes: number | undefined): number | null => (bytes === undefined ? null : Math.round(bytes / MIB));
  return { persisted: persisted ?? null, quotaMib: mib(room?.quota), usageMib: mib(room?.usage) };
}

async function room(): Promise<number | null> {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  return quota === undefined || usage === undefined ? null : quota - usage;
}

type Connected = { readonly connection?: { readonly type?: string } };

/** Chromium on a tablet says what it is connected by; other browsers, and those of a desk, say nothing. */
function onWifi(): boolean | null {
  const type = (navigator as Connected).connection?.type;
  if (type === undefined || type === "unknown" || type === "other") return null;
  return type === "wifi" || type === "ethernet";
}

function onWake(wake: () => void): () => void {
  const seen = () => { if (document.visibilityState === "visible") wake(); };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", seen);
  return () => {
    removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", seen);
  };
}

function unsupported(): string | null {
  if (!isSecureContext || !crypto.subtle) {
    return "This address is not protected (https), so the browser offers no encryption. Fieldops does not run without it.";
  }
  const able = "indexedDB" in globalThis && "locks" in navigator && "CompressionStream" in globalThis;
  return able ? null : "This browser is too old for Fieldops. Update it, or use another one.";
}
