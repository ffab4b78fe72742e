/** Time and day as the hotel writes them. The browser's own fields follow the browser's country, not the house. */
import { Input, TextInput, type TextInputProps } from "@mantine/core";
import { IconCalendar } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { longDate, shortDate } from "../time/format";
import { readClock } from "../time/readClock";
import classes from "./fields.module.css";

type TimeFieldProps = Omit<TextInputProps, "value" | "onChange"> & {
  /** HH:MM, or "" */
  value: string;
  /** Called with HH:MM, or "" when the field is emptied; not while half a time is typed. */
  onChange: (value: string) => void;
};

/** 24 hours; takes 15:10, 1510, 9.05 and 9. */
export function TimeField({ value, onChange, ...props }: TimeFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? value;
  const wrong = text !== "" && readClock(text) === null;
  return (
    <TextInput
      {...props}
      inputMode="numeric"
      autoComplete="off"
      placeholder={t("fields.time")}
      maxLength={5}
      value={text}
      error={wrong && typed === null ? t("fields.time_wrong") : props.error}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setTyped(next);
        const clock = next.trim() === "" ? "" : readClock(next);
        if (clock !== null) onChange(clock);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

/** A day, told in words; the browser's calendar opens over it. */
export function DayField({
  label,
  hideLabel = false,
  value,
  onChange,
  disabled = false,
  error,
  description,
  withYear = false,
  testId,
}: {
  label: string;
  hideLabel?: boolean;
  /** YYYY-MM-DD */
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  error?: string;
  description?: string;
  /** of any year, which is then told too, instead of the weekday */
  withYear?: boolean;
  testId?: string;
}) {
  const { i18n } = useTranslation();
  const id = useId();
  const field = (
    <span className={classes.day} data-disabled={disabled} data-error={error !== undefined}>
      <span aria-hidden>{value === "" ? "–" : withYear ? longDate(value, i18n.language) : shortDate(value, i18n.language, true)}</span>
      <IconCalendar size={16} stroke={1.7} aria-hidden />
      <input
        id={id}
        type="date"
        value={value}
        disabled={disabled}
        aria-label={hideLabel ? label : undefined}
        onClick={(event) => event.currentTarget.showPicker()}
        onChange={(event) => event.currentTarget.value && onChange(event.currentTarget.value)}
        data-testid={testId}
      />
    </span>
  );
  if (hideLabel) return field;
  return (
    <Input.Wrapper id={id} label={label} error={error} description={description} inputWrapperOrder={["label", "input", "description", "error"]}>
      {field}
    </Input.Wrapper>
  );
}
