/** The worker that draws QR codes and reads them: it is fetched by who uses it, and keeps the page at rest meanwhile. */
import encodeQR from "qr";
import decodeQR from "qr/decode.js";

export type Task = { readonly id: number } & ({ readonly draw: string } | { readonly read: ImageData });
/** Rows of a drawn code, dark squares true; or what a picture says, null where it holds no code. */
export type Done = { readonly id: number; readonly done: readonly (readonly boolean[])[] | string | null };

const BORDER = 4;

/** The reader throws for every picture without a code in it, which is most of them. */
function read(image: ImageData): string | null {
  try {
    return decodeQR(image);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

addEventListener("message", ({ data }: MessageEvent<Task>) => {
  const done = "draw" in data ? encodeQR(data.draw, "raw", { ecc: "low", encoding: "alphanumeric", border: BORDER }) : read(data.read);
  postMessage({ id: data.id, done } satisfies Done);
});
