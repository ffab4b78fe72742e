/**
 * A small sound when one's own work changes, for people who look at a bed and not at a screen.
 *
 * Only on devices where somebody said yes. Browsers let a page sound only after a touch, so the first touch
 * after a load wakes it.
 */
import { useSyncExternalStore } from "react";

const ALLOWED = "innkeeper.sound";
/** A gentle third upwards, Hz. */
const NOTES = [659.25, 830.61];
const NOTE_SECONDS = 0.16;
const LOUDNESS = 0.14;
/** Ten changes in one stroke are one sound. */
const BETWEEN_MILLISECONDS = 1_500;

const listeners = new Set<() => void>();
let context: AudioContext | null = null;
let notBefore = 0;

function isAllowed(): boolean {
  return localStorage.getItem(ALLOWED) === "1";
}

export function useSoundAllowed(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, isAllowed);
}

/** The person's choice on this device; a yes is heard at once. */
export function allowSound(allowed: boolean): void {
  if (allowed) localStorage.setItem(ALLOWED, "1");
  else localStorage.removeItem(ALLOWED);
  for (const listener of listeners) listener();
  if (allowed) chime();
}

/** Sounds, if somebody said yes here. */
export function chime(): void {
  if (!isAllowed() || performance.now() < notBefore) return;
  notBefore = performance.now() + BETWEEN_MILLISECONDS;
  context ??= new AudioContext();
  void context.resume();
  const begin = context.currentTime + 0.02;
  for (const [place, hertz] of NOTES.entries()) {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    const at = begin + place * NOTE_SECONDS;
    tone.frequency.value = hertz;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + NOTE_SECONDS * 1.6);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + NOTE_SECONDS * 1.7);
  }
}

/** From now on a touch of the page wakes the sound, if somebody said yes here. */
export function wakeOnTouch(): void {
  window.addEventListener("pointerdown", () => {
    if (isAllowed()) void (context ??= new AudioContext()).resume();
  });
}
