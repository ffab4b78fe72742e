/** One word on the equipment: kind, change-over, the plant's hours off, frost protection. */
import { ActionIcon, Button, Drawer, Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import { IconArrowBackUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { putEquipment, readEquipment, useEquipmentIsOld, useTakeBackEquipment } from "../../../api/comfortQueries";
import type { Equipment, EquipmentToPut } from "../../../api/types";
import { ConflictNote } from "../../../parts/ConflictNote";
import { TimeField } from "../../../parts/fields";
import { useTell } from "../../../parts/tell";
import { useVersioned } from "../../../parts/useVersioned";
import classes from "./Equipment.module.css";
import {
  changesOver,
  daysIn,
  equipmentKinds,
  type EquipmentKind,
  faultOf,
  hasPlant,
  HIGHEST_FROST_CELSIUS,
  LOWEST_FROST_CELSIUS,
  MOST_OFF_HOURS,
  shortTime,
  toPut,
  unsaid,
} from "./equipmentDraft";
import { fields, useEquipmentWords } from "./useEquipmentWords";

export function EquipmentDrawer({ kept, onClose }: { kept: Equipment; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const words = useEquipmentWords();
  const isOld = useEquipmentIsOld();
  const takeBack = useTakeBackEquipment();
  const [draft, setDraft] = useState(kept);
  const set = (change: Partial<Equipment>) => setDraft((before) => ({ ...before, ...change }));
  const edit = useVersioned<Equipment, EquipmentToPut>({
    kept,
    put: (version, body) => putEquipment(kept.scope, version, body),
    read: async () => (await readEquipment(kept.scope)) ?? unsaid(kept.scope),
    onSaved: () => {
      isOld();
      tell.done(t("equipment.saved", { where: words.scope(kept.scope) }));
      onClose();
    },
    onTaken: setDraft,
  });
  const fault = faultOf(draft);
  const save = () => edit.save(toPut(draft));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={460}
      title={
        <Text fw={650} size="lg" span>
          {words.scope(kept.scope)}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (fault === null && edit.theirs === null) save();
        }}
        data-testid="equipment-form"
      >
        <Stack gap="md">
          <Select
            label={t("equipment.fields.kind")}
            description={t(`equipment.about.${draft.kind}`)}
            data={equipmentKinds.map((kind) => ({ value: kind, label: t(`equipment.kinds.${kind}`) }))}
            value={draft.kind}
            onChange={(kind) => set({ kind: kind as EquipmentKind })}
            allowDeselect={false}
            data-testid="equipment-kind"
          />
          {changesOver(draft.kind) &&
            (["cools_from", "heats_from"] as const).map((field) => (
              <DayOfYearFields
                key={field}
                label={t(`equipment.fields.${field}`)}
                value={draft[field]}
                monthName={words.monthName}
                onChange={(day) => set({ [field]: day })}
              />
            ))}
          {hasPlant(draft.kind) && (
            <div>
              <Text fw={600} size="sm">
                {t("equipment.fields.off_hours")}
              </Text>
              <Text size="xs" c="dimmed" mb={6}>
                {t("equipment.off_text")}
              </Text>
              <Stack gap={8}>
                {draft.off_hours.map((off, index) => {
                  const change = (part: Partial<typeof off>) =>
                    set({ off_hours: draft.off_hours.map((each, at) => (at === index ? { ...each, ...part } : each)) });
                  return (
                    <Group key={index} gap={8} wrap="nowrap">
                      <TimeField aria-label={t("equipment.off_from")} value={shortTime(off.start)} onChange={(start) => change({ start })} />
                      <span aria-hidden>–</span>
                      <TimeField aria-label={t("equipment.off_until")} value={shortTime(off.until)} onChange={(until) => change({ until })} />
                      <ActionIcon
                        size={36}
                        variant="subtle"
                        color="gray"
                        aria-label={t("setup.remove", { what: `${shortTime(off.start)}–${shortTime(off.until)}` })}
                        onClick={() => set({ off_hours: draft.off_hours.filter((_, at) => at !== index) })}
                      >
                        <IconTrash size={18} />
                      </ActionIcon>
                    </Group>
                  );
                })}
                {draft.off_hours.length < MOST_OFF_HOURS && (
                  <Button
                    variant="subtle"
                    size="compact-md"
                    leftSection={<IconPlus size={16} />}
                    style={{ alignSelf: "flex-start" }}
                    onClick={() => set({ off_hours: [...draft.off_hours, { start: "23:00", until: "06:00" }] })}
                    data-testid="equipment-add-hours"
                  >
                    {t("equipment.add_hours")}
                  </Button>
                )}
              </Stack>
            </div>
          )}
          <NumberInput
            label={t("equipment.fields.frost_celsius")}
            description={t("equipment.frost_text")}
            value={draft.frost_celsius}
            min={LOWEST_FROST_CELSIUS}
            max={HIGHEST_FROST_CELSIUS}
            step={0.5}
            decimalScale={1}
            suffix=" °C"
            onChange={(celsius) => typeof celsius === "number" && set({ frost_celsius: celsius })}
            data-testid="equipment-frost"
          />
          {fault !== null && (
            <p className={classes.fault} role="alert">
              {t(`equipment.faults.${fault}`)}
            </p>
          )}
          <ConflictNote edit={edit} fields={fields} name={(field) => t(`equipment.fields.${field as (typeof fields)[number]}`)} tell={(field, of) => words.tell(field as (typeof fields)[number], of)} onKeepMine={save} />
          <Group justify="space-between">
            {kept.version > 0 ? (
              <Button
                variant="subtle"
                color="orange"
                leftSection={<IconArrowBackUp size={17} />}
                loading={takeBack.isPending}
                onClick={() =>
                  takeBack.mutate(
                    { scope: kept.scope, version: edit.seen.version },
                    {
                      onSuccess: () => {
                        tell.done(t("equipment.taken_back", { where: words.scope(kept.scope) }));
                        onClose();
                      },
                      onError: tell.refused,
                    },
                  )
                }
                data-testid="equipment-take-back"
              >
                {t("equipment.take_back")}
              </Button>
            ) : (
              <span />
            )}
            <Group gap="sm">
              <Button variant="default" onClick={onClose}>
                {t("do.cancel")}
              </Button>
              <Button type="submit" disabled={fault !== null || edit.theirs !== null} loading={edit.pending} data-testid="equipment-save">
                {t("do.save")}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}

function DayOfYearFields({
  label,
  value,
  monthName,
  onChange,
}: {
  label: string;
  value: Equipment["heats_from"];
  monthName: (month: number) => string;
  onChange: (day: Equipment["heats_from"]) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.day}>
      <legend>{label}</legend>
      <NumberInput
        aria-label={t("equipment.day")}
        w={84}
        value={value.day}
        min={1}
        max={daysIn(value.month)}
        allowDecimal={false}
        onChange={(day) => typeof day === "number" && onChange({ ...value, day })}
      />
      <Select
        aria-label={t("equipment.month")}
        flex={1}
        data={Array.from({ length: 12 }, (_, month) => ({ value: String(month + 1), label: monthName(month + 1) }))}
        value={String(value.month)}
        allowDeselect={false}
        onChange={(month) => {
          const next = Number(month);
          onChange({ month: next, day: Math.min(value.day, daysIn(next)) });
        }}
      />
    </fieldset>
  );
}
