/** Taking exhibits and telling of them: one entry for each, its file beside it, and hand-overs that only add. */
import { computed, type ReadonlySignal } from "@preact/signals";
import { classOf, strictestOf } from "../checklist/classes.ts";
import type { Entry } from "../ledger/entry.ts";
import type { Standing } from "../ledger/fold.ts";
import { signerOfLog, streamId, streamOfLog, type EntryId, type StreamId, type SubjectId } from "../ledger/ids.ts";
import { isObject, type Json } from "../ledger/json.ts";
import { CONTINUITY, EXHIBIT } from "../ledger/kinds.ts";
import type { Book } from "../sync/book.ts";
import { fileRecord, isReceived, partsDone, type KeptFile, type Turn } from "../sync/files.ts";
import type { Chance, Recorded, Recorder } from "../sync/record.ts";
import { clearHalfTaken, fileBytes, NO_ROOM, RESERVE_BYTES, takeFile } from "../sync/take.ts";
import { isKept, keptView } from "../sync/views.ts";
import type { Got } from "../sync/wire.ts";
import { momentWords } from "../sync/words.ts";
import { clockTrouble } from "./clock.ts";
import { added, file } from "./drafts.ts";
import type { Capture, ExhibitView, Exhibits, FileView, HandOver, What } from "./exhibit_types.ts";
import type { Scene } from "./scene.ts";
import type { Saved } from "./types.ts";
import { ERASED, plainWords, subjectLabel } from "./value_words.ts";

export type Cabinet = {
  readonly book: Book;
  readonly scene: ReadonlySignal<Scene>;
  /** Changes with every part that was sent. */
  readonly beat: ReadonlySignal<unknown>;
  readonly way: () => Way;
  readonly fetchView: (entry: Entry) => Promise<Got<null>>;
  readonly record: Recorder;
  readonly nowMs: () => number;
  readonly chance: Chance;
  /** Free bytes for this app, or null when the browser does not say. */
  readonly room: () => Promise<number | null>;
};

/** Whether files are going out at this moment, and what pictures and recordings wait for, if anything. */
export type Way = { readonly sending: boolean; readonly waitsFor: string | null };

/** Sealed pieces and the store's own books take a little more than the file. */
const OVERHEAD = 1.1;

export const isExhibit = (kind: string): boolean => kind === EXHIBIT || kind === CONTINUITY;

export function exhibitDoors(cabinet: Cabinet): Exhibits {
  const { book, scene, beat } = cabinet;
  const ofEntry = (id: EntryId) => scene.peek().standings.find(({ entry }) => entry.id === id);
  return {
    exhibits: computed(() => {
      void beat.value;
      return exhibitViews(scene.value, book, cabinet.way(), cabinet.nowMs());
    }),
    nextLabel: () => nextLabel(book),
    takeExhibit: (subject, capture, original, thumbnail) => take(cabinet, { subject, capture, original, thumbnail }),
    describe: (id, details) => describe(cabinet, ofEntry(id), details),
    handOver: (id, move) => handOver(cabinet, ofEntry(id), move),
    original: async (id) => (await blobOf(book, ofEntry(id)?.entry.att[0])) ?? keptView(book, id),
    thumbnail: async (id) => {
      const att = ofEntry(id)?.entry.att ?? [];
      return (await blobOf(book, att[1] ?? att[0])) ?? keptView(book, id);
    },
    fetchPicture: async (id) => {
      const entry = ofEntry(id)?.entry;
      const got = entry ? await cabinet.fetchView(entry) : no(GONE);
      return got.ok ? { ok: true, id } : no(got.why);
    },
  };
}

async function blobOf(book: Book, name: string | undefined): Promise<Blob | null> {
  const kept = name === undefined ? undefined : book.files.get(name);
  const bytes = kept && (await fileBytes(book, kept));
  return kept && bytes ? new Blob([...bytes], { type: kept.manifest.type }) : null;
}

type Taking = { readonly subject: SubjectId; readonly capture: Capture; readonly original: Blob | null; readonly thumbnail: Blob | null };

const no = (why: string): Saved => ({ ok: false, why });

async function take(cabinet: Cabinet, taking: Taking): Promise<Saved> {
  const { book, nowMs } = cabinet;
  const trouble = clockTrouble(nowMs()) ?? (await roomTrouble(cabinet, taking));
  if (trouble !== null) return no(trouble);
  const happenedMs = nowMs();
  const { what } = taking.capture;
  const sources = [[taking.original, turnOf(what)], [taking.thumbnail, "first"]] as const;
  const files: KeptFile[] = [];
  for (const [source, turn] of sources) {
    const taken = source && (await takeFile(book, source, turn, cabinet.chance));
    if (taken && !taken.ok) return giveUp(book, files, taken.why);
    if (taken) files.push(taken.file);
  }
  return write(cabinet, taking, files, happenedMs);
}

const turnOf = (what: What): Turn => (what === "signature" ? "first" : what === "photo" ? "picture" : "other");

