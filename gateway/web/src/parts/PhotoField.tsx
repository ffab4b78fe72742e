/** Photos of a thing: take one, look at it, put it away again. */
import { ActionIcon, Button, FileButton } from "@mantine/core";
import { IconCamera, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSendPhoto } from "../api/finds";
import classes from "./PhotoField.module.css";
import { shrink } from "./photo";
import { useTell } from "./tell";

const MOST_PHOTOS = 6;

export function PhotoField({ photos, onChange }: { photos: string[]; onChange: (photos: string[]) => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const send = useSendPhoto();
  const [shrinking, setShrinking] = useState(false);

  const take = async (file: File | null) => {
    if (file === null) return;
    setShrinking(true);
    try {
      const id = await send.mutateAsync(await shrink(file).catch(() => file));
      onChange([...photos, id]);
    } catch (error) {
      tell.refused(error);
    } finally {
      setShrinking(false);
    }
  };

  return (
    <div className={classes.photos}>
      {photos.map((id, index) => (
        <span key={id} className={classes.photo}>
          <img src={`/api/files/${id}`} alt={t("photos.nth", { number: index + 1 })} />
          <ActionIcon
            size="md"
            radius="xl"
            variant="filled"
            color="dark"
            aria-label={t("photos.remove", { number: index + 1 })}
            onClick={() => onChange(photos.filter((one) => one !== id))}
          >
            <IconX size={15} />
          </ActionIcon>
        </span>
      ))}
      {photos.length < MOST_PHOTOS && (
        <FileButton accept="image/jpeg,image/png,image/webp" capture="environment" onChange={(file) => void take(file)}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconCamera size={20} />} loading={shrinking} data-testid="take-photo">
              {t("photos.take")}
            </Button>
          )}
        </FileButton>
      )}
    </div>
  );
}

/** Photos to look at; a tap opens one in its own size. */
export function Photos({ photos }: { photos: string[] }) {
  const { t } = useTranslation();
  return (
    <div className={classes.photos}>
      {photos.map((id, index) => (
        <a key={id} href={`/api/files/${id}`} target="_blank" rel="noreferrer" className={classes.photo}>
          <img src={`/api/files/${id}`} alt={t("photos.nth", { number: index + 1 })} loading="lazy" />
        </a>
      ))}
    </div>
  );
}
