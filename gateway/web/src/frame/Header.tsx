import { Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconAlertTriangle,
  IconDeviceDesktop,
  IconHelp,
  IconKeyboard,
  IconLanguage,
  IconLock,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  IconWalk,
} from "@tabler/icons-react";
import { lazy, Suspense, useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSignOut } from "../api/session";
import { useConnection } from "../live/connection";
import { useStanding, useTablet } from "../oplog/hooks";
import { tablet } from "../oplog/tablet";
import { useAttention } from "../oplog/useAttention";
import { hotelSpeed, useHotelNow } from "../time/clock";
import { chooseLanguage, languages } from "../words";
import { startCoach } from "./coachState";
import classes from "./Frame.module.css";
import { useFormats, useMe } from "./me";
import { TitleContext } from "./title";

const UnsentDrawer = lazy(async () => ({ default: (await import("../oplog/UnsentDrawer")).UnsentDrawer }));

const schemes = ["light", "dark", "auto"] as const;
const schemeIcons = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop };

/** "offline · 3 unsent · data as of 14:05", and what needs the person's word. Opens the list of taps. */
function ConnectionDot({ onOpen }: { onOpen: () => void }) {
  const { t } = useTranslation();
  const { state, asOf } = useConnection();
  const { unsent, attention, others } = useStanding();
  const { time } = useFormats();
  const fresh = state === "live" || state === "connecting";
  const words = [
    t(`connection.${state}`),
    unsent > 0 && t("connection.unsent", { count: unsent }),
    !fresh && t("connection.as_of", { time: time(asOf) }),
  ];
  const shown = (
    <>
      <span className={classes.dot} data-state={state} />
      <span role="status" data-testid="connection-words">
        {words.filter(Boolean).join(" · ")}
      </span>
      {attention > 0 && (
        <span className={classes.attention} data-testid="attention">
          <IconAlertTriangle size={14} aria-hidden /> {t("connection.attention", { count: attention })}
        </span>
      )}
    </>
  );
  if (unsent + attention + others.length === 0) {
    return (
      <span className={classes.connection} data-state={state} data-testid="connection">
        {shown}
      </span>
    );
  }
  return (
    <button type="button" className={classes.connection} data-state={state} data-testid="connection" onClick={onOpen}>
      {shown}
    </button>
  );
}

function HotelClock() {
  const now = useHotelNow();
  const { t } = useTranslation();
  const { time } = useFormats();
  const speed = hotelSpeed();
  return (
    <span className={classes.clock} title={speed === 1 ? t("frame.hotel_time") : t("frame.hotel_time_fast", { speed })}>
      <time data-testid="hotel-clock">{time(now)}</time>
      {speed !== 1 && <span className="dim">{` ×${speed}`}</span>}
    </span>
  );
}

function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className={classes.tool} aria-label={t("frame.language")} data-testid="language">
          <IconLanguage size={20} stroke={1.7} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {languages.map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            onClick={() => chooseLanguage(language)}
            aria-current={i18n.language === language}
            fw={i18n.language === language ? 700 : 400}
            data-testid={`language-${language}`}
          >
            {t(`languages.${language}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ThemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Glyph = schemeIcons[colorScheme];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className={classes.tool} aria-label={t("frame.theme")} data-testid="theme">
          <Glyph size={20} stroke={1.7} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map((scheme) => {
          const SchemeGlyph = schemeIcons[scheme];
          return (
            <Menu.Item
              key={scheme}
              leftSection={<SchemeGlyph size={17} stroke={1.7} />}
              onClick={() => setColorScheme(scheme)}
              fw={colorScheme === scheme ? 700 : 400}
              data-testid={`theme-${scheme}`}
            >
              {t(`themes.${scheme}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => word[0]) : [name.trim().slice(0, 1)];
  return letters.join("").toUpperCase();
}

function WhoIsIn({ onKeys }: { onKeys: () => void }) {
  const { t } = useTranslation();
  const { staff } = useMe();
  const signOut = useSignOut();
  const { unsent } = useStanding();
  const { person } = useTablet();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <button
          type="button"
          className={classes.tool}
          aria-label={t("frame.signed_in_as", { name: staff.name })}
          data-testid="who"
        >
          <span className={classes.initials} aria-hidden>
            {initials(staff.name)}
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <strong style={{ color: "var(--text)" }}>{staff.name}</strong>
          <br />
          {staff.roles.map((role) => t(`roles.${role}`)).join(" · ")}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconWalk size={17} />} onClick={startCoach} data-testid="guide">
          {t("frame.guide")}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={17} />} onClick={onKeys}>
          {t("frame.keys")}
        </Menu.Item>
        <Menu.Item component="a" href="/api/docs" target="_blank" leftSection={<IconHelp size={17} />}>
          {t("frame.api_docs")}
        </Menu.Item>
        <Menu.Divider />
        {person && (
          <Menu.Item leftSection={<IconLock size={17} />} onClick={() => tablet().lock()} data-testid="lock-now">
            {t("lock.lock")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={17} />} onClick={() => signOut.mutate()} data-testid="sign-out">
          {t("frame.sign_out")}
          {unsent > 0 && <small className={classes.note}>{t("oplog.stays_here", { count: unsent })}</small>}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function Header({ onFind, onKeys }: { onFind: () => void; onKeys: () => void }) {
  const { t } = useTranslation();
  const { title } = useContext(TitleContext);
  const { property } = useMe();
  const [unsentShown, setUnsentShown] = useState(false);
  useAttention(() => setUnsentShown(true));
  return (
    <header className={classes.header}>
      <div className={classes.place}>
        <h1 className={classes.title}>{title}</h1>
        <span className={classes.hotel}>{property.name}</span>
      </div>
      <div className={classes.tools} data-coach="tools">
        <button
          type="button"
          className={`${classes.tool} ${classes.search}`}
          onClick={onFind}
          aria-label={t("frame.find")}
          data-testid="find"
        >
          <IconSearch size={18} stroke={1.8} aria-hidden />
          <span>{t("frame.find")}</span>
          <kbd aria-hidden>{/Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘K" : t("frame.find_key")}</kbd>
        </button>
        <HotelClock />
        <ConnectionDot onOpen={() => setUnsentShown(true)} />
        <LanguageSwitch />
        <ThemeSwitch />
        <WhoIsIn onKeys={onKeys} />
      </div>
      <Suspense>{unsentShown && <UnsentDrawer onClose={() => setUnsentShown(false)} />}</Suspense>
    </header>
  );
}
