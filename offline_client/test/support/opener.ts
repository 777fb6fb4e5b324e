/** The server's half of sealing: opens what was sealed to the operation, by RFC 9180, written apart from what seals. */
import { createDecipheriv, createECDH, createHmac, hkdfSync } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Segment } from "../../src/ledger/segment.ts";
import { OPERATION } from "./papers.ts";

export type Opener = {
  readonly point: string;
  /** The segments of a bundle's parts that open. */
  open(bundle: { readonly [key: string]: unknown }): Promise<readonly Segment[]>;
};

type Part = { readonly key: string; readonly log: string; readonly from: number; readonly to: number; readonly iv: string; readonly sealed: string };
const TAG = 16;
const POINT = 65;
const raw = (text: string): Buffer => Buffer.from(text, "base64url");

export async function openOpener(): Promise<Opener> {
  const pair = createECDH("prime256v1");
  const point = pair.generateKeys();
  return {
    point: point.toString("base64url"),
    open: async (bundle) => {
      const keys = new Map((bundle["keys"] as { id: string; sealed: string }[]).map(({ id, sealed }) => [id, raw(sealed)]));
      return (bundle["parts"] as Part[]).flatMap((part) => {
        const content = opened(() => contentKey(pair, point, keys.get(part.key) ?? Buffer.alloc(0)));
        const label = `fieldops/part/1\n${OPERATION.id}\n${part.log}\n${part.from}\n${part.to}`;
        const plain = content && opened(() => unlocked(content, raw(part.iv), raw(part.sealed), Buffer.from(label)));
        return plain ? [JSON.parse((plain[0] === 0x1f ? gunzipSync(plain) : plain).toString()) as Segment] : [];
      });
    },
  };
}

function opened(work: () => Buffer): Buffer | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function unlocked(key: Buffer, iv: Buffer, sealed: Buffer, label: Buffer): Buffer {
  const cipher = createDecipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(label);
  cipher.setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([cipher.update(sealed.subarray(0, -TAG)), cipher.final()]);
}

function contentKey(pair: ReturnType<typeof createECDH>, point: Buffer, sealed: Buffer): Buffer {
  const [enc, ct] = [sealed.subarray(0, POINT), sealed.subarray(POINT)];
  const kem = Buffer.from("HPKE-v1KEM\x00\x10", "latin1");
  const suite = Buffer.from("HPKE-v1HPKE\x00\x10\x00\x01\x00\x02", "latin1");
  const expand = (salt: Buffer, words: Buffer, length: number, ...info: Buffer[]): Buffer =>
    Buffer.from(hkdfSync("sha256", words, salt, Buffer.concat([Buffer.from([0, length]), ...info]), length));
  const hash = (...words: Buffer[]): Buffer => createHmac("sha256", Buffer.alloc(0)).update(Buffer.concat([suite, ...words])).digest();
  const dh = pair.computeSecret(enc);
  const shared = expand(Buffer.alloc(0), Buffer.concat([kem, Buffer.from("eae_prk"), dh]), 32, kem, Buffer.from("shared_secret"), enc, point);
  const info = Buffer.from(`info_hashfieldops/content-key/1\n${OPERATION.id}`);
  const context = Buffer.concat([Buffer.alloc(1), hash(Buffer.from("psk_id_hash")), hash(info)]);
  const secret = Buffer.concat([suite, Buffer.from("secret")]);
  const key = expand(shared, secret, 32, suite, Buffer.from("key"), context);
  return unlocked(key, expand(shared, secret, 12, suite, Buffer.from("base_nonce"), context), ct, Buffer.alloc(0));
}
