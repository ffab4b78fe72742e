/** What a person may set of a room: cleanliness, turndown, service and panel by hand, off sale, what was found. */
import { Button, Menu } from "@mantine/core";
import {
  IconBarrierBlock,
  IconBell,
  IconBellOff,
  IconCheck,
  IconChevronDown,
  IconCircleOff,
  IconEyeCheck,
  IconHandStop,
  IconLeaf,
  IconSparkles,
  type Icon,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useHousekeepingSettings } from "../../api/housekeeping";
import { type RoomStep, useSetAvailability, useSetStatus } from "../../api/queries";
import type { RoomDetail } from "../../api/types";
import { useMe } from "../../frame/me";
import { cleanlinessLook } from "../../parts/marks";
import { RoomFoundDialog } from "../../parts/RoomFoundDialog";
import { useTell } from "../../parts/tell";
import { AvailabilityDialog } from "./AvailabilityDialog";
import { cleanlinessUsed, turndownChoices } from "./steps";

const ALL_USED = { pickup_used: true, inspected_used: true };

export function StatusMenu({ room }: { room: RoomDetail }) {
  const { t } = useTranslation();
  const { may, staff } = useMe();
  const tell = useTell();
  const set = useSetStatus(room);
  const back = useSetAvailability(room);
  const settings = useHousekeepingSettings();
  const [dialog, setDialog] = useState<"found" | "off_sale" | null>(null);
  const offSale = room.availability.state !== "sellable" || room.availability.from !== null;
  const lived = room.front_office === "occupied" && may("clean");
  const turndown = may("clean") ? turndownChoices(staff.roles, room.turndown) : [];

  const put = (step: RoomStep, state: string) =>
    void set(step).then((kept) => kept && tell.done(t("room.now_is", { number: room.number, state })));
  const item = (name: string, Glyph: Icon, step: RoomStep, state: string, tone?: string) => (
    <Menu.Item
      key={name}
      leftSection={<Glyph size={17} className={tone === undefined ? undefined : `tone-${tone}`} />}
      onClick={() => put(step, state)}
      data-testid={`set-${name}`}
    >
      {state}
    </Menu.Item>
  );

  return (
    <>
      {/* Its list scrolls on a phone: by Tab, too. */}
      <Menu position="bottom-end" width={250} menuItemTabIndex={0}>
        <Menu.Target>
          <Button variant="default" h={40} rightSection={<IconChevronDown size={16} />} data-testid="set-cleanliness">
            {t("room.set_cleanliness")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown style={{ maxHeight: "70vh", overflowY: "auto" }}>
          {may("clean") && (
            <>
              <Menu.Label>{t("room.parts.cleanliness")}</Menu.Label>
              {cleanlinessUsed(settings.data ?? ALL_USED)
                .filter((choice) => choice !== room.cleanliness && (choice !== "inspected" || may("inspect")))
                .map((choice) =>
                  item(choice, cleanlinessLook[choice].icon, { cleanliness: choice }, t(`axes.cleanliness.${choice}`), cleanlinessLook[choice].tone),
                )}
            </>
          )}
          {turndown.length > 0 && (
            <>
              <Menu.Label>{t("room.parts.turndown")}</Menu.Label>
              {turndown.map((choice) =>
                item(`turndown-${choice}`, choice === "completed" ? IconCheck : IconSparkles, { turndown: choice }, t(`axes.turndown.${choice}`)),
              )}
            </>
          )}
          {lived && (
            <>
              <Menu.Label>{t("room.parts.guest")}</Menu.Label>
              {room.service === "declined"
                ? item("service-expected", IconCheck, { service: "expected" }, t("axes.service.expected"))
                : item("service-declined", IconCircleOff, { service: "declined" }, t("axes.service.declined"))}
              {may("resolve") &&
                (room.opted_out
                  ? item("opted-in", IconCheck, { opted_out: false }, t("axes.opted_out.no"))
                  : item("opted-out", IconLeaf, { opted_out: true }, t("axes.opted_out.yes")))}
              {room.panel !== "do_not_disturb" &&
                item("dnd", IconHandStop, { panel: "do_not_disturb" }, t("axes.panel.do_not_disturb"))}
              {room.panel !== "make_up_room" && item("mur", IconBell, { panel: "make_up_room" }, t("axes.panel.make_up_room"))}
              {room.panel !== "none" && item("panel-none", IconBellOff, { panel: "none" }, t("axes.panel.none"))}
            </>
          )}
          <Menu.Divider />
          {may("clean") && (
            <Menu.Item leftSection={<IconEyeCheck size={17} />} onClick={() => setDialog("found")} data-testid="room-found">
              {t("room.found")}
            </Menu.Item>
          )}
          {may("off_sale") && (
            <Menu.Item leftSection={<IconBarrierBlock size={17} />} onClick={() => setDialog("off_sale")} data-testid="off-sale">
              {t(offSale ? "off_sale.change" : "off_sale.open")}
            </Menu.Item>
          )}
          {may("off_sale") && offSale && (
            <Menu.Item
              leftSection={<IconCheck size={17} className="tone-done" />}
              onClick={() =>
                back.mutate(
                  { state: "sellable" },
                  { onSuccess: () => tell.done(t("off_sale.back_done", { room: room.number })), onError: tell.refused },
                )
              }
              data-testid="back-to-sale"
            >
              {t("off_sale.back")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog === "found" && <RoomFoundDialog room={room.number} onClose={() => setDialog(null)} />}
      {dialog === "off_sale" && <AvailabilityDialog room={room} onClose={() => setDialog(null)} />}
    </>
  );
}
