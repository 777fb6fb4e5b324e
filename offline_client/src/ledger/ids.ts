/** The names of things. Each is text on the wire; the brand keeps a visit from being passed where an officer is meant. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type OperationId = Branded<"operation">;
export type VisitId = Branded<"visit">;
export type OfficerId = Branded<"officer">;
export type DeviceId = Branded<"device">;
export type SignerId = Branded<"signer">;
export type StreamId = Branded<"stream">;
export type LogId = Branded<"log">;
/** SHA-256 of the header bytes, 64 hex digits. */
export type EntryId = Branded<"entry">;
export type PaperHash = Branded<"paper">;
/** `visit`, `operation` or `worker:{id}`: whom or what an answer is about. */
export type SubjectId = Branded<"subject">;

export const THE_VISIT = "visit" as SubjectId;

/** One log for each stream, so that a reader of one class can check the whole chain of what it may see. */
export function logId(stream: StreamId, signer: SignerId, incarnation: string): LogId {
  return `${stream}.${signer}.${incarnation}` as LogId;
}

export function streamId(scope: string, classCode: string): StreamId {
  return `${scope}.${classCode}` as StreamId;
}

export type LogParts = { stream: StreamId; scope: string; classCode: string; signer: SignerId; incarnation: string };

const LOG = /^([a-z2-7]{16})\.(C(?:[0-9]|1[01]|7b|7p))\.([a-z2-7]{26})\.([a-z2-7]{1,16})$/;

export function partsOfLog(log: string): LogParts | null {
  const found = LOG.exec(log);
  if (!found) return null;
  const [, scope = "", classCode = "", signer = "", incarnation = ""] = found;
  return { stream: streamId(scope, classCode), scope, classCode, signer: signer as SignerId, incarnation };
}
