/** A photo in one tap: what the camera sees, and a button. Where there is no camera for the page, a picture is chosen instead. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button, Callout } from "../../ui/controls.tsx";
import { photoFrom } from "../../ui/pictures.ts";
import { FilePick } from "./file.tsx";

export type Keep = (original: Blob) => Promise<boolean>;
type Seen = "starting" | "seeing" | "none";

const WANTED: MediaStreamConstraints = { video: { facingMode: "environment", width: { ideal: 3840 }, height: { ideal: 2160 } } };

/** Null when the officer, the browser or the tablet gives none. */
export async function streamOf(wanted: MediaStreamConstraints): Promise<MediaStream | null> {
  try {
    return (await navigator.mediaDevices?.getUserMedia(wanted)) ?? null;
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return null;
    throw error;
  }
}

export const endStream = (stream: MediaStream | null): void => stream?.getTracks().forEach((track) => track.stop());

/** `seeing` is not said before the first picture is there. */
export function useCamera(wanted: MediaStreamConstraints) {
  const seen = useSignal<Seen>("starting");
  const screen = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let stream: MediaStream | null = null;
    let left = false;
    void streamOf(wanted).then((got) => {
      if (left) return endStream(got);
      stream = got;
      if (!got) seen.value = "none";
      if (got && screen.current) screen.current.srcObject = got;
    });
    return () => {
      left = true;
      endStream(stream);
    };
  }, []);
  // Not before the first picture is there: a tap before that would take nothing.
  const begun = (): void => {
    if (screen.current?.videoWidth) seen.value = "seeing";
  };
  return { seen: seen.value, screen, begun };
}

export function Camera({ onTake, busy }: { readonly onTake: Keep; readonly busy: boolean }) {
  const { seen, screen, begun } = useCamera(WANTED);
  const take = async (): Promise<void> => {
    const photo = screen.current && (await photoFrom(screen.current));
    if (photo) await onTake(photo);
  };
  return (
    <div class="stack">
      <video
        ref={screen}
        class="finder"
        autoplay
        playsInline
        muted
        hidden={seen === "none"}
        aria-label="What the camera sees"
        onLoadedData={begun}
      />
      {seen === "none" ? <Callout title="The app has no camera here. Allow it in the browser’s settings, or choose a picture." /> : null}
      <div class="row">
        {seen === "none" ? null : (
          <Button kind="main" off={busy || seen !== "seeing"} onPress={() => void take()}>
            {seen === "starting" ? "The camera starts" : "Take the photo"}
          </Button>
        )}
        <FilePick label="Choose a picture" accept="image/*" camera off={busy} onPick={onTake} />
      </div>
    </div>
  );
}
