/** Who works here and signs in how. */
import { Badge, Button, Drawer, Group, MultiSelect, PasswordInput, Skeleton, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconLock, IconLockOpen, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddStaff, useStaff, useUnlockStaff } from "../../api/staff";
import type { Role } from "../../api/types";
import { useMe, useSentence } from "../../frame/me";
import { useTell } from "../../parts/tell";
import classes from "./Settings.module.css";

export function Staff() {
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
