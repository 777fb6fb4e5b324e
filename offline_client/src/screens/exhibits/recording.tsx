/** A recording by the tablet's microphone. It is kept when it is stopped, and also when the app is left, hidden or locked in its midst. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button, Callout } from "../../ui/controls.tsx";
import { atWork } from "../../ui/cover.tsx";
import { holdDraft } from "../../ui/drafts.ts";
import { endStream, streamOf, type Keep } from "./camera.tsx";
import { FilePick } from "./file.tsx";

/** What has been recorded lies in memory until it is kept, so a long talk is kept in parts. */
const LONGEST_S = 45 * 60;
const KINDS = ["audio/webm", "audio/mp4", "audio/ogg"];

type Recorder = { readonly stop: () => Promise<void>; readonly release: () => void };

const length = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Begins; `stop` resolves when what was recorded is kept. */
function begin(stream: MediaStream, onEnd: Keep): Recorder {
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void parts.push(data);
  const kept = new Promise<void>((done) => {
    recorder.onstop = () => {
      endStream(stream);
      void onEnd(new Blob(parts, { type: recorder.mimeType })).then(() => done());
    };
  });
  const stop = (): Promise<void> => {
    if (recorder.state !== "inactive") recorder.stop();
    return kept;
  };
  recorder.start(1_000);
  return { stop, release: holdDraft(stop) };
}

/** What runs, how long it has, and whether there is no microphone. */
function useRecorder(onTake: Keep) {
  const running = useRef<Recorder | null>(null);
  const seconds = useSignal<number | null>(null);
  const refused = useSignal(false);
  const stop = async (): Promise<void> => {
    const now = running.current;
    running.current = null;
    seconds.value = null;
    atWork.value = false;
    await now?.stop();
    now?.release();
  };
  const start = async (): Promise<void> => {
    const stream = await streamOf({ audio: true });
    refused.value = stream === null;
    if (!stream) return;
    running.current = begin(stream, onTake);
    atWork.value = true;
    seconds.value = 0;
  };
  const tick = (): void => {
    const now = seconds.peek();
    if (now !== null) seconds.value = now + 1;
    if ((now ?? 0) >= LONGEST_S) void stop();
  };
  useEffect(() => {
    const ticking = setInterval(tick, 1_000);
    return () => {
      clearInterval(ticking);
      void stop();
    };
  }, []);
  return { seconds: seconds.value, refused: refused.value, start, stop };
}

type Given = { readonly onTake: Keep; readonly busy: boolean };

export function Recording({ onTake, busy }: Given) {
  const { seconds, refused, start, stop } = useRecorder(onTake);
  const idle = (
    <div class="row">
      <Button kind="main" off={busy} onPress={() => void start()}>
        Start recording
      </Button>
      <FilePick label="Choose a recording" accept="audio/*,video/*" off={busy} onPick={onTake} />
    </div>
  );
  return (
    <div class="stack">
      {refused ? <Callout title="The app has no microphone here. Allow it in the browser’s settings, or choose a recording." /> : null}
      {seconds === null ? idle : <Running seconds={seconds} onStop={stop} />}
    </div>
  );
}

function Running({ seconds, onStop }: { readonly seconds: number; readonly onStop: () => Promise<void> }) {
  return (
    <div class="row">
      <Button kind="main" onPress={() => void onStop()}>
        Stop and keep
      </Button>
      <span class="number" role="timer">
        Recording {length(seconds)}
      </span>
    </div>
  );
}
