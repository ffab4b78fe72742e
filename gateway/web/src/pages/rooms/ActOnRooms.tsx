/** One action over many rooms: chosen on the grid, asked from the bar, followed device by device in a sheet. */
import { ActionIcon, Button, Drawer, Loader, Progress, Text } from "@mantine/core";
import {
  IconAirConditioning,
  IconAlertTriangle,
  IconBan,
  IconArrowsHorizontal,
  IconBulbOff,
  IconCheck,
  IconClockHour4,
  IconClockX,
  IconHandStop,
  IconMinus,
  IconPlus,
  IconQuestionMark,
  IconTemperature,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAction, useStartAction } from "../../api/queries";
import type { ActionRequest, OutcomeState } from "../../api/types";
import { useFormats } from "../../frame/me";
import type { Look } from "../../parts/marks";
import { Mark } from "../../parts/marks";
import { useTell } from "../../parts/tell";
import classes from "./Rooms.module.css";

type Wants = NonNullable<ActionRequest["wants"]>;

const USUAL_CELSIUS = 24;
const LOW_CELSIUS = 16;
const HIGH_CELSIUS = 30;
const STEP_CELSIUS = 0.5;

const acOff: Wants = [{ purpose: "air_conditioner", property: "mode", value: "off" }];
const lightsOff: Wants = [{ purpose: "light", property: "on", value: false }];
const curtainsClosed: Wants = [{ purpose: "curtain", property: "position_percent", value: 0 }];

export function SelectionBar({
  rooms,
  onClear,
  onStarted,
}: {
  rooms: string[];
  onClear: () => void;
  onStarted: (action: string) => void;
}) {
  const { t } = useTranslation();
  const { temperature } = useFormats();
  const start = useStartAction();
  const tell = useTell();
  const [celsius, setCelsius] = useState(USUAL_CELSIUS);
  const nothing = rooms.length === 0;
  const run = (wants: Wants) =>
    start.mutate({ rooms, wants }, { onSuccess: (action) => onStarted(action.id), onError: tell.refused });
  const move = (by: number) => setCelsius((now) => Math.min(HIGH_CELSIUS, Math.max(LOW_CELSIUS, now + by)));
  return (
    <div className={`card ${classes.selection}`} role="toolbar" aria-label={t("act.bar")} data-testid="selection-bar">
      <strong className={classes.selected} role="status">
        {nothing ? t("act.choose") : t("act.chosen", { count: rooms.length })}
      </strong>
      <span className={classes.setpoint}>
        <ActionIcon variant="default" size={44} aria-label={t("act.cooler")} onClick={() => move(-STEP_CELSIUS)} data-testid="act-cooler">
          <IconMinus size={18} />
        </ActionIcon>
        <Button
          variant="default"
          h={44}
          leftSection={<IconTemperature size={18} />}
          disabled={nothing}
          loading={start.isPending}
          onClick={() => run([{ purpose: "air_conditioner", property: "setpoint_celsius", value: celsius }])}
          data-testid="act-setpoint"
        >
          {t("act.setpoint", { temperature: temperature(celsius) })}
        </Button>
        <ActionIcon variant="default" size={44} aria-label={t("act.warmer")} onClick={() => move(STEP_CELSIUS)} data-testid="act-warmer">
          <IconPlus size={18} />
        </ActionIcon>
      </span>
      {(
        [
          ["ac_off", acOff, IconAirConditioning],
          ["lights_off", lightsOff, IconBulbOff],
          ["curtains_closed", curtainsClosed, IconArrowsHorizontal],
        ] as const
      ).map(([name, wants, Glyph]) => (
        <Button
          key={name}
          variant="default"
          h={44}
          leftSection={<Glyph size={18} />}
          disabled={nothing}
          loading={start.isPending}
          onClick={() => run(wants)}
          data-testid={`act-${name}`}
        >
          {t(`act.${name}`)}
        </Button>
      ))}
      <Button variant="subtle" h={44} onClick={onClear} data-testid="act-cancel">
        {t("do.cancel")}
      </Button>
    </div>
  );
}

const outcomeLook: Record<OutcomeState, Look> = {
  waiting: { icon: IconClockHour4, tone: "quiet" },
  under_way: { icon: IconClockHour4, tone: "under-way" },
  done: { icon: IconCheck, tone: "done" },
  refused: { icon: IconBan, tone: "attention" },
  superseded: { icon: IconHandStop, tone: "quiet" },
  failed: { icon: IconAlertTriangle, tone: "wrong" },
  expired: { icon: IconClockX, tone: "attention" },
  no_device: { icon: IconQuestionMark, tone: "quiet" },
};

/** What became of it: a bar, the sums, and every device. What needs a person stands first. */
const order: OutcomeState[] = ["failed", "refused", "expired", "under_way", "waiting", "superseded", "no_device", "done"];

export function ActionSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const action = useAction(id);
  const told = action.data;
  const open = told === undefined ? 0 : (told.counts.waiting ?? 0) + (told.counts.under_way ?? 0);
  const outcomes = [...(told?.outcomes ?? [])].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={460}
      title={
        <Text fw={650} size="lg" span>
          {t("act.sheet")}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      {told === undefined ? (
        <Loader />
      ) : (
        <div data-testid="action-sheet" data-ended={told.ended_at !== null}>
          <p role="status" className={classes.sums}>
            {open > 0 && <Loader size={14} />}
            {order
              .filter((state) => (told.counts[state] ?? 0) > 0)
              .map((state) => (
                <Mark key={state} look={outcomeLook[state]} word={`${told.counts[state]} ${t(`act.states.${state}`)}`} />
              ))}
          </p>
          <Progress
            value={told.devices === 0 ? 100 : (100 * (told.devices - open)) / told.devices}
            aria-label={t("act.progress")}
            mb="md"
          />
          <ul className={classes.outcomes}>
            {outcomes.map((one) => (
              <li key={`${one.room}-${one.device_id ?? one.purpose}`} data-state={one.state}>
                <b>{one.room}</b>
                <span className={classes.outcome}>
                  {one.purpose === "light" && one.device_name !== null ? one.device_name : t(`purposes.${one.purpose}`)}
                  {one.detail !== null && one.state !== "done" && (
                    <span className="dim"> · {one.detail_code ? t(`ends.${one.detail_code}`) : one.detail}</span>
                  )}
                </span>
                <Mark look={outcomeLook[one.state]} word={t(`act.states.${one.state}`)} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </Drawer>
  );
}
