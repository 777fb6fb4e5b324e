/** Said at the start when the browser has cleared what officers had stored here. */
import { door, missing } from "../../ui/app.ts";
import { Button, Callout } from "../../ui/controls.tsx";
import { count } from "../../ui/words.ts";

export function MissingStore() {
  const gone = missing.value;
  if (gone === null) return null;
  const seen = (): void => {
    missing.value = null;
    void door().missingSeen();
  };
  return (
    <Callout tone="bad" title="Records that were on this tablet are gone" live>
      <p>
        The browser cleared what {count(gone.officers, "officer")} had stored here: {count(gone.entries, "entry", "entries")}, of which{" "}
        {gone.unsent} had not been received by the server.
      </p>
      <p>Tell the desk now. Ask for a code made for this same tablet: then the app can say by number what is missing.</p>
      <div class="row">
        <Button onPress={seen}>I have told the desk</Button>
      </div>
    </Callout>
  );
}
