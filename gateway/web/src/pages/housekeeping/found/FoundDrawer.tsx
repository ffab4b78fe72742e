/** One found thing: what it is, what was done with it, what may be done next. */
import { Alert, Button, Divider, Drawer, Group, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ItemAction, type LostItemWithSteps, useActOnFound, useFoundThing } from "../../../api/finds";
import { useFormats, useMe, useSentence } from "../../../frame/me";
import lists from "../../../parts/List.module.css";
import { Photos } from "../../../parts/PhotoField";
import { useTell } from "../../../parts/tell";
import { useHotelNow } from "../../../time/clock";
import { shortDate } from "../../../time/format";
import { itemLook } from "./itemLook";

export function FoundDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const thing = useFoundThing(id);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={460}
      title={
        <Text fw={650} size="lg" span>
          {thing.data ? `#${thing.data.number} · ${thing.data.what}` : t("found.thing")}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      {thing.error && !thing.data ? (
        <Alert color="orange">{sentence(thing.error)}</Alert>
      ) : thing.data ? (
        <Thing item={thing.data} />
      ) : (
        <Skeleton height={240} />
      )}
    </Drawer>
  );
}

function Thing({ item }: { item: LostItemWithSteps }) {
  const { t, i18n } = useTranslation();
  const { may } = useMe();
  const formats = useFormats();
  const now = useHotelNow();
  const look = itemLook[item.state];
  const open = item.state === "found" || item.state === "stored";
  return (
    <Stack gap="md">
      <Group gap={8} className={`tone-${look.tone}`}>
        <look.icon size={19} aria-hidden />
        <b>{t(`found.states.${item.state}`)}</b>
      </Group>
      {item.photos.length > 0 && <Photos photos={item.photos} />}
      <dl className={lists.facts}>
        <dt>{t("found.category")}</dt>
        <dd>{t(`found.categories.${item.category}`)}</dd>
        <dt>{t("found.columns.where")}</dt>
        <dd>{item.room ? t("found.room", { room: item.room }) : item.area}</dd>
        <dt>{t("found.found_at")}</dt>
        <dd>{t("found.by_at", { who: item.found_by, when: formats.dayTime(item.found_at, now) })}</dd>
        {item.storage_place && (
          <>
            <dt>{t("found.storage_place")}</dt>
            <dd>{item.storage_place}</dd>
          </>
        )}
        {open && (
          <>
            <dt>{t("found.columns.keep_until")}</dt>
            <dd>{shortDate(item.dispose_on, i18n.language)}</dd>
          </>
        )}
        {item.handed_to && (
          <>
            <dt>{t("found.handed_to")}</dt>
            <dd>{item.handed_to}</dd>
          </>
        )}
      </dl>
      {(may("keep_found") || item.state === "found") && <Next item={item} open={open} />}
      <Divider label={t("found.steps")} labelPosition="left" />
      <ol className={lists.steps}>
        {item.steps.map((step, index) => (
          <li key={index}>
            <b>{t(`found.done.${step.action}`)}</b> · {step.by} · {formats.dayTime(step.at, now)}
            {step.reason && <div className="dim">{step.reason}</div>}
          </li>
        ))}
      </ol>
    </Stack>
  );
}

/** What each action asks for before it is done. */
const asks: Record<ItemAction, "storage_place" | "handed_to" | "reason"> = {
  store: "storage_place",
  hand_over: "handed_to",
  send: "handed_to",
  dispose: "reason",
  reopen: "reason",
};

function Next({ item, open }: { item: LostItemWithSteps; open: boolean }) {
  const { t } = useTranslation();
  const tell = useTell();
  const { may, property } = useMe();
  const act = useActOnFound(item.id);
  const [action, setAction] = useState<ItemAction | null>(null);
  const [text, setText] = useState("");
  const keeps = may("keep_found");
  const possible: ItemAction[] = open
    ? ["store", ...(keeps ? (["hand_over", "send"] as const) : []), ...(may("keep_goods") ? (["dispose"] as const) : [])]
    : may("keep_goods")
      ? ["reopen"]
      : [];
  if (possible.length === 0) return null;
  const optional = action === "dispose" && item.dispose_on <= property.business_date;
  return (
    <Stack gap="sm">
      <div className={lists.chips}>
        {possible.map((one) => (
          <Button
            key={one}
            variant={one === action ? "filled" : "default"}
            onClick={() => {
              setAction(one);
              setText(one === "store" ? (item.storage_place ?? "") : "");
            }}
            data-testid={`found-${one}`}
          >
            {t(`found.do.${one}`)}
          </Button>
        ))}
      </div>
      {action && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            act.mutate(
              { action, ...(text.trim() === "" ? {} : { [asks[action]]: text.trim() }) },
              {
                onSuccess: () => {
                  setAction(null);
                  tell.done(t(`found.told.${action}`, { number: item.number }));
                },
                onError: tell.refused,
              },
            );
          }}
        >
          <Group align="flex-end">
            <TextInput
              key={action}
              label={t(`found.asks.${action}`)}
              value={text}
              maxLength={200}
              onChange={(event) => setText(event.currentTarget.value)}
              style={{ flex: 1 }}
              autoFocus
              data-testid="found-text"
            />
            <Button type="submit" disabled={!optional && text.trim() === ""} loading={act.isPending} data-testid="found-do">
              {t("do.save")}
            </Button>
          </Group>
        </form>
      )}
    </Stack>
  );
}
