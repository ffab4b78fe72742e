/** One plan: when it is due, for which assets, how long it takes, what is done and what is needed for it. */
import { ActionIcon, Button, Drawer, Group, MultiSelect, NumberInput, SegmentedControl, Select, Stack, Switch, Text, TextInput, Textarea } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type PreventivePlan, type PreventivePlanWish, putPlan, readPlan, usePreventiveChanged } from "../../../api/preventive";
import { useMe } from "../../../frame/me";
import { ConflictNote } from "../../../parts/ConflictNote";
import { DayField } from "../../../parts/fields";
import { useTell } from "../../../parts/tell";
import { useVersioned } from "../../../parts/useVersioned";
import { UNKNOWN } from "../../../time/format";
import { isWhole, kinds, meters, newTrigger, readings, sides, toPut, type Trigger, units, workClasses } from "./planDraft";
import classes from "./Preventive.module.css";
import { usePreventiveWords } from "./usePreventiveWords";

const fields = [
  "name",
  "work_class",
  "trigger",
  "kind",
  "model",
  "starts_on",
  "lead_days",
  "tolerance_days",
  "from_completion",
  "minutes",
  "needs_vacant",
  "blocks_sale",
  "checklist",
  "parts",
  "includes",
  "active",
] as const satisfies readonly (keyof PreventivePlan)[];

