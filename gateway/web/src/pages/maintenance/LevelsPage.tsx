/** What each priority is owed, and the working hours that its clocks run in. */
import { ActionIcon, Alert, Button, Group, MultiSelect, NumberInput, Skeleton, Stack, Switch, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { putLevels, readLevels, useLevels } from "../../api/levels";
import { useFormats, useSentence } from "../../frame/me";
import { changedFields } from "../../parts/changedFields";
import { ConflictNote } from "../../parts/ConflictNote";
import { TimeField } from "../../parts/fields";
import { useTell } from "../../parts/tell";
import { useVersioned } from "../../parts/useVersioned";
import { anotherOf, clockOf, type Hours, type Levels, minutesOf, type Policy } from "./levels";
import classes from "./Levels.module.css";

const priorities = ["critical", "high", "normal", "low"] as const;
const holds = ["parts", "room_access", "vendor", "approval", "other"] as const;
const days = [0, 1, 2, 3, 4, 5, 6];
const fields = ["week", "policies"] as const;
const MOST_MINUTES = 30 * 24 * 60;

export function LevelsPage() {
  const sentence = useSentence();
  const levels = useLevels();
  if (levels.error && !levels.data) return <Alert color="orange">{sentence(levels.error)}</Alert>;
  if (!levels.data) return <Skeleton height={420} radius={12} />;
  return <Form kept={levels.data} />;
}

function Form({ kept }: { kept: Levels }) {
  const { t, i18n } = useTranslation();
  const tell = useTell();
  const formats = useFormats();
  const [draft, setDraft] = useState(kept);
  const edit = useVersioned<Levels, Levels>({
    kept,
    put: putLevels,
    read: readLevels,
    onSaved: (saved) => {
      setDraft(saved);
      tell.done(t("service_levels.saved"));
    },
    onTaken: setDraft,
  });
  const day = (weekday: number) =>
    // The first of January 2024 was a Monday.
    new Intl.DateTimeFormat(i18n.language, { weekday: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1 + weekday)));
  const owed = (policy: Policy) =>
    `${formats.span(policy.response_minutes)} / ${formats.span(policy.repair_minutes)}${policy.around_the_clock ? ` · ${t("service_levels.around_the_clock")}` : ""}`;
  const told = (field: (typeof fields)[number], of: Levels): string =>
    field === "week"
      ? of.week.map((one) => `${day(one.weekday)} ${clockOf(one.from_minute)}–${clockOf(one.to_minute)}`).join(", ")
      : priorities.map((one) => `${t(`priorities.${one}`)} ${owed(policyOf(of, one))}`).join(", ");
  const set = (priority: string, change: Partial<Policy>) =>
    setDraft({ ...draft, policies: { ...draft.policies, [priority]: { ...policyOf(draft, priority), ...change } } });
  const setHours = (hours: Hours, change: Partial<Hours>) =>
    setDraft({ ...draft, week: draft.week.map((one) => (one === hours ? { ...one, ...change } : one)) });
  const changed = changedFields(edit.seen, draft, fields).length > 0;
  return (
    <form
      className={`card ${classes.form}`}
      data-testid="levels-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (edit.theirs === null) edit.save(draft);
      }}
    >
      <Stack gap="lg">
        <Text c="dimmed">{t("service_levels.text")}</Text>
        {priorities.map((priority) => {
          const policy = policyOf(draft, priority);
          return (
            <fieldset key={priority} className={classes.set} data-testid={`level-${priority}`}>
              <legend>{t(`priorities.${priority}`)}</legend>
              <NumberInput
                label={t("service_levels.response")}
                description={formats.span(policy.response_minutes)}
                value={policy.response_minutes}
                min={1}
                max={MOST_MINUTES}
                allowDecimal={false}
                onChange={(value) => set(priority, { response_minutes: Number(value) || 1 })}
                data-testid="response"
              />
              <NumberInput
                label={t("service_levels.repair")}
                description={formats.span(policy.repair_minutes)}
                value={policy.repair_minutes}
                min={1}
                max={MOST_MINUTES}
                allowDecimal={false}
                onChange={(value) => set(priority, { repair_minutes: Number(value) || 1 })}
                data-testid="repair"
              />
              <MultiSelect
                label={t("service_levels.stops")}
                description={t("service_levels.stops_hint")}
                data={holds.map((one) => ({ value: one, label: t(`hold_reasons.${one}`) }))}
                value={policy.stops}
                onChange={(value) => set(priority, { stops: value as Policy["stops"] })}
              />
              <Switch
                className={classes.clock}
                label={t("service_levels.around_the_clock")}
                checked={policy.around_the_clock}
                onChange={(event) => set(priority, { around_the_clock: event.currentTarget.checked })}
              />
            </fieldset>
          );
        })}
        <fieldset className={classes.week}>
          <legend>{t("service_levels.week")}</legend>
          {days.map((weekday) => {
            const stretches = draft.week.filter((one) => one.weekday === weekday);
            const another = anotherOf(draft.week, weekday);
            return (
              <div key={weekday} className={classes.day}>
                <span>{day(weekday)}</span>
                {stretches.length === 0 && <span className="dim">{t("service_levels.closed")}</span>}
                {stretches.map((hours, index) => (
                  <Group key={index} gap={6} wrap="nowrap">
                    <TimeField
                      className={classes.time}
                      aria-label={t("service_levels.from", { day: day(weekday) })}
                      value={clockOf(hours.from_minute)}
                      onChange={(value) => value !== "" && setHours(hours, { from_minute: minutesOf(value, false) })}
                    />
                    <TimeField
                      className={classes.time}
                      aria-label={t("service_levels.to", { day: day(weekday) })}
                      value={clockOf(hours.to_minute)}
                      onChange={(value) => value !== "" && setHours(hours, { to_minute: minutesOf(value, true) })}
                    />
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      size="lg"
                      aria-label={t("service_levels.remove", { day: day(weekday) })}
                      onClick={() => setDraft({ ...draft, week: draft.week.filter((one) => one !== hours) })}
                    >
                      <IconTrash size={18} />
                    </ActionIcon>
                  </Group>
                ))}
                {another && (
                  <ActionIcon
                    variant="subtle"
                    size="lg"
                    aria-label={t("service_levels.add", { day: day(weekday) })}
                    onClick={() => setDraft({ ...draft, week: [...draft.week, another] })}
                  >
                    <IconPlus size={18} />
                  </ActionIcon>
                )}
              </div>
            );
          })}
        </fieldset>
        <ConflictNote edit={edit} fields={fields} name={(name) => t(`service_levels.fields.${name as (typeof fields)[number]}`)} tell={(name, of) => told(name as (typeof fields)[number], of)} onKeepMine={() => edit.save(draft)} />
        <Group justify="flex-end">
          {changed && (
            <Text size="sm" c="dimmed">
              {t("setup.not_saved")}
            </Text>
          )}
          <Button type="submit" loading={edit.pending} disabled={!changed || edit.theirs !== null} data-testid="save-levels">
            {t("do.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function policyOf(levels: Levels, priority: string): Policy {
  const found = levels.policies[priority as keyof Levels["policies"]];
  if (found === undefined) throw new Error(`the service has no level for ${priority}`);
  return found;
}
