import { expect, test } from "vitest";
import { codeOf } from "./codeOf";

test("a code comes from the name and is taken once", () => {
  expect(codeOf("Water 0.5 l", new Set())).toBe("water-0-5-l");
  expect(codeOf("Crème brûlée", new Set())).toBe("cre-me-bru-le-e");
  expect(codeOf("绿茶", new Set())).toBe("good");
  expect(codeOf("绿茶", new Set(["good", "good-2"]))).toBe("good-3");
});
