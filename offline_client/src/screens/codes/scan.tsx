/** Reading a colleague's codes with the camera, in whatever order they come, until the file is whole. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { openCodes, type Codes } from "../../codes/codes.ts";
import { collector, type Progress as Read } from "../../codes/frames.ts";
import { Button, Callout, Progress } from "../../ui/controls.tsx";
import { useCamera } from "../exhibits/camera.tsx";

type Whole = (file: Uint8Array<ArrayBuffer>) => Promise<void>;

/** Between two looks: what is shown stands for longer. */
const LOOK_MS = 90;
const FEW = 6;
const WANTED: MediaStreamConstraints = { video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } } };

type Watched = { readonly video: HTMLVideoElement; readonly codes: Codes; readonly tell: (read: Read) => void; readonly isOver: () => boolean };

/** Looks until all codes were read, or nobody waits any more. */
async function watch({ video, codes, tell, isOver }: Watched): Promise<Uint8Array<ArrayBuffer> | null> {
  const hand = collector();
  while (!isOver()) {
    const text = await codes.read(video);
    const read = text === null ? null : hand.take(text);
    if (read) tell(read);
    const whole = read?.missing.length === 0 ? await hand.whole() : null;
    if (whole) return whole;
    await new Promise((next) => { setTimeout(next, LOOK_MS); });
  }
  return null;
}

function wordsOf(read: Read | null): string {
  if (!read) return "Hold the tablet so that the whole code is in the picture.";
  const lacking = read.missing.length <= FEW ? ` Still missing: ${read.missing.join(", ")}.` : "";
  return `${read.have} of ${read.of} codes read.${lacking}`;
}

export function ScanCodes({ onWhole, onStop }: { readonly onWhole: Whole; readonly onStop: () => void }) {
  const { seen, screen, begun } = useCamera(WANTED);
  const read = useSignal<Read | null>(null);
  useEffect(() => {
    if (seen !== "seeing" || !screen.current) return undefined;
    let over = false;
    const codes = openCodes();
    const watched = { video: screen.current, codes, tell: (now: Read) => { read.value = now; }, isOver: () => over };
    void watch(watched).then((whole) => whole && onWhole(whole));
    return () => {
      over = true;
      codes.close();
    };
  }, [seen]);
  const { have, of } = read.value ?? { have: 0, of: 1 };
  return (
    <div class="stack">
      <video ref={screen} class="finder" autoplay playsInline muted hidden={seen === "none"} aria-label="What the camera sees" onLoadedData={begun} />
      {seen === "none" ? <Callout title="The app has no camera here. Allow it in the browser’s settings, or take in a file." /> : null}
      <div role="status">
        <Progress done={have} of={of} label={wordsOf(read.value)} />
      </div>
      <div class="row">
        <Button onPress={onStop}>Stop reading</Button>
      </div>
    </div>
  );
}
