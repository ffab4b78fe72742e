/**
 * Lists of words that the service knows, taken from its own description (openapi.json), so that a screen
 * offers no other. Writes src/api/values.ts; with --check only says whether it is so already.
 */
import { readFileSync, writeFileSync } from "node:fs";

const at = (path) => new URL(path, import.meta.url).pathname;
const schemas = JSON.parse(readFileSync(at("../openapi.json"), "utf8")).components.schemas;
const lists = {
  purposes: ["Purpose", schemas.Device.properties.purpose.enum],
};

const text =
  `/** Generated from openapi.json by scripts/values.mjs: change nothing here. */\n` +
  `import type { ${Object.values(lists).map(([type]) => type).sort().join(", ")} } from "./types";\n` +
  Object.entries(lists)
    .map(([name, [type, values]]) => `\nexport const ${name}: readonly ${type}[] = ${JSON.stringify(values, null, 2).replace(/"\n]/, '",\n]')};\n`)
    .join("");
const target = at("../src/api/values.ts");

if (process.argv.includes("--check")) {
  let kept = "";
  try {
    kept = readFileSync(target, "utf8");
  } catch {
    // not there yet
  }
  if (kept !== text) {
    console.error("src/api/values.ts is old: run `npm run types`");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
