/** The fields of a shift: who and when at first sight; section, pair, skills and limits behind "more". */
import { ActionIcon, Button, Collapse, Group, MultiSelect, NumberInput, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { IconChevronDown, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Shift } from "../../../api/board";
import { useRoomOrder } from "../../../api/queries";
import { useStaff } from "../../../api/staff";
import { TimeField } from "../../../parts/fields";
import { countingOrder } from "../../../parts/roomFacts";
import { kinds } from "../tasks/list";
import classes from "./Board.module.css";
import { BREAK_MINUTES, type ShiftDraft } from "./shiftDraft";

const MOST_BREAKS = 4;

export function ShiftForm({
  draft,
  onChange,
  others,
  fixedPerson = false,
  more: moreAtFirst = false,
}: {
  draft: ShiftDraft;
  onChange: (draft: ShiftDraft) => void;
  /** the other shifts of the day */
  others: Shift[];
  /** whose shift it is does not change */
  fixedPerson?: boolean;
  /** whether all fields are shown from the beginning */
  more?: boolean;
}) {
  const { t } = useTranslation();
  const [more, setMore] = useState(moreAtFirst);
  const staff = useStaff(!fixedPerson);
  const rooms = useRoomOrder();
  const set = (change: Partial<ShiftDraft>) => onChange({ ...draft, ...change });
  const people = (staff.data ?? [])
    .filter((one) => one.active && one.roles.includes("attendant") && !others.some((shift) => shift.staff_id === one.id))
    .map((one) => ({ value: one.id, label: one.name }));
  const there = rooms.data ?? [];
  const floors = [...new Set(there.map((room) => room.floor))].sort(countingOrder);
  const sections = [...new Set(there.map((room) => room.section).filter((one): one is string => one !== null))].sort(countingOrder);
  const limit = (value: number | string) => (typeof value === "number" && value > 0 ? value : null);

  return (
    <Stack gap="md">
      {!fixedPerson && (
        <>
          <SegmentedControl
            value={draft.of}
            onChange={(of) => set({ of })}
            data={[
              { value: "house", label: t("shifts.of_house") },
              { value: "agency", label: t("shifts.of_agency") },
            ]}
            aria-label={t("shifts.whose")}
          />
          {draft.of === "house" ? (
            <Select
              label={t("shifts.person")}
              data={people}
              value={draft.person}
              onChange={(person) => set({ person })}
              searchable
              nothingFoundMessage={t("shifts.nobody_left")}
              data-testid="shift-person"
            />
          ) : (
            <TextInput
              label={t("shifts.name")}
              value={draft.name}
              maxLength={80}
              onChange={(event) => set({ name: event.currentTarget.value })}
              data-autofocus
              data-testid="shift-name"
            />
          )}
        </>
      )}
      {fixedPerson && draft.of === "agency" && (
        <TextInput label={t("shifts.name")} value={draft.name} maxLength={80} onChange={(event) => set({ name: event.currentTarget.value })} />
      )}
      <div className={classes.hours}>
        <TimeField label={t("shifts.from")} value={draft.from} onChange={(from) => set({ from })} data-testid="shift-from" />
        <TimeField label={t("shifts.until")} value={draft.until} onChange={(until) => set({ until })} data-testid="shift-until" />
      </div>
      {draft.breaks.map((one, index) => {
        const change = (part: Partial<typeof one>) =>
          set({ breaks: draft.breaks.map((each, at) => (at === index ? { ...each, ...part } : each)) });
        return (
          <Group key={index} gap="xs" align="flex-end" wrap="nowrap">
            <TimeField label={t("shifts.break_at")} value={one.at} onChange={(at) => change({ at })} />
            <NumberInput
              label={t("shifts.break_minutes")}
              value={one.minutes}
              min={5}
              max={240}
              step={5}
              onChange={(value) => change({ minutes: Number(value) || 0 })}
            />
            <ActionIcon
              size={36}
              variant="subtle"
              color="gray"
              aria-label={t("shifts.no_break")}
              onClick={() => set({ breaks: draft.breaks.filter((_, at) => at !== index) })}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
        );
      })}
      <Group gap="xs">
        {draft.breaks.length < MOST_BREAKS && (
          <Button
            variant="subtle"
            size="compact-md"
            leftSection={<IconPlus size={16} />}
            onClick={() => set({ breaks: [...draft.breaks, { at: "", minutes: BREAK_MINUTES }] })}
          >
            {t("shifts.add_break")}
          </Button>
        )}
        <Button
          variant="subtle"
          size="compact-md"
          rightSection={<IconChevronDown size={16} style={{ transform: more ? "rotate(180deg)" : undefined }} />}
          aria-expanded={more}
          onClick={() => setMore((before) => !before)}
          data-testid="shift-more"
        >
          {t("shifts.more_fields")}
        </Button>
      </Group>
      <Collapse expanded={more}>
        <Stack gap="md">
          <div className={classes.hours}>
            <MultiSelect
              label={t("shifts.floor")}
              placeholder={draft.floors.length === 0 ? t("shifts.any_floor") : undefined}
              data={floors}
              value={draft.floors}
              onChange={(value) => set({ floors: value })}
              clearable
              data-testid="shift-floors"
            />
            <Select
              label={t("shifts.section")}
              placeholder={t("shifts.any_section")}
              data={sections}
              value={draft.section}
              onChange={(section) => set({ section })}
              disabled={sections.length === 0 && draft.section === null}
              clearable
            />
          </div>
          <Select
            label={t("shifts.pair")}
            placeholder={t("shifts.alone")}
            data={others.map((shift) => ({ value: shift.id, label: shift.name }))}
            value={draft.partner}
            onChange={(partner) => set({ partner })}
            clearable
          />
          <MultiSelect
            label={t("shifts.skills")}
            description={t("shifts.skills_hint")}
            data={kinds.map((one) => ({ value: one, label: t(`task_kinds.${one}`) }))}
            value={draft.skills}
            onChange={(value) => set({ skills: value as ShiftDraft["skills"] })}
            clearable
          />
          <div className={classes.limits}>
            <NumberInput
              label={t("shifts.max_credits")}
              placeholder={t("shifts.no_limit")}
              value={draft.credits ?? ""}
              min={0}
              max={200}
              step={0.5}
              onChange={(value) => set({ credits: limit(value) })}
              data-testid="shift-credits"
            />
            <NumberInput
              label={t("shifts.max_minutes")}
              placeholder={t("shifts.no_limit")}
              value={draft.minutes ?? ""}
              min={0}
              max={960}
              step={15}
              onChange={(value) => set({ minutes: limit(value) })}
            />
            <NumberInput
              label={t("shifts.max_area")}
              placeholder={t("shifts.no_limit")}
              value={draft.area ?? ""}
              min={0}
              max={10_000}
              step={10}
              onChange={(value) => set({ area: limit(value) })}
            />
          </div>
        </Stack>
      </Collapse>
    </Stack>
  );
}
