/** A signature drawn with a finger or a pen; whoever cannot draw signs with their typed name. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { drawingOf } from "../../ui/pictures.ts";
import type { Keep } from "./camera.tsx";

const WIDTH = 1200;
const HEIGHT = 400;
const INK = "#10202a";

/** White under the ink in every theme: the picture is read on paper. */
function clear(canvas: HTMLCanvasElement): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  pen.strokeStyle = pen.fillStyle = INK;
  pen.lineWidth = 5;
  pen.lineCap = pen.lineJoin = "round";
}

function point(canvas: HTMLCanvasElement, { clientX, clientY }: PointerEvent): readonly [number, number] {
  const box = canvas.getBoundingClientRect();
  return [((clientX - box.left) / box.width) * WIDTH, ((clientY - box.top) / box.height) * HEIGHT];
}

function draw(event: PointerEvent): boolean {
  const canvas = event.currentTarget as HTMLCanvasElement;
  const pen = canvas.getContext("2d");
  const [x, y] = point(canvas, event);
  if (event.type === "pointerdown") {
    canvas.setPointerCapture(event.pointerId);
    pen?.beginPath();
    pen?.moveTo(x, y);
  } else if (!event.buttons) return false;
  pen?.lineTo(x, y);
  pen?.stroke();
  return true;
}

function spell(canvas: HTMLCanvasElement, name: string): void {
  clear(canvas);
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.font = "italic 90px serif";
  pen.fillText(name, 60, HEIGHT / 2 + 30, WIDTH - 120);
}

type Given = { readonly name: string; readonly onTake: Keep; readonly busy: boolean };

export function Signature({ name, onTake, busy }: Given) {
  const paper = useRef<HTMLCanvasElement>(null);
  const drawn = useSignal(false);
  const onPaper = (change: (canvas: HTMLCanvasElement) => void, leaves: boolean) => () => {
    if (paper.current) change(paper.current);
    drawn.value = leaves;
  };
  const again = onPaper(clear, false);
  useEffect(again, []);
  const onPen = (event: PointerEvent): void => {
    if (draw(event)) drawn.value = true;
  };
  const keep = async (): Promise<void> => {
    const picture = paper.current && (await drawingOf(paper.current));
    if (picture && (await onTake(picture))) again();
  };
  const words = drawn.value ? "A signature is drawn" : "Sign here";
  return (
    <div class="stack">
      <canvas ref={paper} class="sign" width={WIDTH} height={HEIGHT} role="img" aria-label={words} onPointerDown={onPen} onPointerMove={onPen} />
      <Keys keep={() => void keep()} type={onPaper((canvas) => spell(canvas, name), true)} again={again} name={name} busy={busy} drawn={drawn.value} />
    </div>
  );
}

type Press = () => void;
type Pressed = { readonly keep: Press; readonly type: Press; readonly again: Press; readonly name: string; readonly busy: boolean; readonly drawn: boolean };

function Keys({ keep, type, again, name, busy, drawn }: Pressed) {
  return (
    <>
      <div class="row">
        <Button kind="main" off={busy || !drawn || name === ""} onPress={keep}>
          Keep the signature
        </Button>
        <Button off={busy || name === ""} onPress={type}>
          Sign with the typed name
        </Button>
        <Button off={busy} onPress={again}>
          Start again
        </Button>
      </div>
      {name === "" ? <p class="small soft">First write who signs.</p> : null}
    </>
  );
}
