/** What a supervisor does with one attendant's shift. */
import { ActionIcon, Loader, Menu } from "@mantine/core";
import { IconArrowMerge, IconDotsVertical, IconEdit, IconMoodSick, IconTrash, IconUserCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Lane, putShift, type Shift, useBoardIsOld, useCallInSick, useMergeLists, useRemoveShift } from "../../../api/board";
import { useFormats } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import { isOpen } from "./dragging";
import { EditShift } from "./EditShift";
import { draftOf, toPut } from "./shiftDraft";

/** `version`: that of the board, as it is seen. */
export function LaneMenu({ lane, others, version }: { lane: Lane; others: Shift[]; version: number }) {
  const { t } = useTranslation();
  const { zone } = useFormats();
  const tell = useTell();
  const sick = useCallInSick();
  const remove = useRemoveShift();
  const merge = useMergeLists();
  const boardIsOld = useBoardIsOld();
  const [editing, setEditing] = useState(false);
  const { shift } = lane;
  const away = shift.state === "sick" || shift.state === "ended";
  const open = lane.tasks.filter(({ task }) => isOpen(task)).length;
  const into = others.filter((other) => other.state !== "sick" && other.state !== "ended" && other.id !== shift.pair_with);
  const back = useMutation({
    mutationFn: () => putShift(shift.id, shift.version, toPut({ ...draftOf(shift, zone), state: "present" }, shift.business_date, zone)),
    onSuccess: () => tell.done(t("shifts.back_done", { name: shift.name })),
    onError: tell.refused,
    onSettled: boardIsOld,
  });
  return (
    <>
      {(sick.isPending || back.isPending || merge.isPending) && <Loader size={18} aria-label={t("board.replan")} />}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={40} aria-label={t("shifts.more", { name: shift.name })} data-testid={`lane-menu-${shift.name}`}>
            <IconDotsVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setEditing(true)} data-testid={`edit-shift-${shift.name}`}>
            {t("shifts.change")}
          </Menu.Item>
          {away ? (
            <Menu.Item leftSection={<IconUserCheck size={16} />} onClick={() => back.mutate()} data-testid={`back-${shift.name}`}>
              {t("shifts.back")}
            </Menu.Item>
          ) : (
            <Menu.Item
              leftSection={<IconMoodSick size={16} />}
              onClick={() =>
                sick.mutate(shift.id, {
                  onSuccess: () => tell.done(t("shifts.sick_done", { name: shift.name })),
                  onError: tell.refused,
                })
              }
              data-testid={`sick-${shift.name}`}
            >
              {t("shifts.sick")}
            </Menu.Item>
          )}
          {into.length > 0 && open > 0 && (
            <>
              <Menu.Label>{t("board.merge_into")}</Menu.Label>
              {into.map((other) => (
                <Menu.Item
                  key={other.id}
                  leftSection={<IconArrowMerge size={16} />}
                  onClick={() =>
                    merge.mutate(
                      { date: shift.business_date, from_shift: shift.id, to_shift: other.id, seen_version: version },
                      {
                        onSuccess: () => tell.done(t("board.merged", { from: shift.name, to: other.name })),
                        onError: tell.refused,
                      },
                    )
                  }
                  data-testid={`merge-${shift.name}-${other.name}`}
                >
                  {other.name}
                </Menu.Item>
              ))}
              <Menu.Divider />
            </>
          )}
          <Menu.Item
            leftSection={<IconTrash size={16} />}
            disabled={lane.tasks.length > 0}
            onClick={() => remove.mutate(shift.id, { onError: tell.refused })}
          >
            {t("shifts.remove")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {editing && <EditShift shift={shift} others={others} onClose={() => setEditing(false)} />}
    </>
  );
}
