/** An exhibit's file as it was taken, shown or played on the tablet. */
import type { ExhibitView, OpenVisit } from "../../model/types.ts";
import { useAddress } from "./likeness.tsx";

type Given = { readonly visit: OpenVisit; readonly exhibit: ExhibitView };

export const family = (type: string): string => type.split("/", 1)[0] ?? "";

type Shown = { readonly kind: string; readonly name: string; readonly address: string | null };

function Picture({ name, address }: { readonly name: string; readonly address: string }) {
  return (
    <div class="viewer" tabIndex={0} role="group" aria-label={name}>
      <img src={address} alt={name} />
    </div>
  );
}

function Played({ kind, name, address }: Shown) {
  if (address === null) return <p class="soft">It is read.</p>;
  if (kind === "image") return <Picture name={name} address={address} />;
  return kind === "audio" ? <audio controls src={address} aria-label={name} /> : <video controls src={address} aria-label={name} class="finder" />;
}

/** The file as it was taken, read out of the vault when it is asked for. */
export function Whole({ visit, exhibit }: Given) {
  const address = useAddress(() => visit.original(exhibit.entry), [exhibit.entry]);
  // Of a file elsewhere there is only ever a picture.
  const kind = exhibit.file ? family(exhibit.file.type) : "image";
  const name = `${exhibit.whatWords} ${exhibit.label}`;
  return <Played kind={kind} name={name} address={address} />;
}
