// Starts GOV.UK Frontend's behaviours. Every page works without this file.
import { initAll } from "./dist/govuk.js";

initAll();
