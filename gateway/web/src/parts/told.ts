/** Commands, values and events in words. */
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Command, Device, JsonValue, TimelineEvent } from "../api/types";
import { useFormats } from "../frame/me";
import { useToldValues } from "./reason";
import { UNKNOWN } from "../time/format";

const NO_DEVICES: readonly Device[] = [];

/** `devices` lets a command name its device in the person's language. */
export function useTold(devices: readonly Device[] = NO_DEVICES) {
  const { t, i18n } = useTranslation();
  const { temperature } = useFormats();
  const toldValues = useToldValues();

  const value = useCallback(
    (property: string, told: JsonValue): string => {
      if (told === null) return UNKNOWN;
      if (typeof told === "boolean") return told ? t("values.on") : t("values.off");
      if (typeof told === "number") {
        if (property.endsWith("celsius")) return temperature(told);
        if (property.endsWith("percent")) return `${Math.round(told)} %`;
        return String(Math.round(told * 10) / 10);
      }
      const key = `values.${property}.${told}`;
      return i18n.exists(key) ? t(key) : told;
    },
    [t, i18n, temperature],
  );

  const property = useCallback(
    (name: string): string => (i18n.exists(`properties.${name}`) ? t(`properties.${name}`) : name),
    [t, i18n],
  );

  const by = useCallback(
    (who: string): string => (i18n.exists(`by.${who}`) ? t(`by.${who}`) : who),
    [t, i18n],
  );

  const deviceName = useCallback(
    (id: string, name: string): string => {
      const device = devices.find((one) => one.id === id || one.name === name);
      return device === undefined || device.purpose === "light" || device.purpose === "other" ? name : t(`purposes.${device.purpose}`);
    },
    [devices, t],
  );

  const command = useCallback(
    (one: Command): string => {
      const values = {
        device: deviceName(one.device_id, one.device_name),
        property: property(one.property),
        value: value(one.property, one.value),
        level: t(`levels.${one.level}`),
        end: t(`command_states.${one.state}`),
      };
      // What the house does by itself is told by its reason; a person by name.
      return one.by === "system" || one.by === "Innkeeper" || one.by === ""
        ? t("timeline.command_auto", values)
        : t("timeline.command", { ...values, by: by(one.by) });
    },
    [t, deviceName, property, value, by],
  );

  const event = useCallback(
    (one: TimelineEvent): string => {
      const values = toldValues(one.values);
      const name = typeof one.values.property === "string" ? one.values.property : "";
      const told = {
        ...values,
        ...(name === "" ? {} : { property: property(name) }),
        ...("value" in one.values ? { value: value(name, one.values.value as JsonValue) } : {}),
        ...(typeof one.values.device === "string" ? { device: deviceName("", one.values.device) } : {}),
        by: one.by === null ? "" : by(one.by),
      };
      if (one.code.startsWith("phase.")) {
        const phase = `phases.${one.code.slice("phase.".length)}`;
        return i18n.exists(phase) ? t("timeline.phase", { phase: t(phase) }) : t("event_kinds.climate");
      }
      // A plan that changed is told by its reason.
      const key = one.kind === "plan" ? `reasons.${one.code}` : `events.${one.code}`;
      if (i18n.exists(key)) return t(key, told);
      const sort = `event_kinds.${one.kind}`;
      return i18n.exists(sort) ? t(sort) : one.code.replace(/[._]/g, " ");
    },
    [t, i18n, toldValues, deviceName, property, value, by],
  );

  return useMemo(() => ({ value, property, by, command, event }), [value, property, by, command, event]);
}
