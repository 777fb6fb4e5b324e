// Lays GOV.UK Frontend's prebuilt CSS and JavaScript into ../static/dist, without what a service outside
// service.gov.uk may not use: the GDS Transport fonts and the crown's pictures.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";

const source = new URL("./node_modules/govuk-frontend/dist/govuk/", import.meta.url);
const target = new URL("../static/dist/", import.meta.url);

const css = (await readFile(new URL("govuk-frontend.min.css", source), "utf8"))
  .replace(/@font-face\{[^}]*\}/g, "")
  .replaceAll("GDS Transport,arial,sans-serif", "Arial,Helvetica,sans-serif")
  .replace(/url\(\/assets\/images\/govuk-crest\.svg\)/g, "none")
  .replace(/\/\*# sourceMappingURL=.*?\*\//g, "");
if (/GDS Transport|url\(/.test(css)) throw new Error("govuk-frontend's css still names a font or a picture that may not be served");

const js = (await readFile(new URL("govuk-frontend.min.js", source), "utf8")).replace(/\/\/# sourceMappingURL=.*$/m, "");

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await writeFile(new URL("govuk.css", target), css);
await writeFile(new URL("govuk.js", target), js);
console.log(`desk: govuk.css ${css.length} bytes, govuk.js ${js.length} bytes`);
