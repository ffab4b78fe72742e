/** The house's sign: a key whose bow is a door standing open. */
export function Brand({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" fill="none" aria-hidden>
      <rect x="2" y="2" width="60" height="60" rx="15" fill="#1d3861" />
      <path d="M20 50V18a4 4 0 0 1 4-4h16a4 4 0 0 1 4 4v32" stroke="#d8ab5c" strokeWidth="4" strokeLinecap="round" />
      <path d="M26 50V22.5a2 2 0 0 1 1.4-1.9L37 17.5V53l-9.6-1.6A1.7 1.7 0 0 1 26 50Z" fill="#f4ead6" />
      <circle cx="33.2" cy="36" r="2.1" fill="#1d3861" />
      <path d="M14 50h36" stroke="#d8ab5c" strokeWidth="4" strokeLinecap="round" />
    </svg>
  );
}
