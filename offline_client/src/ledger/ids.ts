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
/** One officer's sealed store on this tablet: named by its signer, since a second enrolment never replaces the first. */
export type StoreId = Branded<"store">;
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

const LOG = /^([a-z2-7]{16})\.(C[0-9]{1,2}[a-z]?)\.([a-z2-7]{26})\.([0-9a-z]{1,16})$/;
const SUBJECT = /^(?:visit|operation|worker:[a-z2-7]{16})$/;

export const isSubject = (text: unknown): text is SubjectId => typeof text === "string" && SUBJECT.test(text);

export function partsOfLog(log: string): LogParts | null {
  const found = LOG.exec(log);
  if (!found) return null;
  const [, scope = "", classCode = "", signer = "", incarnation = ""] = found;
  return { stream: streamId(scope, classCode), scope, classCode, signer: signer as SignerId, incarnation };
}

/** The signer alone may write to a log, so the log names its author. */
export const signerOfLog = (log: LogId): SignerId => (log.split(".")[2] ?? "") as SignerId;
export const streamOfLog = (log: LogId): StreamId => log.split(".", 2).join(".") as StreamId;
export const scopeOf = (name: StreamId | LogId): string => name.split(".", 1)[0] ?? "";
export const classOf = (name: StreamId | LogId): string => name.split(".", 2)[1] ?? "";