export function PlanDrawer({ plan, plans, onClose }: { plan: PreventivePlan; plans: PreventivePlan[]; onClose: () => void }) {
  const { t } = useTranslation();
  const words = usePreventiveWords();
  const { may } = useMe();
  const tell = useTell();
  const changed = usePreventiveChanged();
  const [draft, setDraft] = useState(plan);
  const [lines, setLines] = useState(plan.checklist.join("\n"));
  const set = (change: Partial<PreventivePlan>) => setDraft((before) => ({ ...before, ...change }));
  const edit = useVersioned<PreventivePlan, PreventivePlanWish>({
    kept: plan,
    put: (version, body) => putPlan(plan.id, version, body),
    read: () => readPlan(plan.id),
    onSaved: (saved) => {
      changed();
      tell.done(t("preventive.saved", { name: saved.name, count: saved.assets }));
      onClose();
    },
    onTaken: (theirs) => {
      setDraft(theirs);
      setLines(theirs.checklist.join("\n"));
    },
  });
  const keeps = may("repair");
  const whole = isWhole(draft);
  const save = () => edit.save(toPut({ ...draft, checklist: lines.split("\n") }));
  const told = (field: (typeof fields)[number], of: PreventivePlan): string => {
    const value = of[field];
    if (field === "trigger") return words.rhythm(of);
    if (field === "work_class") return t(`preventive.classes.${of.work_class}`);
    if (field === "kind") return of.kind === null ? UNKNOWN : words.kind(of.kind);
    if (field === "parts") return of.parts.map((part) => `${part.count} × ${part.name}`).join(", ") || UNKNOWN;
    if (field === "includes") return of.includes.map(nameOf).join(", ") || UNKNOWN;
    if (Array.isArray(value)) return value.join(", ") || UNKNOWN;
    if (typeof value === "boolean") return t(value ? "setup.yes" : "setup.no");
    return String(value ?? UNKNOWN);
  };
  const nameOf = (id: string) => plans.find((one) => one.id === id)?.name ?? id;
  const days = (name: "lead_days" | "tolerance_days" | "minutes", min: number, max: number) => (
    <NumberInput
      label={t(`preventive.fields.${name}`)}
      value={draft[name]}
      min={min}
      max={max}
      allowDecimal={false}
      onChange={(value) => set({ [name]: typeof value === "number" ? value : min })}
    />
  );
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={560}
      title={
        <Text fw={650} size="lg" span>
          {plan.version === 0 ? t("preventive.add_plan") : plan.name}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (whole && edit.theirs === null) save();
        }}
        data-testid="plan-form"
      >
        <Stack gap="md">
          <TextInput label={t("preventive.fields.name")} value={draft.name} maxLength={120} required onChange={(event) => set({ name: event.currentTarget.value })} data-testid="plan-name" />
          <div className={classes.fields}>
            <Select
              label={t("preventive.fields.work_class")}
              data={workClasses.map((one) => ({ value: one, label: t(`preventive.classes.${one}`) }))}
              value={draft.work_class}
              allowDeselect={false}
              onChange={(value) => value && set({ work_class: value as PreventivePlan["work_class"] })}
            />
            <Switch
              label={t("preventive.fields.active")}
              checked={draft.active}
              onChange={(event) => set({ active: event.currentTarget.checked })}
              style={{ alignSelf: "end", paddingBottom: 8 }}
            />
          </div>
          {draft.asset_id === null && (
            <div className={classes.fields}>
              <Select
                label={t("preventive.fields.kind")}
                placeholder={t("preventive.any")}
                data={kinds.map((one) => ({ value: one, label: words.kind(one) }))}
                value={draft.kind}
                clearable
                searchable
                clearButtonProps={{ "aria-label": t("do.clear") }}
                onChange={(kind) => set({ kind })}
              />
              <TextInput label={t("preventive.fields.model")} placeholder={t("preventive.any")} value={draft.model ?? ""} maxLength={120} onChange={(event) => set({ model: event.currentTarget.value || null })} />
            </div>
          )}
          <div>
            <Text fw={600} size="sm" mb={6}>
              {t("preventive.fields.trigger")}
            </Text>
            <TriggerFields trigger={draft.trigger} onChange={(trigger) => set({ trigger })} />
          </div>
          <div className={classes.fields}>
            <DayField label={t("preventive.fields.starts_on")} value={draft.starts_on} onChange={(starts_on) => set({ starts_on })} />
            {days("minutes", 5, 1440)}
            {days("lead_days", 0, 90)}
            {days("tolerance_days", 0, 180)}
          </div>
          {draft.trigger.by === "time" && (
            <SegmentedControl
              value={draft.from_completion ? "done" : "fixed"}
              onChange={(value) => set({ from_completion: value === "done" })}
              data={[
                { value: "fixed", label: t("preventive.fixed") },
                { value: "done", label: t("preventive.from_completion") },
              ]}
              aria-label={t("preventive.fields.from_completion")}
            />
          )}
          <Switch label={t("preventive.fields.needs_vacant")} checked={draft.needs_vacant} onChange={(event) => set({ needs_vacant: event.currentTarget.checked })} />
          <Switch label={t("preventive.fields.blocks_sale")} description={t("preventive.blocks_sale_hint")} checked={draft.blocks_sale} onChange={(event) => set({ blocks_sale: event.currentTarget.checked })} />
          <Textarea
            label={t("preventive.fields.checklist")}
            description={t("preventive.checklist_hint")}
            autosize
            minRows={3}
            maxRows={12}
            value={lines}
            onChange={(event) => setLines(event.currentTarget.value)}
          />
          <Parts parts={draft.parts} onChange={(parts) => set({ parts })} />
          {plans.some((one) => one.id !== plan.id) && (
            <MultiSelect
              label={t("preventive.fields.includes")}
              description={t("preventive.includes_hint")}
              data={plans.filter((one) => one.id !== plan.id).map((one) => ({ value: one.id, label: one.name }))}
              value={draft.includes}
              onChange={(includes) => set({ includes })}
            />
          )}
          <ConflictNote edit={edit} fields={fields} name={(name) => t(`preventive.fields.${name}`)} tell={(name, of) => told(name as (typeof fields)[number], of)} onKeepMine={save} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            {keeps && (
              <Button type="submit" disabled={!whole || edit.theirs !== null} loading={edit.pending} data-testid="plan-save">
                {t("do.save")}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}

function TriggerFields({ trigger, onChange }: { trigger: Trigger; onChange: (trigger: Trigger) => void }) {
  const { t } = useTranslation();
  const numberOf = (value: number | string, least: number) => (typeof value === "number" ? value : least);
  return (
    <Stack gap={10}>
      <SegmentedControl
        value={trigger.by}
        onChange={(value) => onChange(newTrigger(value as Trigger["by"]))}
        data={(["time", "meter", "condition"] as const).map((one) => ({ value: one, label: t(`preventive.by.${one}`) }))}
        aria-label={t("preventive.fields.trigger")}
      />
      {trigger.by === "time" && (
        <div className={classes.fields}>
          <NumberInput label={t("preventive.every")} value={trigger.every} min={1} max={3660} allowDecimal={false} onChange={(value) => onChange({ ...trigger, every: numberOf(value, 1) })} />
          <Select
            label={t("preventive.unit")}
            data={units.map((one) => ({ value: one, label: t(`preventive.units.${one}`) }))}
            value={trigger.unit}
            allowDeselect={false}
            onChange={(value) => value && onChange({ ...trigger, unit: value as (typeof units)[number] })}
          />
          <Switch
            className={classes.wide}
            label={t("preventive.spread")}
            description={t("preventive.spread_hint")}
            checked={trigger.spread}
            onChange={(event) => onChange({ ...trigger, spread: event.currentTarget.checked })}
          />
        </div>
      )}
      {trigger.by === "meter" && (
        <div className={classes.fields}>
          <NumberInput label={t("preventive.every")} value={trigger.every} min={1} max={1_000_000} onChange={(value) => onChange({ ...trigger, every: numberOf(value, 1) })} />
          <Select
            label={t("preventive.meter")}
            data={meters.map((one) => ({ value: one, label: t(`preventive.meters.${one}`) }))}
            value={trigger.meter}
            allowDeselect={false}
            onChange={(value) => value && onChange({ ...trigger, meter: value as (typeof meters)[number] })}
          />
        </div>
      )}
      {trigger.by === "condition" && (
        <div className={classes.fields}>
          <Select
            label={t("preventive.reading")}
            data={readings.map((one) => ({ value: one, label: t(`preventive.readings.${one}`) }))}
            value={trigger.reading}
            allowDeselect={false}
            onChange={(value) => value && onChange({ ...trigger, reading: value as (typeof readings)[number] })}
          />
          <Select
            label={t("preventive.side")}
            data={sides.map((one) => ({ value: one, label: t(`preventive.sides.${one}`) }))}
            value={trigger.side}
            allowDeselect={false}
            onChange={(value) => value && onChange({ ...trigger, side: value as (typeof sides)[number] })}
          />
          <NumberInput label={t("preventive.threshold")} value={trigger.threshold} onChange={(value) => onChange({ ...trigger, threshold: numberOf(value, 0) })} />
          {trigger.reading !== "filter_hours" && (
            <NumberInput label={t("preventive.for_hours")} value={trigger.for_hours} min={0} max={336} onChange={(value) => onChange({ ...trigger, for_hours: numberOf(value, 0) })} />
          )}
        </div>
      )}
    </Stack>
  );
}

function Parts({ parts, onChange }: { parts: PreventivePlan["parts"]; onChange: (parts: PreventivePlan["parts"]) => void }) {
  const { t } = useTranslation();
  const put = (index: number, change: Partial<PreventivePlan["parts"][number]>) => onChange(parts.map((one, at) => (at === index ? { ...one, ...change } : one)));
  return (
    <div>
      <Text fw={600} size="sm" mb={6}>
        {t("preventive.fields.parts")}
      </Text>
      <Stack gap={8}>
        {parts.map((part, index) => (
          <Group key={index} gap={8} wrap="nowrap">
            <NumberInput aria-label={t("preventive.part_count")} w={76} value={part.count} min={1} max={1000} onChange={(value) => put(index, { count: Number(value) || 1 })} />
            <TextInput aria-label={t("preventive.part_name")} placeholder={t("preventive.part_name")} flex={2} value={part.name} maxLength={120} onChange={(event) => put(index, { name: event.currentTarget.value })} />
            <TextInput aria-label={t("preventive.part_number")} placeholder={t("preventive.part_number")} flex={1} value={part.number ?? ""} maxLength={64} onChange={(event) => put(index, { number: event.currentTarget.value || null })} />
            <ActionIcon size={36} variant="subtle" color="gray" aria-label={t("setup.remove", { what: part.name })} onClick={() => onChange(parts.filter((_, at) => at !== index))}>
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
        ))}
        <Button variant="subtle" size="compact-md" leftSection={<IconPlus size={16} />} style={{ alignSelf: "flex-start" }} onClick={() => onChange([...parts, { name: "", number: null, count: 1 }])}>
          {t("preventive.add_part")}
        </Button>
      </Stack>
    </div>
  );
}
