/** What the door says of the room: who is in, what the guest asks for, who waits for it. No guest's name. */
import { IconCircleOff, IconHourglass, IconLeaf } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Room } from "../../../api/types";
import { useFormats } from "../../../frame/me";
import { frontOfficeLook, Mark, panelLook } from "../../../parts/marks";
import { useWaiting } from "../../../parts/useWaiting";
import { useHotelNow } from "../../../time/clock";
import classes from "./Mine.module.css";

export function RoomMarks({ room }: { room: Room }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const waiting = useWaiting();
  const now = useHotelNow();
  return (
    <div className={classes.marks}>
      <Mark look={frontOfficeLook[room.front_office]} word={t(`axes.front_office.${room.front_office}`)} />
      {room.panel !== "none" && (
        <Mark
          boxed
          look={panelLook[room.panel]}
          word={
            room.panel_since === null
              ? t(`axes.panel.${room.panel}`)
              : t("tile.since", { what: t(`axes.panel.${room.panel}`), time: formats.dayTime(room.panel_since, now) })
          }
        />
      )}
      {room.service === "declined" && <Mark boxed look={{ icon: IconCircleOff, tone: "quiet" }} word={t("axes.service.declined")} />}
      {room.opted_out && <Mark boxed look={{ icon: IconLeaf, tone: "quiet" }} word={t("axes.opted_out.yes")} />}
      {room.queue_since !== null && <Mark boxed look={{ icon: IconHourglass, tone: "wrong" }} word={waiting(room.queue_since)} />}
    </div>
  );
}
