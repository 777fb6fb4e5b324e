/** A file out of the vault on the screen, for as long as it is looked at. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ExhibitView, OpenVisit } from "../../model/types.ts";

/** The address of what was read, until the page is left; null until then, or when it cannot be read. */
export function useAddress(read: () => Promise<Blob | null>, of: readonly unknown[]): string | null {
  const address = useSignal<string | null>(null);
  useEffect(() => {
    let left = false;
    void read().then((blob) => {
      if (blob && !left) address.value = URL.createObjectURL(blob);
    });
    return () => {
      left = true;
      if (address.peek() !== null) URL.revokeObjectURL(address.peek() ?? "");
      address.value = null;
    };
  }, of);
  return address.value;
}

/** The small picture of an exhibit; a sign in its place where there is none. */
export function Likeness({ visit, exhibit }: { readonly visit: OpenVisit; readonly exhibit: ExhibitView }) {
  const address = useAddress(async () => (exhibit.hasThumbnail ? visit.thumbnail(exhibit.entry) : null), [exhibit.entry, exhibit.hasThumbnail]);
  if (address === null) return <span class="likeness none" aria-hidden="true">{exhibit.whatWords.charAt(0)}</span>;
  return <img class="likeness" src={address} alt="" />;
}
