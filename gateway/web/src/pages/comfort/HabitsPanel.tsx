/** When guests come, by how they booked: what the house has learned, for those who named no time. */
import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useHabits } from "../../api/comfortQueries";
import type { Habit } from "../../api/types";
import { useFormats } from "../../frame/me";
import classes from "./Comfort.module.css";

export function HabitsPanel() {
  const { t } = useTranslation();
  const { span } = useFormats();
  const habits = useHabits().data;
  if (habits === undefined) return null;
  const from = (minutes: number) =>
    minutes === 0
      ? t("comfort.habit.at")
      : t(minutes < 0 ? "comfort.habit.before" : "comfort.habit.after", { span: span(Math.abs(minutes)) });
  const name = ({ booked }: Habit) =>
    booked === null ? t("comfort.habit.all") : booked === "" ? t("comfort.habit.unknown") : t(`channels.${booked}`);
  return (
    <section className={`card ${classes.panel}`} data-testid="comfort-habits">
      <h2>{t("comfort.habit.title")}</h2>
      <div className={classes.scroll} role="region" tabIndex={0} aria-label={t("comfort.habit.title")}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("comfort.habit.booked")}</Table.Th>
              <Table.Th>{t("comfort.habit.guests")}</Table.Th>
              <Table.Th>{t("comfort.habit.half")}</Table.Th>
              <Table.Th>{t("comfort.habit.most")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {habits.items.map((habit) => (
              <Table.Tr key={habit.booked ?? "*"}>
                <Table.Td>{name(habit)}</Table.Td>
                <Table.Td className={classes.number}>{habit.guests}</Table.Td>
                <Table.Td className={classes.number}>{from(habit.middle_minutes)}</Table.Td>
                <Table.Td className={classes.number}>
                  {t("comfort.habit.between", { early: from(habit.early_minutes), late: from(habit.late_minutes) })}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <p className={classes.note}>{t("comfort.habit.note", { percent: habits.no_show_percent })}</p>
    </section>
  );
}
