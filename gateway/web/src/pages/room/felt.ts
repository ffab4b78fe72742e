/** The seven points of the scale that PMV predicts a vote on (ISO 7730). Pure. */
const points = ["cold", "cool", "slightly_cool", "neutral", "slightly_warm", "warm", "hot"] as const;

export function feeling(pmv: number): (typeof points)[number] {
  return points[Math.min(6, Math.max(0, Math.round(pmv) + 3))] ?? "neutral";
}
