import { expect, it } from "vitest";
import { feeling } from "./felt";

it("tells a vote by the nearest of seven words", () => {
  expect([-4, -2.6, -0.6, -0.4, 0.49, 0.6, 2, 9].map(feeling)).toEqual([
    "cold",
    "cold",
    "slightly_cool",
    "neutral",
    "neutral",
    "slightly_warm",
    "warm",
    "hot",
  ]);
});
