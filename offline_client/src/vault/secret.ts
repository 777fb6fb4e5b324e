/** A secret becomes a key by Argon2id. The raw key is overwritten as soon as it is one that cannot be taken out. */
import { argon2id } from "hash-wasm";
import type { Kdf } from "./keys.ts";

export async function keyFromSecret(secret: string, salt: Uint8Array, kdf: Kdf): Promise<CryptoKey> {
  const raw = await argon2id({
    password: secret.normalize("NFC"), salt, parallelism: kdf.lanes, iterations: kdf.passes, memorySize: kdf.memoryKiB,
    hashLength: 32, outputType: "binary",
  });
  const key = await crypto.subtle.importKey("raw", raw as Uint8Array<ArrayBuffer>, "AES-KW", false, ["wrapKey", "unwrapKey"]);
  raw.fill(0);
  return key;
}

