/** A file shown as QR codes, one after another, until the other tablet has read them all. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { openCodes, type Codes, type Squares } from "../../codes/codes.ts";
import { framesOf } from "../../codes/frames.ts";
import { Button, Callout } from "../../ui/controls.tsx";

/** Three a second at most: faster changes can harm people who are sensitive to them, and cameras miss more. */
const FRAME_MS = 400;
const SQUARE_PX = 6;

/** Dark on white in every theme: readers expect it. */
function paint(canvas: HTMLCanvasElement, squares: Squares): void {
  canvas.width = canvas.height = squares.length * SQUARE_PX;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  squares.forEach((row, y) => row.forEach((dark, x) => { if (dark) pen.fillRect(x * SQUARE_PX, y * SQUARE_PX, SQUARE_PX, SQUARE_PX); }));
}

function useFrames(file: Uint8Array<ArrayBuffer>) {
  const frames = useSignal<readonly string[] | null>([]);
  const at = useSignal(0);
  const running = useSignal(true);
  useEffect(() => { void framesOf(file).then((made) => { frames.value = made; }); }, [file]);
  const step = (by: number): void => {
    const of = frames.peek()?.length ?? 0;
    if (of) at.value = (at.peek() + by + of) % of;
  };
  useEffect(() => {
    const timer = setInterval(() => { if (running.peek()) step(1); }, FRAME_MS);
    return () => { clearInterval(timer); };
  }, []);
  const stop = (by: number): void => {
    running.value = false;
    step(by);
  };
  return { frames: frames.value, at: at.value, running, stop };
}

function Code({ text, label }: { readonly text: string; readonly label: string }) {
  const codes = useRef<Codes | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    codes.current = openCodes();
    return () => codes.current?.close();
  }, []);
  useEffect(() => {
    let left = false;
    void codes.current?.draw(text).then((squares) => {
      if (left || !canvas.current) return;
      paint(canvas.current, squares);
      canvas.current.dataset["drawn"] = label;
    });
    return () => { left = true; };
  }, [text]);
  return <canvas ref={canvas} class="code" role="img" aria-label={`QR ${label}`} />;
}

type Shown = { readonly file: Uint8Array<ArrayBuffer>; readonly onDone: () => void };

export function ShowCodes({ file, onDone }: Shown) {
  const { frames, at, running, stop } = useFrames(file);
  const card = useRef<HTMLElement>(null);
  const drawn = frames !== null && frames.length > 0;
  useEffect(() => { card.current?.scrollIntoView({ block: "center" }); }, [drawn]);
  if (!frames) return <Callout tone="warn" title="This is too much for codes. Save it to a file instead." />;
  if (!drawn) return <p role="status">The codes are being drawn.</p>;
  const label = `code ${at + 1} of ${frames.length}`;
  return (
    <section ref={card} class="card stack" aria-label="Codes to read">
      <Code text={frames[at] ?? ""} label={label} />
      <p class="center">{label}</p>
      <div class="row center">
        <Button onPress={() => stop(-1)}>One back</Button>
        <Button kind="main" onPress={() => { running.value = !running.value; }}>{running.value ? "Pause" : "Go on"}</Button>
        <Button onPress={() => stop(1)}>One on</Button>
        <Button onPress={onDone}>They have it</Button>
      </div>
    </section>
  );
}
