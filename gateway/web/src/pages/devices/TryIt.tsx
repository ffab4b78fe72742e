/** One command to a device that nobody vouches for yet, and what came back. */
import { Button, Loader, NumberInput, Select } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconQuestionMark } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useTryDevice } from "../../api/deviceQueries";
import { ended, useCommand } from "../../api/queries";
import type { Command, Device, DeviceProperty, JsonValue } from "../../api/types";
import { useSentence } from "../../frame/me";
import { Mark } from "../../parts/marks";
import { useTold } from "../../parts/told";
import classes from "./Devices.module.css";
import { propertyNamed } from "./deviceFacts";

type Wanted = NonNullable<JsonValue>;

const flags = ["on", "locked", "oscillating"];
const mostFirst = ["on", "mode", "action", "press", "locked", "fan_mode", "position_percent", "brightness_percent"];

function inOrder(device: Device): DeviceProperty[] {
  const rank = (name: string) => (mostFirst.includes(name) ? mostFirst.indexOf(name) : mostFirst.length);
  return device.properties.filter((one) => one.accepts).sort((a, b) => rank(a.name) - rank(b.name));
}

export function TryIt({ device }: { device: Device }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const send = useTryDevice(device.id);
  const [id, setId] = useState<string | null>(null);
  const command = useCommand(id);
  const properties = inOrder(device);
  if (properties.length === 0) return <p className="dim">{t("devices.try.nothing")}</p>;
  const ask = (property: string, value: Wanted) => {
    setId(null);
    send.mutate({ property, value }, { onSuccess: (made) => setId(made.id) });
  };
  return (
    <div className={classes.tries} data-testid={`try-${device.id}`}>
      {properties.map((property) => (
        <TryProperty key={property.name} property={property} busy={send.isPending} ask={(value) => ask(property.name, value)} />
      ))}
      <div className={classes.came} role="status" data-testid={`tried-${device.id}`} data-state={command.data?.state ?? ""}>
        {send.error ? (
          <Mark look={{ icon: IconAlertTriangle, tone: "wrong" }} word={sentence(send.error)} />
        ) : command.data ? (
          <CameBack command={command.data} device={device} />
        ) : null}
      </div>
    </div>
  );
}

function CameBack({ command, device }: { command: Command; device: Device }) {
  const { t } = useTranslation();
  const told = useTold();
  const what = { property: told.property(command.property), value: told.value(command.property, command.value) };
  if (!ended(command)) {
    return (
      <span className={`mark tone-under-way`}>
        <Loader size={13} color="currentColor" />
        {t("devices.try.waiting", what)}
      </span>
    );
  }
  const silent = command.state === "confirmed" && propertyNamed(device, command.property)?.reported_at == null;
  if (silent) return <Mark look={{ icon: IconQuestionMark, tone: "attention" }} word={t("devices.try.assumed", what)} />;
  if (command.state === "confirmed") return <Mark look={{ icon: IconCheck, tone: "done" }} word={t("devices.try.confirmed", what)} />;
  return (
    <Mark
      look={{ icon: IconAlertTriangle, tone: "wrong" }}
      word={t("devices.try.failed", { ...what, end: t(`command_states.${command.state}`) })}
    />
  );
}

function TryProperty({ property, busy, ask }: { property: DeviceProperty; busy: boolean; ask: (value: Wanted) => void }) {
  const { t } = useTranslation();
  const told = useTold();
  const { name } = property;
  const words: [string, Wanted][] | null = flags.includes(name)
    ? [
        [t("values.on"), true],
        [t("values.off"), false],
      ]
    : name === "press"
      ? [[t("devices.try.press"), true]]
      : name === "action"
        ? (["open", "stop", "close"] as const).map((one) => [told.value("action", one), one])
        : null;
  return (
    <div className={classes.try}>
      <span className={classes.tryName}>{told.property(name)}</span>
      {words !== null ? (
        <Button.Group>
          {words.map(([word, value]) => (
            <Button
              key={word}
              size="compact-md"
              variant="default"
              disabled={busy}
              onClick={() => ask(value)}
              data-testid={`try-${name}-${String(value)}`}
            >
              {word}
            </Button>
          ))}
        </Button.Group>
      ) : (
        <TryValue property={property} busy={busy} ask={ask} />
      )}
    </div>
  );
}

function TryValue({ property, busy, ask }: { property: DeviceProperty; busy: boolean; ask: (value: Wanted) => void }) {
  const { t } = useTranslation();
  const told = useTold();
  const [value, setValue] = useState<string | number>("");
  const label = told.property(property.name);
  return (
    <>
      {property.options ? (
        <Select
          aria-label={label}
          size="xs"
          w={140}
          data={property.options.map((one) => ({ value: one, label: told.value(property.name, one) }))}
          value={value === "" ? null : String(value)}
          onChange={(chosen) => setValue(chosen ?? "")}
        />
      ) : (
        <NumberInput
          aria-label={label}
          size="xs"
          w={110}
          {...(property.low === null ? {} : { min: property.low })}
          {...(property.high === null ? {} : { max: property.high })}
          {...(property.step === null || property.step === undefined ? {} : { step: property.step })}
          {...(property.unit ? { suffix: ` ${property.unit}` } : {})}
          value={value}
          onChange={setValue}
        />
      )}
      <Button
        size="compact-md"
        variant="default"
        disabled={busy || value === ""}
        onClick={() => ask(value)}
        aria-label={t("devices.try.send_what", { property: label })}
      >
        {t("devices.try.send")}
      </Button>
    </>
  );
}
