/** Pictures made on the tablet: a small likeness that carries nothing but what it shows, and what the camera or a pen drew. */

const THUMBNAIL_PX = 320;
const THUMBNAIL_QUALITY = 0.72;
const PHOTO_QUALITY = 0.92;

const blobOf = (canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob | null> =>
  new Promise((done) => { canvas.toBlob(done, type, quality); });

function canvasOf(width: number, height: number): readonly [HTMLCanvasElement, CanvasRenderingContext2D | null] {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width));
  canvas.height = Math.max(1, Math.round(height));
  return [canvas, canvas.getContext("2d")];
}

/** Null for what this browser cannot draw: a recording, a document, a camera's own form of picture. */
export async function thumbnailOf(source: Blob): Promise<Blob | null> {
  if (!source.type.startsWith("image/")) return null;
  try {
    const bitmap = await createImageBitmap(source);
    const scale = Math.min(1, THUMBNAIL_PX / Math.max(bitmap.width, bitmap.height));
    const [canvas, pen] = canvasOf(bitmap.width * scale, bitmap.height * scale);
    pen?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    // Drawn anew, so that the place and the camera that a photo carries inside are not in it.
    return await blobOf(canvas, "image/jpeg", THUMBNAIL_QUALITY);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** The picture that the camera shows now, at the size that it gives. */
export async function photoFrom(video: HTMLVideoElement): Promise<Blob | null> {
  if (!video.videoWidth) return null;
  const [canvas, pen] = canvasOf(video.videoWidth, video.videoHeight);
  pen?.drawImage(video, 0, 0);
  return blobOf(canvas, "image/jpeg", PHOTO_QUALITY);
}

export const drawingOf = (canvas: HTMLCanvasElement): Promise<Blob | null> => blobOf(canvas, "image/png");
