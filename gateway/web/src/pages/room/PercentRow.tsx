import { Slider } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DIM_STEP_PERCENT } from "./Light";
import classes from "./Room.module.css";

export function PercentRow({
  value,
  label,
  disabled,
  onSet,
  testId,
}: {
  value: number;
  label: string;
  disabled: boolean;
  onSet: (value: number) => void;
  testId: string;
}) {
  const { t } = useTranslation();
  const [dragged, setDragged] = useState<number | null>(null);
  const shown = dragged ?? Math.round(value);
  return (
    <div className={classes.sliderRow} data-testid={testId}>
      <button
        type="button"
        className={classes.small}
        disabled={disabled || shown <= 0}
        onClick={() => onSet(Math.max(0, shown - DIM_STEP_PERCENT))}
        aria-label={t("controls.less", { what: label })}
        data-testid={`${testId}-minus`}
      >
        <IconMinus size={17} />
      </button>
      <Slider
        value={shown}
        min={0}
        max={100}
        step={1}
        disabled={disabled}
        label={null}
        size="md"
        thumbSize={22}
        thumbLabel={label}
        onChange={setDragged}
        onChangeEnd={(next) => {
          setDragged(null);
          onSet(next);
        }}
      />
      <button
        type="button"
        className={classes.small}
        disabled={disabled || shown >= 100}
        onClick={() => onSet(Math.min(100, shown + DIM_STEP_PERCENT))}
        aria-label={t("controls.more", { what: label })}
        data-testid={`${testId}-plus`}
      >
        <IconPlus size={17} />
      </button>
      <span className={classes.percent}>{`${shown} %`}</span>
    </div>
  );
}
