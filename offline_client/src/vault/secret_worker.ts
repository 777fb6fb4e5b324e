/**
 * The worker in which a secret is stretched, so that the page reads its records meanwhile. It answers once; whoever started
 * it ends it then, and with it everything that it knew of the secret. The key it gives cannot be taken out.
 */
import type { Kdf } from "./keys.ts";
import { keyFromSecret } from "./secret.ts";

export type Ask = { readonly secret: string; readonly salt: Uint8Array<ArrayBuffer>; readonly kdf: Kdf };

const SMALLEST: Kdf = { memoryKiB: 8, passes: 1, lanes: 1 };
// Done once for nothing, so that the code is compiled by the time a secret is typed.
const ready = keyFromSecret("-", new Uint8Array(16), SMALLEST);

addEventListener("message", async ({ data }: MessageEvent<Ask>) => {
  await ready;
  postMessage(await keyFromSecret(data.secret, data.salt, data.kdf));
});
