import { Alert, Button, Skeleton } from "@mantine/core";
import { IconBed } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { Problem } from "../../api/client";
import { useRoom } from "../../api/queries";
import { useMe, useSentence } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { Empty } from "../../parts/Empty";
import { HandsOffBanner } from "../../parts/HandsOff";
import { ClimatePanel } from "./ClimatePanel";
import { Controls } from "./Controls";
import { DevicesPanel } from "./DevicesPanel";
import classes from "./Room.module.css";
import { RoomCare } from "./RoomCare";
import { RoomArrivals, RoomModelPanel } from "./RoomComfort";
import { RoomHead } from "./RoomHead";
import { Timeline } from "./Timeline";

export function RoomPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { number = "" } = useParams();
  const { may } = useMe();
  const room = useRoom(number);
  useTitle(t("room.title", { number }));

  if (room.error && !room.data) {
    return room.error instanceof Problem && room.error.status === 404 ? (
      <Empty
        icon={IconBed}
        title={t("room.unknown", { number })}
        text={t("room.unknown_text")}
        action={
          <Button component={Link} to="/rooms">
            {t("room.all_rooms")}
          </Button>
        }
      />
    ) : (
      <Alert color="orange">{sentence(room.error)}</Alert>
    );
  }
  if (!room.data) return <Skeleton height={480} radius={12} />;
  return (
    <div className={classes.page}>
      <RoomHead room={room.data} />
      <HandsOffBanner switches={room.data.hands_off} />
      <div className={classes.column}>
        <ClimatePanel room={room.data} />
        {may("see_comfort") && <RoomArrivals number={number} />}
        {may("history") && <Timeline room={room.data} />}
      </div>
      <div className={classes.column}>
        {may("control") && <Controls room={room.data} />}
        {may("history") && <RoomModelPanel number={number} />}
        <DevicesPanel room={room.data} />
        {may("see_care") && <RoomCare number={number} />}
      </div>
    </div>
  );
}
