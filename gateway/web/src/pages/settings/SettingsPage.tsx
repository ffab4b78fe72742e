import { Badge, Button, Drawer, Group, MultiSelect, PasswordInput, SegmentedControl, Skeleton, Stack, Switch, Table, Text, TextInput, useMantineColorScheme } from "@mantine/core";
import { IconLock, IconLockOpen, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { rememberLanguage, useAddStaff, useStaff, useUnlockStaff } from "../../api/queries";
import type { Language, Role } from "../../api/types";
import { startCoach } from "../../frame/coachState";
import { useFormats, useMe, useSentence } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { allowSound, useSoundAllowed } from "../../live/chime";
import { useTell } from "../../parts/tell";
import { hotelSpeed, useHotelNow } from "../../time/clock";
import { shortDate } from "../../time/format";
import { chooseLanguage, languages } from "../../words";
import { LateSection } from "./LateSection";
import classes from "./Settings.module.css";
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

function Staff() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const tell = useTell();
  const { may } = useMe();
  const staff = useStaff(true);
  const unlock = useUnlockStaff();
  const [adding, setAdding] = useState(false);
  return (
    <section className={`card ${classes.section} ${classes.wide}`}>
      <Group justify="space-between" mb={6}>
        <h2>{t("settings.staff")}</h2>
        {may("keep_staff") && (
          <Button size="sm" leftSection={<IconPlus size={17} />} onClick={() => setAdding(true)} data-testid="staff-add">
            {t("settings.add_staff")}
          </Button>
        )}
      </Group>
      {staff.error ? (
        <Text size="sm">{sentence(staff.error)}</Text>
      ) : !staff.data ? (
        <Skeleton height={160} />
      ) : (
        <div className={classes.scroll}>
          <Table verticalSpacing="sm" horizontalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("settings.code")}</Table.Th>
                <Table.Th>{t("settings.name")}</Table.Th>
                <Table.Th>{t("settings.roles")}</Table.Th>
                <Table.Th>{t("settings.signs_in_by")}</Table.Th>
                <Table.Th />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {staff.data.map((one) => (
                <Table.Tr key={one.id} style={one.active ? undefined : { opacity: 0.6 }}>
                  <Table.Td>{one.code}</Table.Td>
                  <Table.Td fw={600} className="nowrap">
                    {one.name}
                  </Table.Td>
                  <Table.Td>{one.roles.map((role) => t(`roles.${role}`)).join(" · ")}</Table.Td>
                  <Table.Td>
                    {[one.has_pin && t("settings.pin"), one.has_password && (one.login ?? t("settings.password"))]
                      .filter(Boolean)
                      .join(" · ")}
                  </Table.Td>
                  <Table.Td ta="right">
                    {one.locked ? (
                      <Button
                        size="compact-md"
                        variant="default"
                        leftSection={<IconLockOpen size={16} />}
                        loading={unlock.isPending}
                        onClick={() =>
                          unlock.mutate(one.id, {
                            onSuccess: () => tell.done(t("settings.unlocked", { name: one.name })),
                            onError: tell.refused,
                          })
                        }
                        data-testid={`unlock-${one.code}`}
                      >
                        {t("settings.unlock")}
                      </Button>
                    ) : one.active ? null : (
                      <Badge variant="light" color="gray" leftSection={<IconLock size={12} />}>
                        {t("settings.inactive")}
                      </Badge>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {adding && <AddStaff onClose={() => setAdding(false)} />}
    </section>
  );
}

const allRoles: Role[] = ["front_desk", "attendant", "supervisor", "engineer", "manager", "administrator"];
const pinRoles: Role[] = ["attendant", "engineer"];
const PIN = /^\d{6}$/;

function AddStaff({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const add = useAddStaff();
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [roles, setRoles] = useState<Role[]>([]);
  const [pin, setPin] = useState("");
  const [password, setPassword] = useState("");
  const needsPin = roles.some((role) => pinRoles.includes(role));
  const needsPassword = roles.some((role) => !pinRoles.includes(role));
  const complete =
    code.trim() !== "" &&
    name.trim() !== "" &&
    roles.length > 0 &&
    (!needsPin || PIN.test(pin)) &&
    (!needsPassword || password !== "");
  return (
    <Drawer
      opened
      onClose={onClose}
      title={
        <Text fw={650} size="lg" span>
          {t("settings.add_staff")}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!complete) return;
          add.mutate(
            {
              code: code.trim(),
              name: name.trim(),
              roles,
              ...(login.trim() === "" ? {} : { login: login.trim() }),
              ...(needsPin ? { pin } : {}),
              ...(needsPassword ? { password } : {}),
            },
            {
              onSuccess: (made) => {
                tell.done(t("settings.added", { name: made.name }));
                onClose();
              },
              onError: tell.refused,
            },
          );
        }}
      >
        <Stack gap="md">
          <TextInput label={t("settings.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
          <TextInput label={t("settings.code")} value={code} onChange={(event) => setCode(event.currentTarget.value)} />
          <MultiSelect
            label={t("settings.roles")}
            data={allRoles.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
            value={roles}
            onChange={(value) => setRoles(value as Role[])}
          />
          {needsPin && (
            <PasswordInput
              label={t("settings.pin")}
              description={t("settings.pin_hint")}
              inputMode="numeric"
              maxLength={6}
              autoComplete="new-password"
              value={pin}
              onChange={(event) => setPin(event.currentTarget.value)}
              visibilityToggleButtonProps={{ "aria-label": t("signin.show_password") }}
            />
          )}
          {needsPassword && (
            <>
              <TextInput
                label={t("settings.login")}
                description={t("settings.login_hint")}
                autoComplete="off"
                value={login}
                onChange={(event) => setLogin(event.currentTarget.value)}
              />
              <PasswordInput
                label={t("settings.password")}
                autoComplete="new-password"
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                visibilityToggleButtonProps={{ "aria-label": t("signin.show_password") }}
              />
            </>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button type="submit" disabled={!complete} loading={add.isPending}>
              {t("settings.add_staff")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
