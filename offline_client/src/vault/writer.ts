/** One window writes at a time: two writers to one log would fork it. */

export type Hold = { release(): void };

/** Null when another window of this app holds the pen. */
export function takePen(name: string): Promise<Hold | null> {
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, { mode: "exclusive", ifAvailable: true }, (lock) => {
      if (!lock) {
        resolve(null);
        return undefined;
      }
      return new Promise<void>((release) => { resolve({ release }); });
    }).catch(reject);
  });
}