async function roomTrouble({ room }: Cabinet, { original, thumbnail }: Taking): Promise<string | null> {
  const free = original ? await room() : null;
  const wanted = ((original?.size ?? 0) + (thumbnail?.size ?? 0)) * OVERHEAD;
  return free === null || free >= wanted + RESERVE_BYTES ? null : NO_ROOM;
}

/** Files of which no entry was written go again, so that they take no room from answers. */
async function giveUp(book: Book, files: readonly KeptFile[], why: string): Promise<Saved> {
  const fresh = files.filter(({ name }) => !book.files.has(name));
  book.halfTaken.push(...fresh.map(({ tag, manifest }) => ({ tag, pieces: manifest.chunks.length })));
  await clearHalfTaken(book);
  return no(why);
}

async function write({ book, scene, record }: Cabinet, taking: Taking, files: readonly KeptFile[], happenedMs: number): Promise<Saved> {
  const { subject, capture } = taking;
  const value = withoutBlanks({
    label: capture.label, what: capture.what, found: capture.found.trim() || scene.peek().papers.visit.premises.name,
    from_whom: capture.fromWhom.trim(), seal: capture.seal.trim(), question: capture.question ?? "",
  });
  const done = await record(() => {
    const now = scene.peek();
    const filed = file(now, { ...added(EXHIBIT, subject, EXHIBIT, value), beside: streamFor(now, subject, capture.question) }, happenedMs);
    return [{ ...filed, draft: { ...filed.draft, att: files.map(({ name }) => name) } }];
  }, files.map(fileRecord));
  if (!done.ok) return giveUp(book, files, done.why);
  for (const kept of files) book.files.set(kept.name, kept);
  book.filesHeard++;
  return savedAs(done);
}

const withoutBlanks = (value: { readonly [key: string]: string }): Json =>
  Object.fromEntries(Object.entries(value).filter(([, text]) => text !== ""));

/** The class of exhibits, or that of the question where it was taken, if that is stricter. */
function streamFor({ papers: { classes, visit } }: Scene, subject: SubjectId, question: string | null): StreamId {
  const own = classOf(classes, { kind: EXHIBIT, field: EXHIBIT, subject });
  const asked = question === null ? own : classOf(classes, { kind: "answer", field: question, subject });
  return streamId(visit.visit, strictestOf(classes, [own, asked]));
}

/** The same exhibit in other words: what was said before stays in the ledger, and its files are the same. */
async function describe({ record, scene, nowMs }: Cabinet, exhibit: Standing | undefined, details: Details): Promise<Saved> {
  const trouble = clockTrouble(nowMs());
  if (trouble !== null || !exhibit) return no(trouble ?? GONE);
  const { id, subject, log, att, value } = exhibit.entry;
  const said = { ...(isObject(value) ? (value as { readonly [key: string]: string }) : {}), from_whom: details.fromWhom, seal: details.seal };
  const found = details.found.trim() || scene.peek().papers.visit.premises.name;
  const done = await record(() => {
    const what = { ...added(EXHIBIT, subject, EXHIBIT, withoutBlanks({ ...said, found })), supersedes: [id], beside: streamOfLog(log) };
    const filed = file(scene.peek(), what, nowMs());
    return [{ ...filed, draft: { ...filed.draft, happened: exhibit.entry.happened, att } }];
  });
  return savedAs(done);
}

type Details = Pick<Capture, "found" | "fromWhom" | "seal">;
const GONE = "That is no longer here.";

function savedAs(done: Recorded): Saved {
  const id = done.ok ? done.ids[0] : undefined;
  return id ? { ok: true, id } : no(done.ok ? GONE : done.why);
}

async function handOver({ record, scene, nowMs }: Cabinet, exhibit: Standing | undefined, move: HandOver): Promise<Saved> {
  const trouble = clockTrouble(nowMs());
  if (trouble !== null || !exhibit) return no(trouble ?? GONE);
  const { id, subject, log } = exhibit.entry;
  const value = withoutBlanks({ exhibit: id, ...move });
  // The record of its hands is read by whoever may read of the exhibit itself.
  return savedAs(await record(() => [file(scene.peek(), { ...added(CONTINUITY, subject, CONTINUITY, value), beside: streamOfLog(log) }, nowMs())]));
}

/** One more than the highest number under these initials that this tablet knows of. */
function nextLabel(book: Book): string {
  const initials = initialsOf(book.identity.certificate.name);
  let last = 0;
  const own = [...book.own.logs.values()].flatMap(({ entries }) => entries);
  const pulled = [...book.replica.entries.values()].map(({ entry }) => entry);
  for (const { kind, value } of [...own, ...pulled]) {
    const [of, number] = kind === EXHIBIT ? textIn(value, "label").split("/") : [];
    if (of === initials) last = Math.max(last, Number(number) || 0);
  }
  // Which number an erased one had is not known any more, so all that were ever taken are counted: none is given twice.
  const taken = [...own, ...pulled].filter((entry) => entry.kind === EXHIBIT && !entry.supersedes.length && isMine(book, entry));
  return `${initials}/${Math.max(last, taken.some(({ erased }) => erased) ? taken.length : 0) + 1}`;
}

