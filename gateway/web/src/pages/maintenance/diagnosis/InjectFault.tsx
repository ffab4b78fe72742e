/** Only in the demo: break something in a room and watch it become a ticket. */
import { Button, Select } from "@mantine/core";
import { IconHammer, IconRestore } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useInjectFault } from "../../../api/diagnosisQueries";
import type { DemoFault } from "../../../api/types";
import { RoomPicker } from "../../../parts/RoomPicker";
import { useTell } from "../../../parts/tell";
import classes from "./Diagnosis.module.css";

const demoFaults: DemoFault[] = [
  "curtain_stuck",
  "no_capacity",
  "ignores_setpoint",
  "window_open",
  "sensor_frozen",
  "gateway_offline",
];

export function InjectFault() {
  const { t } = useTranslation();
  const tell = useTell();
  const inject = useInjectFault();
  const [room, setRoom] = useState<string | null>(null);
  const [fault, setFault] = useState<DemoFault>("curtain_stuck");
  function put(active: boolean) {
    if (room === null) return;
    inject.mutate(
      { room, fault, active },
      {
        onSuccess: () => tell.done(t(active ? "diagnosis.demo.broken" : "diagnosis.demo.mended", { room })),
        onError: tell.refused,
      },
    );
  }
  return (
    <section data-testid="inject">
      <h2>{t("diagnosis.demo.title")}</h2>
      <p className={classes.lead}>{t("diagnosis.demo.lead")}</p>
      <div className={`card ${classes.inject}`}>
        <RoomPicker value={room} onChange={setRoom} label={t("diagnosis.demo.room")} />
        <Select
          label={t("diagnosis.demo.fault")}
          data={demoFaults.map((one) => ({ value: one, label: t(`diagnosis.demo.faults.${one}`) }))}
          value={fault}
          onChange={(value) => setFault(demoFaults.find((one) => one === value) ?? "curtain_stuck")}
          allowDeselect={false}
          data-testid="inject-fault"
        />
        <Button leftSection={<IconHammer size={17} />} disabled={room === null} onClick={() => put(true)} data-testid="inject-break">
          {t("diagnosis.demo.break")}
        </Button>
        <Button variant="default" leftSection={<IconRestore size={17} />} disabled={room === null} onClick={() => put(false)}>
          {t("diagnosis.demo.mend")}
        </Button>
      </div>
    </section>
  );
}
