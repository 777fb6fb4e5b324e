// Builds the tablet app into dist/: file names carry their hash, the page carries the integrity of what it
// loads, and the service worker carries the SHA-256 of every file it may serve. Nothing here reads the network.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = process.env.FIELDOPS_TABLET_OUT ?? join(HERE, "dist");
const ENTRY = process.env.FIELDOPS_TABLET_ENTRY ?? join(HERE, "src/main.tsx");
const ICONS = ["icon-192.png", "icon-512.png", "icon-maskable-512.png"];

// The name and icon say nothing about the work: whoever glances at the home screen learns nothing.
const NAME = "Daybook";

export const CSP = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "media-src 'self' blob:",
  "require-trusted-types-for 'script'",
  "trusted-types fieldops-worker",
].join("; ");

const minify = process.env.PLAIN === undefined;
const digest = (bytes, form) => createHash("sha256").update(bytes).digest(form);
const integrity = (bytes) => `sha256-${digest(bytes, "base64")}`;

async function bundle(entry, define = {}, format = "esm") {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify,
    format,
    target: ["chrome111", "firefox115", "safari16.4"],
    jsx: "automatic",
    jsxImportSource: "preact",
    outdir: OUT,
    legalComments: "none",
    define,
  });
  return result.outputFiles;
}

function named(file, stem) {
  const bytes = Buffer.from(file.contents);
  const extension = file.path.endsWith(".css") ? "css" : "js";
  return { name: `${stem}-${digest(bytes, "hex").slice(0, 12)}.${extension}`, bytes };
}

async function icons() {
  const read = ICONS.map(async (name) => {
    const bytes = await readFile(join(HERE, "icons", name));
    return { name: name.replace(".png", `-${digest(bytes, "hex").slice(0, 12)}.png`), bytes };
  });
  return Promise.all(read);
}

function manifest([small, large, maskable]) {
  const icon = (file, sizes, purpose) => ({ src: file.name, sizes, type: "image/png", purpose });
  return {
    id: "./",
    name: NAME,
    short_name: NAME,
    lang: "en-GB",
    start_url: "./",
    scope: "./",
    display: "standalone",
    background_color: "#f4f2ec",
    theme_color: "#14323d",
    icons: [icon(small, "192x192", "any"), icon(large, "512x512", "any"), icon(maskable, "512x512", "maskable")],
  };
}

const filled = (template, parts) => template.replace(/\{\{(\w+)\}\}/g, (_, key) => parts[key]);

/**
 * The page that checks evidence bundles, in one file that needs no other: it is served, copied into each bundle, and opened
 * from a disk. Its policy admits its own script and style by their hashes, and no connection at all.
 */
async function verifier() {
  const built = await bundle(join(HERE, "src/verifier/page.ts"), {}, "iife");
  const text = (ending) => built.find((file) => file.path.endsWith(ending)).text.trim();
  const [script, style] = [text(".js").replace(/<\/(?=script)/gi, "<\\/"), text(".css")];
  const policy = [
    "default-src 'none'",
    `script-src '${integrity(script)}'`,
    `style-src '${integrity(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  const template = await readFile(join(HERE, "verify.html"), "utf8");
  return { name: "verify.html", bytes: Buffer.from(filled(template, { SCRIPT: script, STYLE: style, POLICY: policy.join("; ") })) };
}

/** A part of the desk's pages that needs a script. Those pages name it, so that its own name says nothing of its bytes. */
async function deskIsland(source, name) {
  const [script] = await bundle(join(HERE, source));
  return { name, bytes: Buffer.from(script.contents) };
}

async function page(parts) {
  const template = await readFile(join(HERE, "index.html"), "utf8");
  // A page's own policy cannot say frame-ancestors; the server's header does.
  const policy = CSP.split("; ")
    .filter((rule) => !rule.startsWith("frame-ancestors"))
    .join("; ");
  const words = { ...parts, NAME, POLICY: policy };
  return filled(template, words);
}

async function files() {
  const [stretching] = await bundle(join(HERE, "src/vault/secret_worker.ts"), {}, "iife");
  const secret = named(stretching, "secret");
  // Fetched by who shows or reads a code, and kept for that without a network.
  const [drawing] = await bundle(join(HERE, "src/codes/codes_worker.ts"), {}, "iife");
  const codes = named(drawing, "codes");
  const built = await bundle(ENTRY, { SECRET_WORKER: JSON.stringify(secret.name), CODES_WORKER: JSON.stringify(codes.name) });
  const script = named(
    built.find((file) => file.path.endsWith(".js")),
    "app",
  );
  const style = named(
    built.find((file) => file.path.endsWith(".css")),
    "app",
  );
  const pictures = await icons();
  const list = { name: "manifest.webmanifest", bytes: Buffer.from(JSON.stringify(manifest(pictures), null, 1)) };
  const html = await page({
    SCRIPT: script.name,
    SCRIPT_INTEGRITY: integrity(script.bytes),
    STYLE: style.name,
    STYLE_INTEGRITY: integrity(style.bytes),
    ICON: pictures[0].name,
  });
  return [{ name: "index.html", bytes: Buffer.from(html) }, script, style, secret, codes, list, ...pictures];
}

async function worker(shell) {
  const precache = shell.map((file) => [file.name, integrity(file.bytes)]);
  const version = digest(JSON.stringify(precache), "hex").slice(0, 12);
  const [code] = await bundle(join(HERE, "src/sw.ts"), {
    PRECACHE: JSON.stringify(precache),
    VERSION: JSON.stringify(version),
  });
  return { version, file: { name: "sw.js", bytes: Buffer.from(code.contents) } };
}

/** Compressed once here, so that the server need not at each request. */
const packed = ({ name, bytes }) => ({ name, bytes, gzip: gzipSync(bytes, { level: 9 }), brotli: brotliCompressSync(bytes) });

const isSmaller = ({ bytes, gzip }) => gzip.length < 0.9 * bytes.length;

/** Written after the files themselves: the server gives no packed form that is older than its file. */
const packedForms = ({ name, gzip, brotli }) => [writeFile(join(OUT, `${name}.gz`), gzip), writeFile(join(OUT, `${name}.br`), brotli)];

async function main() {
  const shell = await files();
  const { version, file } = await worker(shell);
  const islands = [await deskIsland("src/desk/island.ts", "desk-witness.js"), await deskIsland("src/desk/keys.ts", "desk-keys.js")];
  const all = [...shell, file, await verifier(), ...islands].map(packed);
  const sizes = Object.fromEntries(
    all.map(({ name, bytes, gzip, brotli }) => [name, { bytes: bytes.length, gzip: gzip.length, brotli: brotli.length }]),
  );
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  await Promise.all(all.map(({ name, bytes }) => writeFile(join(OUT, name), bytes)));
  await Promise.all(all.filter(isSmaller).flatMap(packedForms));
  await writeFile(join(OUT, "build.json"), JSON.stringify({ version, csp: CSP, files: sizes }, null, 1));
  for (const [name, { bytes, gzip, brotli }] of Object.entries(sizes)) console.log(`${name}  ${bytes} B  ${gzip} B gz  ${brotli} B br`);
}

await main();
