/** A file from the tablet, or a picture from its own camera app. */
import type { Keep } from "./camera.tsx";

type Given = { readonly label: string; readonly accept?: string; readonly camera?: boolean; readonly off: boolean; readonly onPick: Keep };

export function FilePick({ label, accept, camera = false, off, onPick }: Given) {
  const pick = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    if (file) await onPick(file);
    // So that the same file can be chosen again after it was refused.
    input.value = "";
  };
  return (
    <label class="button pick-file">
      {label}
      <input
        type="file"
        autocomplete="off"
        accept={accept}
        capture={camera ? "environment" : undefined}
        disabled={off}
        onChange={(event) => void pick(event.currentTarget)}
      />
    </label>
  );
}
