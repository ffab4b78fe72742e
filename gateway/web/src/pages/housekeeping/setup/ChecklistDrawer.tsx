/** The lines of one checklist, in their order. Saving makes a new version; work that has begun keeps its own. */
import { ActionIcon, Button, Drawer, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Checklist, putChecklist, readChecklist, useIsOld } from "../../../api/housekeeping";
import { keys } from "../../../live/keys";
import { ConflictNote } from "../../../parts/ConflictNote";
import { useTell } from "../../../parts/tell";
import { useVersioned } from "../../../parts/useVersioned";
import { UNKNOWN } from "../../../time/format";
import { type Line, linesToPut, MOST_LINES, moved } from "./checklistDraft";
import { useRoomTypes } from "../../../parts/useRoomTypes";

const LONGEST_LINE = 120;

export function ChecklistDrawer({ checklist, onClose }: { checklist: Checklist; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const types = useRoomTypes();
  const isOld = useIsOld();
  const [lines, setLines] = useState<Line[]>(checklist.items);
  const edit = useVersioned<Checklist, Line[]>({
    kept: checklist,
    put: (version, items) => putChecklist(checklist, version, items),
    read: () => readChecklist(checklist),
    onSaved: (saved) => {
      isOld(keys.checklists);
      tell.done(t("setup.checklist_saved", { version: saved.version }));
      onClose();
    },
    onTaken: (theirs) => setLines(theirs.items),
  });
  const save = () => edit.save(linesToPut(lines));
  const where = checklist.room_type === null ? t("setup.all_types") : types.name(checklist.room_type);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={520}
      title={
        <Text fw={650} size="lg" span>
          {t(`task_kinds.${checklist.kind}`)} · {where}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (edit.theirs === null) save();
        }}
        data-testid="checklist-form"
      >
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t(checklist.version === 0 ? "setup.first_version" : "setup.new_version", { version: checklist.version + 1 })}
          </Text>
          <Stack gap={8}>
            {lines.map((line, index) => (
              <Group key={line.key ?? `new-${index}`} gap={4} wrap="nowrap">
                <TextInput
                  aria-label={t("setup.line", { number: index + 1 })}
                  flex={1}
                  value={line.text}
                  maxLength={LONGEST_LINE}
                  onChange={(event) => {
                    const text = event.currentTarget.value;
                    setLines((before) => before.map((each, at) => (at === index ? { ...each, text } : each)));
                  }}
                  data-testid={`line-${index}`}
                />
                <ActionIcon
                  size={36}
                  variant="subtle"
                  color="gray"
                  disabled={index === 0}
                  aria-label={t("setup.line_up", { what: line.text })}
                  onClick={() => setLines((before) => moved(before, index, -1))}
                >
                  <IconArrowUp size={18} />
                </ActionIcon>
                <ActionIcon
                  size={36}
                  variant="subtle"
                  color="gray"
                  disabled={index === lines.length - 1}
                  aria-label={t("setup.line_down", { what: line.text })}
                  onClick={() => setLines((before) => moved(before, index, 1))}
                >
                  <IconArrowDown size={18} />
                </ActionIcon>
                <ActionIcon
                  size={36}
                  variant="subtle"
                  color="gray"
                  aria-label={t("setup.remove", { what: line.text })}
                  onClick={() => setLines((before) => before.filter((_, at) => at !== index))}
                >
                  <IconTrash size={18} />
                </ActionIcon>
              </Group>
            ))}
          </Stack>
          {lines.length < MOST_LINES && (
            <Button
              variant="subtle"
              size="compact-md"
              leftSection={<IconPlus size={16} />}
              style={{ alignSelf: "flex-start" }}
              onClick={() => setLines((before) => [...before, { key: null, text: "" }])}
              data-testid="line-add"
            >
              {t("setup.add_line")}
            </Button>
          )}
          <ConflictNote
            edit={edit}
            fields={["items"]}
            name={() => t("setup.parts.checklists")}
            tell={(_, of) => of.items.map((item) => item.text).join(" · ") || UNKNOWN}
            onKeepMine={save}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button type="submit" disabled={edit.theirs !== null} loading={edit.pending} data-testid="checklist-save">
              {t("do.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
