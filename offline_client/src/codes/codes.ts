/**
 * Drawing and reading QR codes, by the browser's own reader where it has one and by a worker's else. Whoever opens it closes it.
 */
import { scriptAddress } from "../scripts.ts";
import type { Done, Task } from "./codes_worker.ts";

export type Squares = readonly (readonly boolean[])[];
export type Codes = {
  draw(text: string): Promise<Squares>;
  /** What the picture says; null where there is no code in it. */
  read(picture: HTMLVideoElement): Promise<string | null>;
  close(): void;
};

type Found = readonly { readonly rawValue: string }[];
type Detector = { detect(picture: HTMLVideoElement): Promise<Found> };
type Native = { new (wanted: { readonly formats: readonly string[] }): Detector; getSupportedFormats(): Promise<readonly string[]> };

/** Larger pictures say no more, and take longer to look through. */
const LONGEST = 960;

export function openCodes(): Codes {
  const { ask, close } = worker();
  const detector = nativeDetector();
  return {
    draw: async (text) => (await ask({ draw: text })) as Squares,
    async read(picture) {
      const own = await detector;
      if (own) return (await seenBy(own, picture))[0]?.rawValue ?? null;
      const image = pictureOf(picture);
      return image && ((await ask({ read: image })) as string | null);
    },
    close,
  };
}

type Wanted = { readonly draw: string } | { readonly read: ImageData };

function worker() {
  const script = new Worker(scriptAddress("codes"));
  const waiting = new Map<number, (done: Done["done"]) => void>();
  let last = 0;
  script.onmessage = ({ data: { id, done } }: MessageEvent<Done>) => {
    waiting.get(id)?.(done);
    waiting.delete(id);
  };
  const ask = (wanted: Wanted): Promise<Done["done"]> => new Promise((resolve) => {
    const task: Task = { id: ++last, ...wanted };
    waiting.set(task.id, resolve);
    script.postMessage(task);
  });
  return { ask, close: () => { script.terminate(); } };
}

async function nativeDetector(): Promise<Detector | null> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: Native };
  const formats = (await BarcodeDetector?.getSupportedFormats()) ?? [];
  return BarcodeDetector && formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

/** A reader that is there and does not work, as without the services it leans on, sees nothing. */
async function seenBy(detector: Detector, picture: HTMLVideoElement): Promise<Found> {
  try {
    return await detector.detect(picture);
  } catch (error) {
    if (error instanceof DOMException) return [];
    throw error;
  }
}

function pictureOf(video: HTMLVideoElement): ImageData | null {
  const { videoWidth: width, videoHeight: height } = video;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  if (!width || !height) return null;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  const pen = new OffscreenCanvas(w, h).getContext("2d");
  pen?.drawImage(video, 0, 0, w, h);
  return pen?.getImageData(0, 0, w, h) ?? null;
}
