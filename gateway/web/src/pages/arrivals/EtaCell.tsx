import { Button, Popover, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Arrival } from "../../api/types";
import { useFormats } from "../../frame/me";
import { DayField, TimeField } from "../../parts/fields";
import { hotelNow, useHotelNow } from "../../time/clock";
import { instantOf, wallTime } from "../../time/zone";
import classes from "./Arrivals.module.css";
import { useEtaEdit } from "./useEtaEdit";

const STEP_MINUTES = 15;

export function EtaCell({ arrival, editable }: { arrival: Arrival; editable: boolean }) {
  const { t } = useTranslation();
  const { time, relative, dayTime } = useFormats();
  const now = useHotelNow();
  const { shown, pending, propose } = useEtaEdit(arrival);
  const [opened, setOpened] = useState(false);

  const step = (minutes: number) => {
    const from = shown === null ? hotelNow() : Date.parse(shown);
    propose(new Date(from + minutes * 60_000).toISOString());
  };
  const told = shown === null ? t("arrivals.no_eta") : time(shown);
  const near = shown === null ? null : relative(shown, now);
  const day = shown === null ? "" : dayTime(shown, now);
  const words = (
    <>
      <b data-testid={`eta-${arrival.stay_id}`}>{told}</b>
      <small>
        {[near ?? (day === told ? null : day.replace(told, "").trim()), t(`eta_sources.${pending ? "desk" : arrival.eta_source}`)]
          .filter(Boolean)
          .join(" · ")}
      </small>
    </>
  );

  if (!editable) {
    return (
      <span className={classes.etaTime} style={{ cursor: "default", justifySelf: "start", textAlign: "left" }}>
        {words}
      </span>
    );
  }
  return (
    <div className={classes.eta}>
      <button
        type="button"
        className={classes.step}
        onClick={() => step(-STEP_MINUTES)}
        aria-label={t("arrivals.earlier", { minutes: STEP_MINUTES })}
        data-testid={`eta-minus-${arrival.stay_id}`}
      >
        {`−${STEP_MINUTES}`}
      </button>
      <Popover opened={opened} onChange={setOpened} position="bottom" trapFocus withArrow shadow="md">
        <Popover.Target>
          <button
            type="button"
            className={classes.etaTime}
            data-pending={pending}
            onClick={() => setOpened(!opened)}
            aria-label={t("arrivals.change_eta", { time: told })}
            data-testid={`eta-edit-${arrival.stay_id}`}
          >
            {words}
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          {opened && (
            <EtaForm
              arrival={arrival}
              shown={shown}
              onSet={(eta) => {
                setOpened(false);
                propose(eta, 0);
              }}
            />
          )}
        </Popover.Dropdown>
      </Popover>
      <button
        type="button"
        className={classes.step}
        onClick={() => step(STEP_MINUTES)}
        aria-label={t("arrivals.later", { minutes: STEP_MINUTES })}
        data-testid={`eta-plus-${arrival.stay_id}`}
      >
        {`+${STEP_MINUTES}`}
      </button>
    </div>
  );
}

function EtaForm({ arrival, shown, onSet }: { arrival: Arrival; shown: string | null; onSet: (eta: string) => void }) {
  const { t } = useTranslation();
  const { zone } = useFormats();
  const wall = wallTime(shown === null ? hotelNow() : Date.parse(shown), zone);
  const [date, setDate] = useState(wall.date);
  const [clock, setClock] = useState(wall.time);
  const valid = clock !== "";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (valid) onSet(new Date(instantOf(date, clock, zone)).toISOString());
      }}
    >
      <Stack gap="sm" w={200}>
        <TimeField
          label={t("arrivals.time")}
          value={clock}
          onChange={setClock}
          data-autofocus
          data-testid={`eta-input-${arrival.stay_id}`}
        />
        <DayField label={t("arrivals.day")} value={date} onChange={setDate} />
        <Button type="submit" disabled={!valid} data-testid={`eta-save-${arrival.stay_id}`}>
          {t("arrivals.set_eta")}
        </Button>
      </Stack>
    </form>
  );
}
