import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Device, DeviceProperty, JsonValue } from "../../api/types";
import { lookOfAction } from "../../parts/marks";
import { useTold } from "../../parts/told";
import { mainProperty, unitAfter } from "./deviceFacts";

/** A value in words, with its unit: "24.1 °C", "on", "62 %". */
export function useValueTold(): (device: Device, property: DeviceProperty, value: JsonValue) => string {
  const { t } = useTranslation();
  const told = useTold();
  return useCallback(
    (device, property, value) => {
      if (value !== null && (device.purpose === "door" || device.purpose === "window") && property.name === "on") {
        return value === true ? t("values.contact.open") : t("values.contact.closed");
      }
      if (device.purpose === "presence" && property.name === "on" && value !== null) {
        return value === true ? t("axes.presence.present") : t("axes.presence.empty");
      }
      if (device.component === "climate" && property.name === "action" && typeof value === "string") {
        const does = lookOfAction(value);
        return does === null ? value : t(`actions.${does.action}`);
      }
      const isTemperature = property.name === "value" && property.unit === "°C";
      const text = told.value(isTemperature ? "celsius" : property.name, value);
      const unit = value === null ? "" : unitAfter(property);
      return unit === "" ? text : `${text} ${unit}`;
    },
    [t, told],
  );
}

/** What a device says, in one short phrase. */
export function useMainReport(): (device: Device) => string {
  const value = useValueTold();
  return useCallback(
    (device) => {
      const main = mainProperty(device);
      return main === undefined ? "" : value(device, main, main.reported);
    },
    [value],
  );
}
