/** A guest gave a live sign: the room goes on from being held off to its target. */
import { Button, Menu } from "@mantine/core";
import { IconBus, IconHourglass, IconMessage2, IconRun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type SignKind, useActOnStay, useSign } from "../api/stays";
import { useTell } from "./tell";

export const signIcons: Record<SignKind, typeof IconBus> = {
  queue: IconHourglass,
  transfer: IconBus,
  message: IconMessage2,
  hotel_system: IconRun,
};

/** The two signs that come from outside; who stands in the lobby is in the queue. */
const fromOutside = ["transfer", "message"] as const;

/** `queued`: the guest waits in the lobby already. */
export function SignItems({ stayId, who, queued }: { stayId: string; who: string; queued: boolean }) {
  const { t } = useTranslation();
  const tell = useTell();
  const sign = useSign();
  const act = useActOnStay();
  const QueueIcon = signIcons.queue;
  return (
    <>
      <Menu.Label>{t("sign.title")}</Menu.Label>
      {fromOutside.map((kind) => {
        const Glyph = signIcons[kind];
        return (
          <Menu.Item
            key={kind}
            leftSection={<Glyph size={17} />}
            onClick={() =>
              sign.mutate({ stayId, kind }, { onSuccess: () => tell.done(t(`sign.taken.${kind}`, { who })), onError: tell.refused })
            }
            data-testid={`sign-${kind}-${stayId}`}
          >
            {t(`sign.${kind}`)}
          </Menu.Item>
        );
      })}
      <Menu.Item
        leftSection={<QueueIcon size={17} />}
        onClick={() =>
          act.mutate(
            { id: stayId, act: queued ? "leave-queue" : "queue" },
            { onSuccess: () => tell.done(t(queued ? "stay.left_queue" : "stay.queued", { who })), onError: tell.refused },
          )
        }
        data-testid={`sign-queue-${stayId}`}
      >
        {t(queued ? "do.leave_queue" : "do.queue")}
      </Menu.Item>
    </>
  );
}

export function SignMenu({ stayId, who, queued }: { stayId: string; who: string; queued: boolean }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconRun size={17} />} data-testid="room-sign">
          {t("sign.button")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <SignItems stayId={stayId} who={who} queued={queued} />
      </Menu.Dropdown>
    </Menu>
  );
}
