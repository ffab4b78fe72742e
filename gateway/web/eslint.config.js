import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** Words live in src/words: a letter between tags, or in an attribute that people read or hear, is a mistake. */
const spoken = new Set(["title", "label", "placeholder", "aria-label", "alt", "description"]);
const wordsInJsx = {
  meta: { type: "problem", schema: [], messages: { word: "Put “{{text}}” into src/words and use t()." } },
  create(context) {
    const check = (node, text) => {
      if (/\p{L}{2,}/u.test(text)) context.report({ node, messageId: "word", data: { text: text.trim() } });
    };
    return {
      JSXText: (node) => check(node, node.value),
      "JSXExpressionContainer > Literal": (node) => {
        if (node.parent.parent.type !== "JSXAttribute" && typeof node.value === "string") check(node, node.value);
      },
      JSXAttribute: (node) => {
        if (spoken.has(node.name.name) && node.value?.type === "Literal") check(node, String(node.value.value));
      },
    };
  },
};

export default tseslint.config(
  { ignores: ["node_modules", "dist", "src/api/schema.d.ts", "src/**/schema.d.ts"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks, words: { rules: { "none-in-jsx": wordsInJsx } } },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "words/none-in-jsx": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-console": "error",
    },
  },
  {
    files: ["public/*.js"],
    languageOptions: { globals: { self: "readonly", caches: "readonly" } },
  },
  {
    files: ["scripts/**/*.mjs", "*.js", "*.cjs", "*.config.ts"],
    languageOptions: { globals: { console: "readonly", process: "readonly", module: "writable", URL: "readonly" } },
  },
);
