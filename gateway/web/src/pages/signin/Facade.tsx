/** The night front of a house: a few rooms are lit, one is being made ready. */
const floors = [0, 1, 2, 3, 4, 5, 6];
const windows = [0, 1, 2, 3, 4, 5];
const lit = new Set(["1-2", "2-4", "3-1", "4-3", "5-5", "2-0", "6-2"]);

export function Facade({ className }: { className?: string }) {
  return (
    <svg className={className} viewBox="0 0 420 460" fill="none" aria-hidden>
      <rect x="40" y="30" width="380" height="430" rx="8" fill="#1d3050" />
      <rect x="40" y="18" width="380" height="16" rx="4" fill="#24395d" />
      {floors.map((floor) =>
        windows.map((window) => {
          const name = `${floor}-${window}`;
          const x = 66 + window * 58;
          const y = 54 + floor * 58;
          const fill = name === "4-1" ? "#4f9fd0" : lit.has(name) ? "#e3bd73" : "#142338";
          return (
            <g key={name}>
              <rect x={x} y={y} width="36" height="40" rx="3" fill={fill} />
              <path d={`M${x + 18} ${y}v40`} stroke="#1d3050" strokeWidth="2" />
              {lit.has(name) && <rect x={x} y={y} width="11" height="40" rx="3" fill="#c99b4c" />}
            </g>
          );
        }),
      )}
    </svg>
  );
}
