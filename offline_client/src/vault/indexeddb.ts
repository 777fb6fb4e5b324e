/**
 * IndexedDB as the vault's disk. Every write is a strict transaction, acknowledged only when it is complete. A connection
 * that the system killed in the background is opened again and the same transaction tried again; what was not complete
 * then was never acknowledged.
 */
import { ROOMS, type Change, type Disk, type DiskFault, type Done, type Room, type Stored } from "./disk.ts";

/** 2: rooms for files. 3: the outbox. */
const VERSION = 3;
const TRIES = 4;
const LAST_KEY = "\uffff";

type Link = { open(): Promise<IDBDatabase>; drop(): void };

function linkTo(name: string): Link {
  let opening: Promise<IDBDatabase> | null = null;
  const drop = (): void => { opening = null; };
  return {
    drop,
    open() {
      opening ??= connect(name, drop).catch((error: unknown) => {
        drop();
        throw error;
      });
      return opening;
    },
  };
}

function connect(name: string, onDeath: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const room of ROOMS) {
        if (!request.result.objectStoreNames.contains(room)) request.result.createObjectStore(room);
      }
    };
    request.onerror = () => reject(request.error ?? new DOMException("", "UnknownError"));
    request.onblocked = () => reject(new DOMException("another window holds an older store", "InvalidStateError"));
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = onDeath;
      database.onversionchange = () => { database.close(); onDeath(); };
      resolve(database);
    };
  });
}

type Work<T> = (transaction: IDBTransaction) => () => T;

function run<T>(database: IDBDatabase, rooms: readonly Room[], mode: IDBTransactionMode, work: Work<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(rooms as Room[], mode, { durability: "strict" });
    let result: (() => T) | null = null;
    transaction.oncomplete = () => { if (result) resolve(result()); };
    transaction.onabort = () => reject(transaction.error ?? new DOMException("", "AbortError"));
    try {
      result = work(transaction);
    } catch (error) {
      // Without this, what was asked before the fault would be written, and the rest not.
      transaction.abort();
      reject(error as Error);
    }
  });
}

const isDomException = (error: unknown): error is DOMException => error instanceof DOMException;
/** The connection died, rather than the disk: trying again on a new one is right. */
const died = (error: unknown): boolean =>
  isDomException(error) && ["InvalidStateError", "UnknownError", "AbortError", "TransactionInactiveError"].includes(error.name);

const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

async function persist<T>(link: Link, rooms: readonly Room[], mode: IDBTransactionMode, work: Work<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(await link.open(), rooms, mode, work);
    } catch (error) {
      if (attempt === TRIES || !died(error)) throw error;
      link.drop();
      await pause(40 * 2 ** attempt);
    }
  }
}

function fault(error: unknown): DiskFault {
  if (isDomException(error) && error.name === "QuotaExceededError") {
    return { ok: false, code: "full", why: "This tablet has no room left. Free some space; nothing already saved is lost." };
  }
  const name = isDomException(error) ? error.name : "fault";
  return { ok: false, code: "failed", why: `The tablet's storage did not accept this (${name}). Try again.` };
}

export function indexedDisk(name: string): Disk {
  const link = linkTo(name);
  return {
    get: (room, owner, key) => persist(link, [room], "readonly", (transaction) => {
      const request = transaction.objectStore(room).get([owner, key]);
      return () => (request.result as Stored | undefined) ?? null;
    }),
    gather: (rooms, owner) => persist(link, rooms, "readonly", (transaction) => {
      const found = rooms.map((room) => [room, listIn(transaction, room, owner)] as const);
      return () => new Map(found.map(([room, listed]) => [room, listed()]));
    }),
    list: (room, owner) => persist(link, [room], "readonly", (transaction) => listIn(transaction, room, owner)),
    count: (room, owner) => persist(link, [room], "readonly", (transaction) => {
      const request = transaction.objectStore(room).count(IDBKeyRange.bound([owner, ""], [owner, LAST_KEY]));
      return () => request.result;
    }),
    write: (changes) => writeAll(link, changes),
    clear: (rooms, owner) => change(link, rooms, (transaction) => {
      for (const room of rooms) transaction.objectStore(room).delete(IDBKeyRange.bound([owner, ""], [owner, LAST_KEY]));
    }),
  };
}

function listIn(transaction: IDBTransaction, room: Room, owner?: string) {
  const range = owner === undefined ? null : IDBKeyRange.bound([owner, ""], [owner, LAST_KEY]);
  const keys = transaction.objectStore(room).getAllKeys(range);
  const values = transaction.objectStore(room).getAll(range);
  return () => keys.result.map((key, i) => {
    const [of, name] = key as [string, string];
    return { owner: of, name, value: values.result[i] as Stored };
  });
}

async function writeAll(link: Link, changes: readonly Change[]): Promise<Done> {
  const rooms = [...new Set(changes.map((change) => change.room))];
  if (!rooms.length) return { ok: true };
  return change(link, rooms, (transaction) => {
    for (const { room, owner, name, put } of changes) {
      if (put) transaction.objectStore(room).put(put, [owner, name]);
      else transaction.objectStore(room).delete([owner, name]);
    }
  });
}

async function change(link: Link, rooms: readonly Room[], work: (transaction: IDBTransaction) => void): Promise<Done> {
  try {
    await persist(link, rooms, "readwrite", (transaction) => {
      work(transaction);
      return () => undefined;
    });
    return { ok: true };
  } catch (error) {
    return fault(error);
  }
}
