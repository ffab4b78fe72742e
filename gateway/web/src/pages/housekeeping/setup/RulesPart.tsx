/** Every rule of the property, one line each; a line opens the rule. */
import { Alert, Button, Menu, Skeleton } from "@mantine/core";
import { IconCircleOff, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Rule, useRules } from "../../../api/housekeeping";
import { useFormats, useSentence } from "../../../frame/me";
import lists from "../../../parts/List.module.css";
import { Mark } from "../../../parts/marks";
import { kinds } from "../tasks/list";
import { kindIcon } from "../tasks/taskLook";
import { addable, inOrder, newRule } from "./ruleFields";
import { RuleDrawer } from "./RuleDrawer";
import classes from "./Setup.module.css";
import { useRoomTypes } from "../../../parts/useRoomTypes";

export function RulesPart() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const rules = useRules();
  const [open, setOpen] = useState<Rule | null>(null);
  if (rules.error && !rules.data) return <Alert color="orange">{sentence(rules.error)}</Alert>;
  if (!rules.data) return <Skeleton height={420} radius={12} />;
  const all = rules.data;
  return (
    <>
      <div className={classes.top}>
        <p className="dim">{t("setup.rules_text")}</p>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button leftSection={<IconPlus size={18} />} data-testid="rule-add">
              {t("setup.add_rule")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {addable.map((kind) => {
              const Kind = kindIcon[kind];
              return (
                <Menu.Item key={kind} leftSection={<Kind size={17} />} onClick={() => setOpen(newRule(kind, all))} data-testid={`rule-add-${kind}`}>
                  {t(`task_kinds.${kind}`)}
                </Menu.Item>
              );
            })}
          </Menu.Dropdown>
        </Menu>
      </div>
      <div className={`card ${lists.list} ${classes.rules}`}>
        <div className={lists.head} aria-hidden>
          <span>{t("setup.fields.kind")}</span>
          <span>{t("setup.fields.room_types")}</span>
          <span>{t("setup.fields.minutes")}</span>
          <span>{t("setup.fields.credits")}</span>
          <span>{t("setup.rhythm")}</span>
        </div>
        {inOrder(all, kinds).map((rule) => (
          <Line key={rule.id} rule={rule} onOpen={() => setOpen(rule)} />
        ))}
      </div>
      {open && <RuleDrawer key={open.id} rule={open} rules={all} onClose={() => setOpen(null)} />}
    </>
  );
}

function Line({ rule, onOpen }: { rule: Rule; onOpen: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const types = useRoomTypes();
  const Kind = kindIcon[rule.kind];
  const rhythm = [
    rule.every_days === null ? null : rule.every_days === 1 ? t("setup.daily") : t("setup.every", { days: rule.every_days }),
    rule.mandatory_every_days === null ? null : t("setup.at_least", { days: rule.mandatory_every_days }),
    rule.vip_only ? t("setup.fields.vip_only") : null,
    rule.from_hour === null ? null : t("setup.hours", { from: rule.from_hour, until: rule.until_hour ?? 24 }),
    rule.response_minutes === null ? null : t("setup.within", { span: formats.span(rule.response_minutes) }),
    rule.lead_minutes === null ? null : t("setup.before", { span: formats.span(rule.lead_minutes) }),
  ].filter(Boolean);
  return (
    <button type="button" className={lists.row} onClick={onOpen} data-active={rule.active} data-testid={`rule-${rule.id}`}>
      <span className={lists.with}>
        <Kind size={18} aria-hidden />
        <b>{t(`task_kinds.${rule.kind}`)}</b>
      </span>
      <span>
        {rule.kind === "public_area" ? (rule.area ?? t("setup.no_area")) : rule.room_types.length === 0 ? t("setup.all_types") : rule.room_types.map(types.name).join(", ")}
      </span>
      <span>{formats.span(rule.minutes)}</span>
      <span>{rule.credits}</span>
      <span>{rule.active ? rhythm.join(" · ") : <Mark look={{ icon: IconCircleOff, tone: "quiet" }} word={t("setup.off")} />}</span>
    </button>
  );
}
