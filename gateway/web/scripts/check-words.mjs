/**
 * Every word that the code asks for exists in both languages, both have the same words, and none lies unused.
 * `t(`axes.panel.${x}`)` uses all that begins with "axes.panel."; a literal in double quotes with a dot
 * that is a whole key counts as a use too (keys are handed around as values).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const source = new URL("../src", import.meta.url).pathname;
const languages = ["en", "zh-CN"];
const plural = /_(zero|one|two|few|many|other)$/;

function keysOf(node, prefix = "") {
  return Object.entries(node).flatMap(([name, value]) =>
    typeof value === "string" ? [`${prefix}${name}`] : keysOf(value, `${prefix}${name}.`),
  );
}

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.ts$/.test(entry.name) ? [path] : [];
  });
}

const words = Object.fromEntries(
  languages.map((language) => [language, JSON.parse(readFileSync(join(source, "words", `${language}.json`), "utf8"))]),
);
const known = Object.fromEntries(languages.map((language) => [language, new Set(keysOf(words[language]))]));
const bare = Object.fromEntries(
  languages.map((language) => [language, new Set([...known[language]].map((key) => key.replace(plural, "")))]),
);
const complaints = [];

for (const language of languages) {
  for (const other of languages) {
    for (const key of bare[language]) {
      if (!bare[other].has(key)) complaints.push(`${other}.json lacks ${key}`);
    }
  }
}

const placeholders = (text) => [...text.matchAll(/{{\s*(\w+)/g)].map(([, name]) => name).sort().join(",");
const at = (language, key) => key.split(".").reduce((node, part) => node?.[part], words[language]);
for (const key of bare.en) {
  const told = (language) =>
    placeholders(String(at(language, key) ?? at(language, `${key}_other`) ?? "")).replace(/\bcount\b,?/g, "");
  if (bare["zh-CN"].has(key) && told("en") !== told("zh-CN")) {
    complaints.push(`${key} names other values in zh-CN (${told("zh-CN")}) than in en (${told("en")})`);
  }
}

const used = new Set();
const prefixes = new Set();
for (const path of files(source)) {
  const text = readFileSync(path, "utf8");
  for (const [, key] of text.matchAll(/\bt\(\s*"([^"]+)"/g)) {
    used.add(key);
    for (const language of languages) {
      if (!bare[language].has(key)) complaints.push(`${path}: ${language}.json has no ${key}`);
    }
  }
  for (const [, key] of text.matchAll(/"([a-z_]+(?:\.[a-z_-]+)+)"/gi)) if (bare.en.has(key)) used.add(key);
  for (const [, prefix, name] of text.matchAll(/`([a-z_]+\.(?:[a-z_-]+\.)*)([a-z_]*)\$\{/gi)) {
    prefixes.add(prefix + name);
    if (![...bare.en].some((key) => key.startsWith(prefix + name))) complaints.push(`${path}: no words begin with ${prefix}${name}`);
  }
  for (const [, key] of text.matchAll(/\? "([a-z_]+(?:\.[a-z_-]+)+)" : "/gi)) {
    if (!bare.en.has(key)) complaints.push(`${path}: en.json has no ${key}`);
  }
}
for (const key of bare.en) {
  if (!used.has(key) && ![...prefixes].some((prefix) => key.startsWith(prefix))) complaints.push(`${key} is used nowhere`);
}

if (complaints.length > 0) {
  console.error([...new Set(complaints)].join("\n"));
  process.exit(1);
}
console.log(`${bare.en.size} words in ${languages.join(" and ")}`);
