import { useTranslation } from "react-i18next";
import type { RoomDetail } from "../../api/types";
import { useFormats } from "../../frame/me";
import { AvailabilityMark } from "../../parts/AvailabilityMark";
import { useHotelNow } from "../../time/clock";
import { useMainReport } from "../devices/useMainReport";
import classes from "./Room.module.css";

export function DevicesPanel({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { relative, dayTime } = useFormats();
  const report = useMainReport();
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
