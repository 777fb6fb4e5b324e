/** Where the app begins. */
import { launch } from "./launch.tsx";
import { doors } from "./model/session.ts";

launch(doors);
