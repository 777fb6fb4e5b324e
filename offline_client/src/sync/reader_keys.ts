/** Whose sealing key is whose: statements signed by the signing keys, as the server hands them on to the team's tablets. */
import { base64url, fromBase64url, utf8 } from "../ledger/bytes.ts";
import { isObject, readDocument, readLine, type JsonObject } from "../ledger/json.ts";
import type { SignerId } from "../ledger/ids.ts";
import type { Verify } from "../ledger/segment.ts";
import type { Book } from "./book.ts";
import type { Io } from "./offer.ts";
import type { Got } from "./wire.ts";

const KIND = "reader_key";
const POINT = /^B[A-Za-z0-9_-]{86}$/;
const DONE = { ok: true, value: null } as const;

const message = (line: string): Uint8Array<ArrayBuffer> => utf8(`fieldops/reader-key/1\n${line}`);

export const writeReaderKey = (signer: SignerId, point: string): string => JSON.stringify({ v: 1, signer, point });

type Whose = { readonly signer: SignerId; readonly point: string };

/** Whose the key is, as `keyOf` that signer signed it; null for anything else. */
export async function readReaderKey(
  line: string, signature: string, keyOf: (signer: SignerId) => string | undefined, verify: Verify,
): Promise<Whose | null> {
  const json = readLine(utf8(line));
  const said = json.ok && isObject(json.value) ? whose(json.value) : null;
  const [key, raw] = [said && keyOf(said.signer), fromBase64url(signature)];
  return key && raw && (await verify(key, message(line), raw)) ? said : null;
}

function whose(said: JsonObject): Whose | null {
  const { v, signer, point } = said;
  if (v !== 1 || typeof signer !== "string" || typeof point !== "string" || Object.keys(said).length !== 3) return null;
  return POINT.test(point) ? { signer: signer as SignerId, point } : null;
}

/** Takes up what the listed papers say. A statement that its signer's key did not sign is none. */
export async function readReaderKeys(book: Book, verify: Verify): Promise<void> {
  book.readers.clear();
  for (const { kind, hash } of book.listed) {
    const paper = kind === KIND ? readDocument(utf8(book.papers.get(hash) ?? "")) : null;
    if (!paper?.ok || !isObject(paper.value)) continue;
    const { line, signature } = paper.value;
    const read = await readReaderKey(String(line), String(signature), (signer) => book.certificates.get(signer)?.key, verify);
    if (read) book.readers.set(read.signer, read.point);
  }
}

/** Tells the server of this store's own key, once after unlocking unless it handed it on before. A refusal hinders nothing else. */
export async function tellReaderKey(book: Book, { wire }: Io): Promise<Got<null>> {
  const { signer } = book.identity.certificate;
  if (book.toldReader) return DONE;
  const own = await book.store.reader();
  const point = own && base64url(own.point);
  if (!point || book.readers.get(signer) === point) return DONE;
  const line = writeReaderKey(signer, point);
  const told = await wire.json("/api/tablet/reader-key", { line, signature: await book.store.sign(message(line)) });
  if (!told.ok && told.status === 0) return told;
  book.toldReader = true;
  return DONE;
}
