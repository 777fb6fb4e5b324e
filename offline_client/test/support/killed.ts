/** The end of a tablet's process in the midst of a round. */
import type { Tablet } from "./field.ts";

/** Sends, and dies at that write, if there are so many: then nothing of the session goes on. */
export async function killedAt(on: Tablet, kill: number): Promise<boolean> {
  let writes = 0;
  const death = new Promise<boolean>((die) => {
    on.machine.disk.beforeWrite = () => {
      if (writes++ < kill) return null;
      die(true);
      return "died";
    };
  });
  const killed = await Promise.race([death, on.send().then(() => false)]);
  on.machine.disk.beforeWrite = () => null;
  return killed;
}
