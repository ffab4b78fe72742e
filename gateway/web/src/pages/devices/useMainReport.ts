import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Device, DeviceProperty, JsonValue } from "../../api/types";
import { useTold } from "../../parts/told";
import { mainProperty } from "./deviceFacts";

/** A value in words, with its unit: "24.1 °C", "on", "62 %". */
export function useValueTold(): (device: Device, property: DeviceProperty, value: JsonValue) => string {
  const { t } = useTranslation();
  const told = useTold();
  return useCallback(
    (device, property, value) => {
      if (value !== null && (device.purpose === "door" || device.purpose === "window") && property.name === "on") {
        return value === true ? t("values.contact.open") : t("values.contact.closed");
      }
      const isTemperature = property.name === "value" && property.unit === "°C";
      const text = told.value(isTemperature ? "celsius" : property.name, value);
      // Temperatures and percentages carry their unit already.
      return property.name === "value" && property.unit && !isTemperature && value !== null ? `${text} ${property.unit}` : text;
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
