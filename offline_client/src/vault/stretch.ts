/** Stretches secrets in a worker of their own: one for each secret, started before it is typed and ended with its answer. */
import { scriptAddress } from "../scripts.ts";
import type { Stretch } from "./keys.ts";
import type { Ask } from "./secret_worker.ts";

export function stretcher(): { readonly ready: () => void; readonly stretch: Stretch } {
  let waiting: Worker | null = null;
  const start = (): Worker => new Worker(scriptAddress("secret"));
  return {
    ready: () => { waiting ??= start(); },
    stretch: (secret, salt, kdf) => {
      const worker = waiting ?? start();
      waiting = null;
      return answer(worker, { secret, salt, kdf });
    },
  };
}

function answer(worker: Worker, ask: Ask): Promise<CryptoKey | null> {
  return new Promise((resolve) => {
    const end = (key: CryptoKey | null): void => {
      worker.terminate();
      resolve(key);
    };
    worker.onmessage = ({ data }: MessageEvent<CryptoKey>) => end(data);
    worker.onerror = () => end(null);
    worker.postMessage(ask);
  });
}
