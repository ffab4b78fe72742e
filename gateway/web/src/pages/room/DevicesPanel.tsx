import { useTranslation } from "react-i18next";
import type { Device, RoomDetail } from "../../api/types";
import { useFormats } from "../../frame/me";
import { AvailabilityMark } from "../../parts/AvailabilityMark";
import { useHotelNow } from "../../time/clock";
import classes from "./Room.module.css";
import { useTold } from "../../parts/told";

/** What a sensor or lamp says, in one short phrase. */
function useReport(): (device: Device) => string {
  const { t } = useTranslation();
  const told = useTold();
  return (device) => {
    const main = device.properties.find((one) => ["value", "on", "mode", "position_percent"].includes(one.name));
    if (!main || main.reported === null) return "";
    if (device.purpose === "door" || device.purpose === "window") {
      return main.reported === true ? t("values.contact.open") : t("values.contact.closed");
    }
    if (device.purpose === "presence") return main.reported === true ? t("axes.presence.present") : t("axes.presence.empty");
    const text = device.purpose === "room_temperature" ? told.value("celsius", main.reported) : told.value(main.name, main.reported);
    return main.unit && device.purpose !== "room_temperature" ? `${text} ${main.unit}` : text;
  };
}

export function DevicesPanel({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { relative, dayTime } = useFormats();
  const report = useReport();
  const now = useHotelNow();
  return (
    <section className={`card ${classes.panel} ${classes.last}`}>
      <div className={classes.panelHead}>
        <h2>{t("room.devices")}</h2>
      </div>
      {room.devices.length === 0 ? (
        <p className="dim">{t("room.no_devices")}</p>
      ) : (
        <table className={classes.devices}>
          <tbody>
            {room.devices.map((device) => (
              <tr key={device.id}>
                <td>
                  {device.purpose === "other" || device.purpose === "light" ? device.name : t(`purposes.${device.purpose}`)}
                  <div className="dim">{[device.maker, device.model].filter(Boolean).join(" ")}</div>
                </td>
                <td>
                  <b style={{ fontWeight: 600 }}>{report(device)}</b>
                  <div>
                    {device.available === true && device.last_seen !== null ? (
                      <span className="dim">{relative(device.last_seen, now) ?? dayTime(device.last_seen, now)}</span>
                    ) : (
                      <AvailabilityMark available={device.available} />
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
