/** HH:MM of what a person types for a time of day: 15:10, 1510, 9.05, 9; null when it is none. */
export function readClock(typed: string): string | null {
  const text = typed.trim().replace(/[.：h]/gi, ":");
  const match = /^(\d{1,2}):(\d{1,2})$/.exec(text) ?? /^(\d{1,2})(\d{2})$/.exec(text) ?? /^(\d{1,2})$/.exec(text);
  if (match === null) return null;
  const hours = Number(match[1]);
  const minutes = Number(match[2] ?? "0");
  if (hours > 23 || minutes > 59) return null;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
