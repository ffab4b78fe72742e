/** How a device is commanded now, beside how it was when somebody approved it. */
import { useTranslation } from "react-i18next";
import type { ChangedWay } from "../../api/types";
import classes from "./Devices.module.css";

export function ChangedWays({ changed }: { changed: ChangedWay[] }) {
  const { t } = useTranslation();
  return (
    <dl className={classes.changes} data-testid="changed-ways">
      {changed.map((one) => (
        <div key={one.name}>
          <dt>
            <code>{one.name}</code>
          </dt>
          <dd>
            <del>{one.old ?? t("devices.again.nothing")}</del>
            <span aria-hidden className={classes.arrow}>{"→"}</span>
            <ins>{one.new ?? t("devices.again.nothing")}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
