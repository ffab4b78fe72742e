/** What the property uses of housekeeping: statuses, inspection, reminders, a small house. */
import { Alert, Button, Group, NumberInput, Skeleton, Stack, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { putSettings, readSettings, type Settings, type SettingsToPut, useHousekeepingSettings, useIsOld } from "../../../api/housekeeping";
import { useSentence } from "../../../frame/me";
import { keys } from "../../../live/keys";
import { changedFields } from "../../../parts/changedFields";
import { ConflictNote } from "../../../parts/ConflictNote";
import { useTell } from "../../../parts/tell";
import { useVersioned } from "../../../parts/useVersioned";
import { AttendantsMinutes } from "./AttendantsMinutes";
import classes from "./Setup.module.css";
import { toPut, withChange } from "./settingsDraft";

const fields = ["small_house", "pickup_used", "inspected_used", "inspection", "welfare_hours", "remind_after_minutes", "learn_by_attendant"] as const;

export function SettingsPart() {
  const sentence = useSentence();
  const settings = useHousekeepingSettings();
  if (settings.error && !settings.data) return <Alert color="orange">{sentence(settings.error)}</Alert>;
  if (!settings.data) return <Skeleton height={420} radius={12} />;
  return <Form kept={settings.data} />;
}

function Form({ kept }: { kept: Settings }) {
  const { t } = useTranslation();
  const tell = useTell();
  const isOld = useIsOld();
  const [draft, setDraft] = useState(kept);
  const set = (change: Partial<Settings>) => setDraft((before) => withChange(before, change));
  const edit = useVersioned<Settings, SettingsToPut>({
    kept,
    put: putSettings,
    read: readSettings,
    onSaved: (saved) => {
      setDraft(saved);
      isOld(keys.housekeepingSettings);
      tell.done(t("setup.settings_saved"));
    },
    onTaken: setDraft,
  });
  const save = () => edit.save(toPut(draft));
  const inspect = (change: Partial<Settings["inspection"]>) => set({ inspection: { ...draft.inspection, ...change } });
  const told = (field: (typeof fields)[number], of: Settings): string => {
    if (field === "inspection") return inspected(of.inspection);
    const value = of[field];
    return typeof value === "boolean" ? t(value ? "setup.yes" : "setup.no") : String(value);
  };
  const inspected = (rules: Settings["inspection"]): string =>
    [
      rules.always ? t("setup.inspection.always") : null,
      rules.vip ? t("setup.inspection.vip") : null,
      rules.sample_percent > 0 ? `${rules.sample_percent} %` : null,
      rules.new_attendant_cleans > 0 ? t("setup.inspection.new_told", { count: rules.new_attendant_cleans }) : null,
      rules.stayovers ? t("setup.inspection.stayovers") : null,
    ]
      .filter(Boolean)
      .join(" · ") || t("setup.no");
  const toggle = (name: "small_house" | "pickup_used" | "inspected_used" | "learn_by_attendant") => (
    <Switch
      label={t(`setup.fields.${name}`)}
      description={t(`setup.hints.${name}`)}
      checked={draft[name]}
      onChange={(event) => set({ [name]: event.currentTarget.checked })}
      data-testid={`setting-${name}`}
    />
  );
  const changed = changedFields(edit.seen, draft, fields).length > 0;
  return (
    <form
      className={`card ${classes.settings}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (edit.theirs === null) save();
      }}
      data-testid="settings-form"
    >
      <Stack gap="lg">
        {toggle("small_house")}
        {toggle("pickup_used")}
        {toggle("inspected_used")}
        <fieldset className={classes.set} disabled={!draft.inspected_used}>
          <legend>{t("setup.fields.inspection")}</legend>
          <Stack gap="md">
            {(["always", "vip", "stayovers"] as const).map((name) => (
              <Switch
                key={name}
                label={t(`setup.inspection.${name}`)}
                checked={draft.inspection[name]}
                onChange={(event) => inspect({ [name]: event.currentTarget.checked })}
                data-testid={`inspection-${name}`}
              />
            ))}
            <div className={classes.fields}>
              <NumberInput
                label={t("setup.inspection.sample_percent")}
                value={draft.inspection.sample_percent}
                min={0}
                max={100}
                step={5}
                suffix=" %"
                onChange={(value) => inspect({ sample_percent: Number(value) || 0 })}
              />
              <NumberInput
                label={t("setup.inspection.new_attendant_cleans")}
                value={draft.inspection.new_attendant_cleans}
                min={0}
                max={1000}
                allowDecimal={false}
                onChange={(value) => inspect({ new_attendant_cleans: Number(value) || 0 })}
              />
            </div>
          </Stack>
        </fieldset>
        <div className={classes.fields}>
          <NumberInput
            label={t("setup.fields.welfare_hours")}
            description={t("setup.hints.welfare_hours")}
            value={draft.welfare_hours}
            min={1}
            max={168}
            onChange={(value) => set({ welfare_hours: Number(value) || 1 })}
          />
          <NumberInput
            label={t("setup.fields.remind_after_minutes")}
            description={t("setup.hints.remind_after_minutes")}
            value={draft.remind_after_minutes}
            min={1}
            max={240}
            onChange={(value) => set({ remind_after_minutes: Number(value) || 1 })}
          />
        </div>
        {toggle("learn_by_attendant")}
        {kept.learn_by_attendant && <AttendantsMinutes />}
        <ConflictNote edit={edit} fields={fields} name={(name) => t(`setup.fields.${name}`)} tell={(name, of) => told(name as (typeof fields)[number], of)} onKeepMine={save} />
        <Group justify="flex-end">
          {changed && (
            <Text size="sm" c="dimmed">
              {t("setup.not_saved")}
            </Text>
          )}
          <Button type="submit" disabled={!changed || edit.theirs !== null} loading={edit.pending} data-testid="settings-save">
            {t("do.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
