/** Photos of a thing: take one, look at it, put it away again. */
import { ActionIcon, Button, FileButton } from "@mantine/core";
import { IconCamera, IconX } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./PhotoField.module.css";
import { shrink } from "./photo";

const MOST_PHOTOS = 6;

export function PhotoField({ photos, onChange }: { photos: Blob[]; onChange: (photos: Blob[]) => void }) {
  const { t } = useTranslation();
  const [shrinking, setShrinking] = useState(false);
  const [broken, setBroken] = useState(false);

  const take = async (file: File | null) => {
    if (file === null) return;
    setShrinking(true);
    setBroken(false);
    try {
      onChange([...photos, await shrink(file)]);
    } catch {
      setBroken(true);
    } finally {
      setShrinking(false);
    }
  };

  return (
    <div className={classes.photos}>
      {photos.map((photo, index) => (
        <span key={index} className={classes.photo}>
          <Taken photo={photo} alt={t("photos.nth", { number: index + 1 })} />
          <ActionIcon
            size="md"
            radius="xl"
            variant="filled"
            color="dark"
            aria-label={t("photos.remove", { number: index + 1 })}
            onClick={() => onChange(photos.filter((one) => one !== photo))}
          >
            <IconX size={15} />
          </ActionIcon>
        </span>
      ))}
      {photos.length < MOST_PHOTOS && (
        <FileButton accept="image/*" capture="environment" onChange={(file) => void take(file)}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconCamera size={20} />} loading={shrinking} data-testid="take-photo">
              {t("photos.take")}
            </Button>
          )}
        </FileButton>
      )}
      {broken && (
        <span className="tone-wrong" role="alert">
          {t("photos.broken")}
        </span>
      )}
    </div>
  );
}

function Taken({ photo, alt }: { photo: Blob; alt: string }) {
  const address = useMemo(() => URL.createObjectURL(photo), [photo]);
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return <img src={address} alt={alt} />;
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
