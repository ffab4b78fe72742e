/** "Not serviced", with the reason in one more tap. */
import { Button, Menu } from "@mantine/core";
import { IconDoorOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { NotServicedReason, Task } from "../../../api/tasks";
import { notServicedIcon } from "../tasks/taskLook";
import { useActOnTask } from "../tasks/useActOnTask";

const reasons: NotServicedReason[] = ["dnd", "declined", "no_access"];

/** The entries of a menu: not possible, and why. */
export function NotServicedItems({ task }: { task: Task }) {
  const { t } = useTranslation();
  const act = useActOnTask();
  return (
    <>
      <Menu.Label>{t("mine.not_possible")}</Menu.Label>
      {reasons.map((reason) => {
        const Glyph = notServicedIcon[reason];
        return (
          <Menu.Item
            key={reason}
            py={12}
            leftSection={<Glyph size={20} />}
            onClick={() => void act(task, { action: "not_serviced", reason })}
            data-testid={`not-serviced-${reason}`}
          >
            {t(`not_serviced.${reason}`)}
          </Menu.Item>
        );
      })}
    </>
  );
}

export function NotServiced({ task, size }: { task: Task; size: "md" | "xl" }) {
  const { t } = useTranslation();
  if (!task.may.includes("not_serviced")) return null;
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button size={size} variant="default" leftSection={<IconDoorOff size={size === "xl" ? 24 : 20} />} data-testid="not-serviced">
          {t("mine.not_possible")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <NotServicedItems task={task} />
      </Menu.Dropdown>
    </Menu>
  );
}
