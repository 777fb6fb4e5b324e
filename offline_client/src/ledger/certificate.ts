/** What the server vouches for at enrolment: whose key this is. With it one tablet can check another's segment offline. */
import { base32, fromBase64url, utf8 } from "./bytes.ts";
import { judge } from "./entry.ts";
import type { DeviceId, OfficerId, OperationId, SignerId } from "./ids.ts";
import { readLine, unread, type Json, type Read } from "./json.ts";
import type { Verify } from "./segment.ts";
import { sha256 } from "./sha256.ts";

export type Certificate = {
  readonly signer: SignerId;
  readonly key: string;
  readonly device: DeviceId;
  readonly number: number;
  readonly officer: OfficerId;
  readonly name: string;
  readonly agency: string;
  readonly operation: OperationId;
  readonly epoch: string;
  readonly issued: string;
  readonly not_after: string;
};

const MAX_BYTES = 4 * 1024;
const text = (v: Json): boolean => typeof v === "string" && v.length > 0;
const CHECKS = {
  v: (v: Json) => v === 1,
  signer: text, key: text, device: text, number: (v: Json) => typeof v === "number" && v >= 0, officer: text, name: text,
  agency: text, operation: text, epoch: text, issued: text, not_after: text,
};

/** Whether it still held at this moment of the server's time. A tablet's own clock decides nothing. */
export const vouches = (certificate: Certificate, atMs: number): boolean => atMs <= Date.parse(certificate.not_after);

/** A key is named by its own hash: 26 characters of base32 over the raw point. */
export const signerOf = (point: Uint8Array): SignerId => base32(sha256(point)).slice(0, 26) as SignerId;

export function readCertificate(line: string): Read<Certificate> {
  const bytes = utf8(line);
  if (bytes.length > MAX_BYTES) return unread("too_large");
  const json = readLine(bytes);
  if (!json.ok) return json;
  const wrong = judge(json.value, CHECKS, []);
  if (wrong) return unread("certificate_invalid", wrong);
  const certificate = json.value as unknown as Certificate;
  const point = fromBase64url(certificate.key);
  if (!point || signerOf(point) !== certificate.signer) return unread("certificate_signer", "the key has another name");
  return { ok: true, value: certificate };
}

export async function trusted(line: string, signature: string, serverKey: string, verify: Verify): Promise<Read<Certificate>> {
  const raw = fromBase64url(signature);
  if (!raw || !(await verify(serverKey, utf8(`fieldops/certificate/1\n${line}`), raw))) {
    return unread("certificate_signature", "not signed by this server");
  }
  return readCertificate(line);
}
