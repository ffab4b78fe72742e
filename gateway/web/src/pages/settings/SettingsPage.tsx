import { Button, SegmentedControl, Switch, Text, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { rememberLanguage } from "../../api/staff";
import type { Language } from "../../api/types";
import { startCoach } from "../../frame/coachState";
import { useFormats, useMe } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { allowSound, useSoundAllowed } from "../../live/chime";
import { hotelSpeed, useHotelNow } from "../../time/clock";
import { shortDate } from "../../time/format";
import { chooseLanguage, languages } from "../../words";
import { LateSection } from "./LateSection";
import classes from "./Settings.module.css";
import { Staff } from "./StaffSection";
import { TabletsSection } from "./TabletsSection";

const schemes = ["light", "dark", "auto"] as const;

export function SettingsPage() {
  const { t, i18n } = useTranslation();
  const { property, may } = useMe();
  const { time } = useFormats();
  const now = useHotelNow();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  useTitle(t("pages.settings"));
  const speed = hotelSpeed();
  const sound = useSoundAllowed();
  return (
    <div className={classes.page}>
      <section className={`card ${classes.section}`}>
        <h2>{t("settings.this_screen")}</h2>
        <div className={classes.line}>
          <span>{t("frame.language")}</span>
          <SegmentedControl
            value={i18n.language}
            onChange={(value) => {
              chooseLanguage(value as Language);
              // The choice holds on this screen even when the account cannot remember it just now.
              rememberLanguage(value as Language).catch(() => undefined);
            }}
            data={languages.map((one) => ({ value: one, label: t(`languages.${one}`) }))}
            aria-label={t("frame.language")}
          />
        </div>
        <div className={classes.line}>
          <span>{t("frame.theme")}</span>
          <SegmentedControl
            value={colorScheme}
            onChange={(value) => setColorScheme(value as (typeof schemes)[number])}
            data={schemes.map((one) => ({ value: one, label: t(`themes.${one}`) }))}
            aria-label={t("frame.theme")}
          />
        </div>
        <div className={classes.line}>
          <span id="sound-label">
            {t("settings.sound")}
            <Text size="xs" c="dimmed">
              {t("settings.sound_hint")}
            </Text>
          </span>
          <Switch checked={sound} onChange={(event) => allowSound(event.currentTarget.checked)} aria-labelledby="sound-label" data-testid="sound" />
        </div>
        <div className={classes.line}>
          <span>{t("frame.guide")}</span>
          <Button variant="default" size="sm" onClick={startCoach} component={Link} to="/">
            {t("settings.repeat_guide")}
          </Button>
        </div>
      </section>

      {may("review") && <LateSection />}

      {may("see_staff") && <Staff />}

      {may("keep_tablets") && <TabletsSection />}

      <section className={`card ${classes.section}`}>
        <h2>{t("settings.about")}</h2>
        <div className={classes.line}>
          <span>{t("settings.hotel")}</span>
          <b>{property.name}</b>
        </div>
        <div className={classes.line}>
          <span>{t("settings.business_date")}</span>
          <b>{shortDate(property.business_date, i18n.language, true)}</b>
        </div>
        <div className={classes.line}>
          <span>{t("frame.hotel_time")}</span>
          <b>
            {time(now)} {property.timezone}
            {speed !== 1 && ` · ×${speed}`}
          </b>
        </div>
        <div className={classes.line}>
          <span>{t("settings.interface")}</span>
          <a href="/api/docs" target="_blank" rel="noreferrer">
            {t("frame.api_docs")}
          </a>
        </div>
      </section>
    </div>
  );
}