const isMine = ({ certificates, identity }: Book, { log }: Entry): boolean =>
  certificates.get(signerOfLog(log))?.officer === identity.certificate.officer;

/** Behind a rank in capitals, as "DC", or without one. */
const initialsOf = (name: string): string =>
  name.split(/\s+/).filter((part) => !/^[A-Z]{2,}$/.test(part)).map((part) => part.charAt(0).toUpperCase()).join("") || "X";

const textIn = (value: Json, key: string): string => (isObject(value) ? plainWords(value[key] ?? null) : "");

const WORDS: { readonly [what: string]: string } = {
  photo: "Photo", audio: "Recording", signature: "Signature", document: "Document or file", object: "Object",
};

function exhibitViews(scene: Scene, book: Book, way: Way, nowMs: number): readonly ExhibitView[] {
  const acts = scene.evaluation.answers.known.acts;
  const moves = Map.groupBy(acts.filter(({ entry }) => entry.kind === CONTINUITY), ({ entry }) => textIn(entry.value, "exhibit"));
  const around = { scene, book, way, nowMs };
  const exhibits = acts.filter(({ entry }) => entry.kind === EXHIBIT);
  return exhibits.map((act) => exhibitView(around, act, moves.get(act.entry.id) ?? [])).reverse();
}

type Around = { readonly scene: Scene; readonly book: Book; readonly way: Way; readonly nowMs: number };

function exhibitView({ scene, book, way, nowMs }: Around, act: Standing, moves: readonly Standing[]): ExhibitView {
  const { value, subject, att } = shownOf(act.entry);
  const of = (key: string): string => textIn(value, key);
  const what = of("what") as What;
  const kept = book.files.get(att[0] ?? "");
  const said = scene.said(act);
  return {
    ...said, subject, subjectLabel: subjectLabel(scene.labels, subject), label: of("label"), what, whatWords: WORDS[what] ?? what,
    found: of("found"), fromWhom: of("from_whom"), seal: of("seal"), ask: scene.papers.checklist.questions.get(of("question"))?.ask ?? "",
    file: kept ? fileView(book, kept, way, nowMs) : null, elsewhere: isElsewhere(att, kept), picture: pictureOf(book, shownOf(act.entry), what, kept),
    hasThumbnail: isDrawn(book, act.entry, what, kept),
    mayDescribe: said.mine && !act.entry.erased && !moves.length && !isElsewhere(att, kept),
    moves: moves.map((move) => moveView(scene, move)).sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
  };
}

/** Of one that was erased nothing is known, and no file is looked for. */
const shownOf = (entry: Entry): Entry => (entry.erased ? { ...entry, value: { label: ERASED }, att: [] } : entry);

const isElsewhere = (att: readonly string[], kept: KeptFile | undefined): boolean => att.length > 0 && !kept;

/** Recordings and objects show nothing. Of the rest only the server knows whether it can be looked at. */
const MAY_SHOW: readonly What[] = ["photo", "document", "signature"];

function pictureOf(book: Book, { id, att }: Entry, what: What, kept: KeptFile | undefined): ExhibitView["picture"] {
  if (!isElsewhere(att, kept) || !MAY_SHOW.includes(what)) return "none";
  return isKept(book, id) ? "fetched" : "there";
}

const isDrawn = (book: Book, { id, att }: Entry, what: What, kept: KeptFile | undefined): boolean =>
  kept ? att.length > 1 || what === "signature" : isKept(book, id);

function moveView(scene: Scene, move: Standing): ExhibitView["moves"][number] {
  const of = (key: string): string => textIn(move.entry.value, key);
  return { ...scene.said(move), from: of("from"), to: of("to"), at: of("at"), seal: of("seal"), place: of("place"), why: of("why") };
}

function fileView(book: Book, kept: KeptFile, way: Way, nowMs: number): FileView {
  const { manifest, have, received, trouble } = kept;
  const whole = received && isReceived(book, kept);
  return {
    words: whole ? `received ${momentWords(received.at, nowMs)}` : fileWords(kept, way), done: whole ? have.length : partsDone(kept), of: have.length,
    state: whole ? "received" : trouble ? "attention" : "waiting", type: manifest.type, bytes: manifest.size, sha256: manifest.sha256, gone: kept.gone,
  };
}

function fileWords(kept: KeptFile, { sending, waitsFor }: Way): string {
  if (kept.trouble) return `needs attention: ${kept.trouble}`;
  if (waitsFor !== null && kept.turn !== "first") return `saved on this tablet, ${waitsFor}`;
  const [done, of] = [partsDone(kept), kept.have.length];
  if (!done) return "saved on this tablet";
  const parts = of === 1 ? "1 part" : `${of} parts`;
  return sending ? `sending ${done} of ${parts}` : `saved on this tablet, ${done} of ${parts} sent`;
}
