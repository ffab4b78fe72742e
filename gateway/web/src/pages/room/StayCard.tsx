import { IconLogin2, IconStarFilled, IconUser } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { StaySummary } from "../../api/types";
import { useFormats, useMe } from "../../frame/me";
import { SignMenu } from "../../parts/SignMenu";
import { useHotelNow } from "../../time/clock";
import { shortDate } from "../../time/format";
import classes from "./Room.module.css";

/** `queued`: the guest waits in the lobby for this room. */
export function StayCard({ stay, kind, queued = false }: { stay: StaySummary; kind: "current" | "next"; queued?: boolean }) {
  const { t, i18n } = useTranslation();
  const { when } = useFormats();
  const { may } = useMe();
  const now = useHotelNow();
  const Glyph = kind === "current" ? IconUser : IconLogin2;
  return (
    <div className={`card ${classes.stay}`}>
      <Glyph size={20} stroke={1.7} className="tone-under-way" aria-hidden style={{ flex: "none" }} />
      <div style={{ flex: 1, minWidth: 0 }}>
        <p className="dim" style={{ fontSize: "0.78rem" }}>
          {kind === "current" ? t("room.guest_now") : t("room.guest_next")}
        </p>
        <p style={{ fontWeight: 620, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
          {stay.guest ?? stay.confirmation}
          {stay.vip && (
            <span style={{ color: "var(--brass)", marginLeft: 8, fontSize: "0.8rem" }}>
              <IconStarFilled size={12} aria-hidden /> {t("vip")}
            </span>
          )}
        </p>
      </div>
      {kind === "next" && may("desk") && (
        <SignMenu stayId={stay.stay_id} who={stay.guest ?? stay.confirmation} queued={queued} />
      )}
      <div style={{ textAlign: "right", fontSize: "0.88rem" }}>
        {kind === "current"
          ? t("room.leaves", { date: shortDate(stay.departure_date, i18n.language) })
          : stay.eta !== null && when(stay.eta, now)}
        {may("desk") && (
          <div>
            <Link to={`/arrivals?date=${stay.arrival_date}&state=all&stay=${encodeURIComponent(stay.stay_id)}`} style={{ fontSize: "0.82rem" }}>
              {t("room.open_stay")}
            </Link>
          </div>
        )}
      </div>
    </div>
  );
}
