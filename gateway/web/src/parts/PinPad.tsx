/** Six digits, by thumb or by keyboard. */
import { Loader } from "@mantine/core";
import { IconBackspace } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./PinPad.module.css";

export const PIN_DIGITS = 6;

interface PinPadProps {
  pin: string;
  onChange: (pin: string) => void;
  busy: boolean;
}

export function PinPad({ pin, onChange, busy }: PinPadProps) {
  const { t } = useTranslation();
  const press = (digit: string) => {
    if (!busy && pin.length < PIN_DIGITS) onChange(pin + digit);
  };
  return (
    <div
      role="group"
      aria-label={t("signin.pin")}
      tabIndex={0}
      data-testid="pin"
      onKeyDown={(event) => {
        if (/^\d$/.test(event.key)) press(event.key);
        else if (event.key === "Backspace") onChange(pin.slice(0, -1));
      }}
    >
      <div className={classes.dots} aria-label={t("signin.pin_progress", { count: pin.length })} role="status">
        {busy ? (
          <Loader size="sm" />
        ) : (
          Array.from({ length: PIN_DIGITS }, (_, place) => <span key={place} data-filled={place < pin.length} />)
        )}
      </div>
      <div className={classes.pad} style={{ marginTop: 16 }}>
        {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => (
          <button key={digit} type="button" className={classes.padKey} onClick={() => press(digit)} data-testid={`pin-${digit}`}>
            {digit}
          </button>
        ))}
        <button type="button" className={classes.padKey} data-quiet="true" onClick={() => onChange("")}>
          {t("signin.clear")}
        </button>
        <button type="button" className={classes.padKey} onClick={() => press("0")} data-testid="pin-0">
          {"0"}
        </button>
        <button
          type="button"
          className={classes.padKey}
          data-quiet="true"
          aria-label={t("signin.backspace")}
          onClick={() => onChange(pin.slice(0, -1))}
        >
          <IconBackspace size={24} stroke={1.6} />
        </button>
      </div>
    </div>
  );
}
