/** Manuals, bills, photos of the plate. A PDF is saved, never opened within the app. */
import { ActionIcon, Button, FileButton } from "@mantine/core";
import { IconFileTypePdf, IconPaperclip, IconPhoto, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AssetDetail, useAddDocument, useDropDocument } from "../../../api/assets";
import { useFormats, useMe } from "../../../frame/me";
import { shrink } from "../../../parts/photo";
import { useTell } from "../../../parts/tell";
import { useHotelNow } from "../../../time/clock";
import shared from "../Maintenance.module.css";
import classes from "./Assets.module.css";

export function Documents({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const tell = useTell();
  const formats = useFormats();
  const now = useHotelNow();
  const add = useAddDocument(asset.id);
  const drop = useDropDocument(asset.id);
  const [broken, setBroken] = useState(false);
  const take = async (file: File | null) => {
    if (file === null) return;
    setBroken(false);
    const title = file.name.replace(/\.[^.]+$/, "").slice(0, 120) || t("assets.document");
    try {
      add.mutate({ file: file.type === "application/pdf" ? file : await shrink(file), title }, { onError: tell.refused });
    } catch {
      setBroken(true);
    }
  };
  if (asset.documents.length === 0 && !may("repair")) return null;
  return (
    <section className="card" aria-label={t("assets.documents")}>
      <h3 className={shared.partName}>{t("assets.documents")}</h3>
      <div>
        {asset.documents.map((one) => {
          const Glyph = one.media_type === "application/pdf" ? IconFileTypePdf : IconPhoto;
          return (
            <div key={one.id} className={classes.line}>
              <span className={classes.named}>
                <Glyph size={20} stroke={1.6} aria-hidden />
                <span>
                  <a href={`/api/files/${one.file_id}`} target="_blank" rel="noreferrer">
                    {one.title}
                  </a>
                  <span className={classes.second}>
                    {one.by} · {formats.dayTime(one.at, now)}
                  </span>
                </span>
              </span>
              {may("repair") && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  className={shared.noPrint}
                  aria-label={t("assets.drop", { name: one.title })}
                  onClick={() => drop.mutate(one.id, { onError: tell.refused })}
                >
                  <IconX size={17} />
                </ActionIcon>
              )}
            </div>
          );
        })}
      </div>
      {may("repair") && (
        <div className={shared.noPrint}>
          <FileButton accept="application/pdf,image/*" onChange={(file) => void take(file)}>
            {(props) => (
              <Button {...props} variant="default" leftSection={<IconPaperclip size={17} />} loading={add.isPending} data-testid="asset-document">
                {t("assets.add_document")}
              </Button>
            )}
          </FileButton>
        </div>
      )}
      {broken && (
        <span className="tone-wrong" role="alert">
          {t("photos.broken")}
        </span>
      )}
    </section>
  );
}
