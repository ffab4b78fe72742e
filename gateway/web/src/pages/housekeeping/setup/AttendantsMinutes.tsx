/** What each attendant's cleans take, where the property learns it: for those who plan shifts. */
import { Alert, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAttendantsMinutes } from "../../../api/housekeeping";
import { useSentence } from "../../../frame/me";
import classes from "./Setup.module.css";

// The service tells of nobody who has done fewer.
const LEAST_CLEANS = 10;

export function AttendantsMinutes() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const found = useAttendantsMinutes(true);
  if (found.error && !found.data) return <Alert color="orange">{sentence(found.error)}</Alert>;
  if (!found.data) return <Skeleton height={120} radius={10} />;
  const minutes = (value: number) => t("setup.attendants.minutes", { minutes: Math.round(value) });
  return (
    <section className={classes.set} data-testid="attendants-minutes">
      <h2 className={classes.heading}>{t("setup.attendants.title")}</h2>
      <p className="dim">{t("setup.attendants.text")}</p>
      {found.data.items.length === 0 ? (
        <p>{t("setup.attendants.none", { count: LEAST_CLEANS })}</p>
      ) : (
        <table className={classes.minutes}>
          <thead>
            <tr>
              {(["who", "departure", "stayover", "pace", "measured"] as const).map((name) => (
                <th key={name} scope="col">
                  {t(`setup.attendants.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.data.items.map((one) => (
              <tr key={one.attendant_id}>
                <th scope="row">{one.name}</th>
                <td>{minutes(one.departure_minutes)}</td>
                <td>{minutes(one.stayover_minutes)}</td>
                <td>{t("setup.attendants.factor", { factor: one.pace.toFixed(2) })}</td>
                <td>{one.measured}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
