/** What comes up beside the work itself, each one tap from the card: photo or note, fault, minibar, found thing, room not as listed. */
import { Button, Menu } from "@mantine/core";
import { IconBottle, IconCamera, IconDotsVertical, IconEyeCheck, IconTool, IconUmbrella, type Icon } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../../api/tasks";
import { FaultDialog } from "../../../parts/FaultDialog";
import { RoomFoundDialog } from "../../../parts/RoomFoundDialog";
import { CountDialog } from "../counts/CountDialog";
import { ReportFound } from "../found/ReportFound";
import classes from "./Mine.module.css";
import { NoteDialog } from "./NoteDialog";
import { NotServicedItems } from "./NotServiced";

type Extra = "note" | "fault" | "minibar" | "found" | "room";

const icons: Record<Extra, Icon> = { note: IconCamera, fault: IconTool, minibar: IconBottle, found: IconUmbrella, room: IconEyeCheck };

/** Without a task: what can be said of any place. */
function extrasOf(task: Task | null): Extra[] {
  if (task === null) return ["fault", "minibar", "found"];
  const noted: Extra[] = task.may.includes("tick") ? ["note"] : [];
  return [...noted, "fault", ...(task.room === null ? [] : (["minibar"] as const)), "found", ...(task.room === null ? [] : (["room"] as const))];
}

function Dialog({ extra, task, onClose }: { extra: Extra; task: Task | null; onClose: () => void }) {
  const room = task?.room ?? null;
  switch (extra) {
    case "note":
      return task && <NoteDialog task={task} onClose={onClose} />;
    case "fault":
      return <FaultDialog room={room} onClose={onClose} />;
    case "minibar":
      return <CountDialog stock="minibar" room={room} onClose={onClose} />;
    case "found":
      return <ReportFound room={room} onClose={onClose} />;
    case "room":
      return room && <RoomFoundDialog room={room} onClose={onClose} />;
  }
}

/** As buttons, on the card in hand. */
export function Extras({ task }: { task: Task | null }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Extra | null>(null);
  return (
    <div className={classes.extras} data-coach="extras">
      {extrasOf(task).map((extra) => {
        const Glyph = icons[extra];
        return (
          <Button key={extra} variant="default" size="md" px={8} leftSection={<Glyph size={20} />} onClick={() => setOpen(extra)} data-testid={`extra-${extra}`}>
            {t(`mine.extras.${extra}`)}
          </Button>
        );
      })}
      {open && <Dialog extra={open} task={task} onClose={() => setOpen(null)} />}
    </div>
  );
}

/** As a menu, on a card that waits: not possible and why, and the extras. */
export function TaskMenu({ task }: { task: Task }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Extra | null>(null);
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button
            size="md"
            variant="subtle"
            color="gray"
            px={10}
            aria-label={t("mine.more", { where: task.room ?? task.area ?? "" })}
            data-testid="not-serviced"
          >
            <IconDotsVertical size={20} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {task.may.includes("not_serviced") && (
            <>
              <NotServicedItems task={task} />
              <Menu.Divider />
            </>
          )}
          {extrasOf(task).map((extra) => {
            const Glyph = icons[extra];
            return (
              <Menu.Item key={extra} py={12} leftSection={<Glyph size={20} />} onClick={() => setOpen(extra)} data-testid={`extra-${extra}`}>
                {t(`mine.extras.${extra}`)}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      {open && <Dialog extra={open} task={task} onClose={() => setOpen(null)} />}
    </>
  );
}
