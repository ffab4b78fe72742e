/** One rule: how long such work takes, in which rooms, how often, what to take along. */
import { ActionIcon, Button, Drawer, Group, MultiSelect, NumberInput, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { putRule, readRule, type Rule, type RuleToPut, useIsOld } from "../../../api/housekeeping";
import { keys } from "../../../live/keys";
import { codeOf } from "../../../parts/codeOf";
import { ConflictNote } from "../../../parts/ConflictNote";
import { useTell } from "../../../parts/tell";
import { useVersioned } from "../../../parts/useVersioned";
import { UNKNOWN } from "../../../time/format";
import { fieldsOf, isWhole, type RuleField, toPut } from "./ruleFields";
import classes from "./Setup.module.css";
import { useRoomTypes } from "../../../parts/useRoomTypes";

const numbers: Partial<Record<RuleField, { min: number; max: number; step: number; optional: boolean }>> = {
  minutes: { min: 1, max: 600, step: 1, optional: false },
  credits: { min: 0, max: 100, step: 0.25, optional: false },
  every_days: { min: 1, max: 730, step: 1, optional: true },
  mandatory_every_days: { min: 1, max: 730, step: 1, optional: true },
  lead_minutes: { min: 0, max: 1440, step: 5, optional: true },
  response_minutes: { min: 0, max: 1440, step: 5, optional: true },
  from_hour: { min: 0, max: 23, step: 1, optional: true },
  until_hour: { min: 0, max: 23, step: 1, optional: true },
};

const MOST_SUPPLIES = 40;

export function RuleDrawer({ rule, rules, onClose }: { rule: Rule; rules: Rule[]; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const types = useRoomTypes();
  const isOld = useIsOld();
  const [draft, setDraft] = useState(rule);
  const set = (change: Partial<Rule>) => setDraft((before) => ({ ...before, ...change }));
  const fields = fieldsOf(rule.kind);
  const id = rule.id || codeOf(`${rule.kind} ${draft.area ?? draft.room_types.join(" ")}`, new Set(rules.map((one) => one.id)), rule.kind);
  const edit = useVersioned<Rule, RuleToPut>({
    kept: rule,
    put: (version, body) => putRule(id, version, body),
    read: () => readRule(id),
    onSaved: () => {
      isOld(keys.rules);
      tell.done(t("setup.rule_saved", { kind: t(`task_kinds.${rule.kind}`) }));
      onClose();
    },
    onTaken: setDraft,
  });
  const save = () => edit.save(toPut(draft));
  const told = (field: RuleField, of: Rule): string => {
    const value = of[field];
    if (field === "room_types") return of.room_types.map(types.name).join(", ") || t("setup.all_types");
    if (field === "supplies") return of.supplies.map((supply) => `${supply.count} × ${supply.text}`).join(", ") || UNKNOWN;
    if (typeof value === "boolean") return t(value ? "setup.yes" : "setup.no");
    return String(value ?? UNKNOWN);
  };
  const whole = isWhole(draft);

  const field = (name: RuleField) => {
    const number = numbers[name];
    if (number !== undefined) {
      const value = draft[name] as number | null;
      return (
        <NumberInput
          key={name}
          label={t(`setup.fields.${name}`)}
          description={name === "mandatory_every_days" ? t("setup.mandatory_hint") : undefined}
          placeholder={number.optional ? t("setup.never") : undefined}
          value={value ?? ""}
          min={number.min}
          max={number.max}
          step={number.step}
          allowDecimal={number.step < 1}
          onChange={(next) => set({ [name]: typeof next === "number" ? next : number.optional ? null : number.min })}
          data-testid={`rule-${name}`}
        />
      );
    }
    if (name === "room_types") {
      return (
        <MultiSelect
          key={name}
          className={classes.wide}
          label={t("setup.fields.room_types")}
          placeholder={draft.room_types.length === 0 ? t("setup.all_types") : undefined}
          data={types.options}
          value={draft.room_types}
          onChange={(room_types) => set({ room_types })}
          clearable
          data-testid="rule-types"
        />
      );
    }
    if (name === "area" || name === "floor") {
      return (
        <TextInput
          key={name}
          label={t(`setup.fields.${name}`)}
          value={draft[name] ?? ""}
          maxLength={name === "area" ? 100 : 16}
          onChange={(event) => set({ [name]: event.currentTarget.value || null })}
          data-testid={`rule-${name}`}
        />
      );
    }
    if (name === "supplies") return null;
    return (
      <Switch
        key={name}
        className={classes.wide}
        label={t(`setup.fields.${name}`)}
        checked={Boolean(draft[name])}
        onChange={(event) => set({ [name]: event.currentTarget.checked })}
        data-testid={`rule-${name}`}
      />
    );
  };

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={480}
      title={
        <Text fw={650} size="lg" span>
          {t("setup.rule_of", { kind: t(`task_kinds.${rule.kind}`) })}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (whole && edit.theirs === null) save();
        }}
        data-testid="rule-form"
      >
        <Stack gap="md">
          <div className={classes.fields}>{fields.map(field)}</div>
          <div>
            <Text fw={600} size="sm" mb={6}>
              {t("setup.fields.supplies")}
            </Text>
            <Stack gap={8}>
              {draft.supplies.map((supply, index) => {
                const change = (part: Partial<typeof supply>) =>
                  set({ supplies: draft.supplies.map((each, at) => (at === index ? { ...each, ...part } : each)) });
                return (
                  <Group key={index} gap={8} wrap="nowrap">
                    <NumberInput
                      aria-label={t("setup.amount")}
                      w={76}
                      value={supply.count}
                      min={0}
                      max={999}
                      onChange={(value) => change({ count: Number(value) || 0 })}
                    />
                    <TextInput
                      aria-label={t("setup.what")}
                      flex={1}
                      value={supply.text}
                      maxLength={100}
                      onChange={(event) => change({ text: event.currentTarget.value })}
                    />
                    <ActionIcon
                      size={36}
                      variant="subtle"
                      color="gray"
                      aria-label={t("setup.remove", { what: supply.text })}
                      onClick={() => set({ supplies: draft.supplies.filter((_, at) => at !== index) })}
                    >
                      <IconTrash size={18} />
                    </ActionIcon>
                  </Group>
                );
              })}
              {draft.supplies.length < MOST_SUPPLIES && (
                <Button
                  variant="subtle"
                  size="compact-md"
                  leftSection={<IconPlus size={16} />}
                  style={{ justifySelf: "start", alignSelf: "flex-start" }}
                  onClick={() => set({ supplies: [...draft.supplies, { key: "", text: "", count: 1 }] })}
                >
                  {t("setup.add_supply")}
                </Button>
              )}
            </Stack>
          </div>
          <ConflictNote edit={edit} fields={fields} name={(name) => t(`setup.fields.${name}`)} tell={(name, of) => told(name as RuleField, of)} onKeepMine={save} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button type="submit" disabled={!whole || edit.theirs !== null} loading={edit.pending} data-testid="rule-save">
              {t("do.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
