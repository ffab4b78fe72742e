/** Labels of assets, to be printed: what it is, and a code whose scan opens a ticket on it. */
import { Alert, Button, Skeleton } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useAssetCodes } from "../../../api/assets";
import { useSentence } from "../../../frame/me";
import lists from "../../../parts/List.module.css";
import classes from "./Assets.module.css";
import { filtersOf } from "./assetFacts";

export function LabelsPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [search] = useSearchParams();
  const codes = useAssetCodes(filtersOf(search), search.get("asset"));
  if (codes.error && !codes.data) return <Alert color="orange">{sentence(codes.error)}</Alert>;
  if (!codes.data) return <Skeleton height={420} radius={12} />;
  return (
    <>
      <div className={lists.bar}>
        <span className="dim">{t("assets.labels_text")}</span>
        <span className={lists.push} />
        {codes.hasNextPage && (
          <Button variant="default" loading={codes.isFetchingNextPage} onClick={() => void codes.fetchNextPage()}>
            {t("assets.more")}
          </Button>
        )}
        <Button variant="default" leftSection={<IconPrinter size={17} />} onClick={() => window.print()}>
          {t("files.print")}
        </Button>
      </div>
      <div className={classes.labels} data-testid="labels">
        {codes.data.pages
          .flatMap((page) => page.items)
          .map((code) => (
            <figure key={code.asset_id} className={classes.label}>
              <img src={code.qr} alt={t("assets.code_of", { name: code.name })} loading="lazy" />
              <figcaption>
                <b>{code.name}</b>
                <span>{code.room ?? code.area ?? ""}</span>
                <span>{code.model ?? ""}</span>
                <span>{code.serial ?? ""}</span>
              </figcaption>
            </figure>
          ))}
      </div>
    </>
  );
}
