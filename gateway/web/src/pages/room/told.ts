/** Commands, values and events in words. */
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Command, JsonValue, TimelineEvent } from "../../api/types";
import { useFormats } from "../../frame/me";
import { useToldValues } from "../../parts/reason";
import { UNKNOWN } from "../../time/format";

export function useTold() {
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

  const command = useCallback(
    (one: Command): string =>
      t("timeline.command", {
        device: one.device_name,
        property: property(one.property),
        value: value(one.property, one.value),
        by: by(one.by),
        level: t(`levels.${one.level}`),
        end: t(`command_states.${one.state}`),
      }),
    [t, property, value, by],
  );

  const event = useCallback(
    (one: TimelineEvent): string => {
      const values = toldValues(one.values);
      const name = typeof one.values.property === "string" ? one.values.property : "";
      const told = {
        ...values,
        ...(name === "" ? {} : { property: property(name) }),
        ...("value" in one.values ? { value: value(name, one.values.value as JsonValue) } : {}),
        by: one.by === null ? "" : by(one.by),
      };
      const key = `events.${one.code}`;
      if (i18n.exists(key)) return t(key, told);
      const sort = `event_kinds.${one.kind}`;
      return i18n.exists(sort) ? t(sort) : one.code.replace(/[._]/g, " ");
    },
    [t, i18n, toldValues, property, value, by],
  );

  return useMemo(() => ({ value, property, by, command, event }), [value, property, by, command, event]);
}
