/** Hands off: what it says, how it is set and lifted. Who may not set it sees it all the same. */
import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { IconHandOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLiftHandsOff, useSetHandsOff } from "../api/queries";
import type { HandsOff } from "../api/types";
import { useFormats, useMe } from "../frame/me";
import { useHotelNow } from "../time/clock";
import classes from "./parts.module.css";
import { useTell } from "./tell";

const LONGEST_REASON = 200;

/** "the whole property", "floor 4", "room 412" */
export function useScopeName(): (scope: string) => string {
  const { t } = useTranslation();
  return (scope) => {
    const [kind, ...rest] = scope.split(":");
    const name = rest.join(":");
    if (kind === "floor") return t("hands_off.scope_floor", { floor: name });
    if (kind === "room") return t("hands_off.scope_room", { room: name });
    return t("hands_off.scope_property");
  };
}

export function HandsOffBanner({ switches }: { switches: HandsOff[] }) {
  const { t } = useTranslation();
  const { dayTime } = useFormats();
  const { may } = useMe();
  const now = useHotelNow();
  const scopeName = useScopeName();
  const lift = useLiftHandsOff();
  const tell = useTell();
  if (switches.length === 0) return null;
  return (
    <div className={classes.handsOff} role="status" data-testid="hands-off">
      {switches.map((one) => (
        <div key={one.scope} className={classes.handsOffLine}>
          <IconHandOff size={20} className="tone-attention" aria-hidden />
          <span>
            <strong>{t("hands_off.is_on", { scope: scopeName(one.scope) })}</strong> {one.reason}{" "}
            <span className="dim">{t("hands_off.by", { by: one.by, time: dayTime(one.since, now) })}</span>
          </span>
          {may("hands_off") && (
            <Button
              size="compact-md"
              variant="default"
              loading={lift.isPending}
              onClick={() =>
                lift.mutate(one.scope, {
                  onSuccess: () => tell.done(t("hands_off.lifted", { scope: scopeName(one.scope) })),
                  onError: tell.refused,
                })
              }
              data-testid={`lift-${one.scope}`}
            >
              {t("hands_off.lift")}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}

export function HandsOffDialog({ scopes, onClose }: { scopes: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const scopeName = useScopeName();
  const set = useSetHandsOff();
  const tell = useTell();
  const [scope, setScope] = useState(scopes[0] ?? "property");
  const [reason, setReason] = useState("");
  return (
    <Modal opened onClose={onClose} title={t("hands_off.title")} closeButtonProps={{ "aria-label": t("do.close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          set.mutate(
            { scope, reason: reason.trim() },
            {
              onSuccess: () => {
                tell.done(t("hands_off.set_done", { scope: scopeName(scope) }));
                onClose();
              },
              onError: tell.refused,
            },
          );
        }}
      >
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t("hands_off.explained")}
          </Text>
          {scopes.length > 1 && (
            <NativeSelect
              label={t("hands_off.where")}
              value={scope}
              onChange={(event) => setScope(event.currentTarget.value)}
              data={scopes.map((one) => ({ value: one, label: scopeName(one) }))}
              data-testid="hands-off-scope"
            />
          )}
          <TextInput
            label={t("hands_off.reason")}
            placeholder={t("hands_off.reason_example")}
            maxLength={LONGEST_REASON}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
            data-testid="hands-off-reason"
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button
              type="submit"
              color="orange"
              leftSection={<IconHandOff size={18} />}
              loading={set.isPending}
              disabled={reason.trim() === ""}
              data-testid="hands-off-confirm"
            >
              {t("hands_off.set")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
