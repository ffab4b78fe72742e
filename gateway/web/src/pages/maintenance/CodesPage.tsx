/** The QR codes of the rooms, to be printed on labels: a scan leads to a ticket. */
import { Alert, Button, Skeleton } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useRoomCodes } from "../../api/tickets";
import { useSentence } from "../../frame/me";
import lists from "../../parts/List.module.css";
import classes from "./Maintenance.module.css";

export function CodesPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const codes = useRoomCodes();
  if (codes.error && !codes.data) return <Alert color="orange">{sentence(codes.error)}</Alert>;
  if (!codes.data) return <Skeleton height={420} radius={12} />;
  return (
    <>
      <div className={lists.bar}>
        <span className="dim">{t("maintenance.codes_text")}</span>
        <span className={lists.push} />
        <Button variant="default" leftSection={<IconPrinter size={17} />} onClick={() => window.print()}>
          {t("files.print")}
        </Button>
      </div>
      <div className={classes.codes}>
        {codes.data.map((code) => (
          <figure key={code.room} className={classes.code}>
            <img src={code.qr} alt={t("maintenance.code_of", { room: code.room })} loading="lazy" />
            <figcaption>{code.room}</figcaption>
          </figure>
        ))}
      </div>
    </>
  );
}
