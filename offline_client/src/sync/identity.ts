/** Who this store belongs to, as the server vouched for it at enrolment. */
import { utf8 } from "../ledger/bytes.ts";
import { trusted, type Certificate } from "../ledger/certificate.ts";
import { isObject, type Json, type JsonObject } from "../ledger/json.ts";
import type { OperationId } from "../ledger/ids.ts";
import type { Verify } from "../ledger/segment.ts";
import { signWith, type FreshKeys } from "../vault/keys.ts";
import { openPost, type Fault, type Got, type Network } from "./wire.ts";

export type Identity = {
  readonly certificate: Certificate;
  readonly serverKey: string;
  /** The operation's public key, to which what is not sent yet is sealed. */
  readonly sealingKey: string;
  readonly operation: { readonly id: OperationId; readonly code: string; readonly name: string };
  readonly epoch: string;
  readonly deviceName: string;
};

export type Asked = {
  readonly code: string;
  readonly username: string;
  readonly password: string;
  readonly deviceName: string;
  /** The tablet's own id, when an officer is enrolled on it already. */
  readonly device: string | null;
};

const unreadable: Fault = { ok: false, code: "garbled", why: "The server's answer could not be read. Try again.", status: 0 };

/** Asks with the same keys may be repeated: the server gives the same answer to the same code and key. */
export async function enrolWith(network: Network, asked: Asked, fresh: FreshKeys, verify: Verify): Promise<Got<Identity>> {
  const proof = await signWith(fresh.pair.privateKey, utf8(`fieldops/enrol/1\n${asked.code}`));
  const reply = await openPost(network, "/api/devices/enrol", {
    code: asked.code, username: asked.username, password: asked.password, key: fresh.key, proof,
    device_name: asked.deviceName, ...(asked.device ? { device: asked.device } : {}),
  });
  if (!reply.ok) return reply;
  const identity = await readIdentity(reply.value, asked.deviceName, verify);
  return identity && identity.certificate.signer === fresh.signer ? { ok: true, value: identity } : unreadable;
}

const text = (from: JsonObject, key: string): string => (typeof from[key] === "string" ? (from[key] as string) : "");

async function readIdentity(json: Json, deviceName: string, verify: Verify): Promise<Identity | null> {
  if (!isObject(json) || !isObject(json["operation"])) return null;
  const serverKey = text(json, "server_key");
  const certificate = await trusted(text(json, "certificate"), text(json, "signature"), serverKey, verify);
  if (!certificate.ok) return null;
  const operation = json["operation"];
  return {
    certificate: certificate.value, serverKey, sealingKey: text(json, "sealing_key"), deviceName, epoch: text(json, "epoch"),
    operation: { id: text(operation, "id") as OperationId, code: text(operation, "code"), name: text(operation, "name") },
  };
}
