/** Reports a fault to maintenance: what is broken, a photo, and that is it. Works offline. */
import { Button, Checkbox, Group, Modal, Stack, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import {
  IconAirConditioning,
  IconArmchair,
  IconBath,
  IconBolt,
  IconBulb,
  IconDevicesPc,
  IconDeviceTv,
  IconDoor,
  IconDots,
  IconDroplet,
  IconWindow,
  type Icon,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FaultKind } from "../api/finds";
import type { Body } from "../oplog";
import { usePhotoOperations } from "./usePhotoOperations";
import { PhotoField } from "./PhotoField";
import { RoomPicker } from "./RoomPicker";
import { useTell } from "./tell";
import classes from "./FaultDialog.module.css";

const kinds: [FaultKind, Icon][] = [
  ["air_conditioning", IconAirConditioning],
  ["light", IconBulb],
  ["water", IconDroplet],
  ["bathroom", IconBath],
  ["electricity", IconBolt],
  ["door_or_lock", IconDoor],
  ["window_or_curtain", IconWindow],
  ["furniture", IconArmchair],
  ["television", IconDeviceTv],
  ["network", IconDevicesPc],
  ["other", IconDots],
];

export function FaultDialog({ room: here, onClose }: { room: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const keep = usePhotoOperations();
  const [kind, setKind] = useState<FaultKind | null>(null);
  const [room, setRoom] = useState<string | null>(here);
  const [area, setArea] = useState("");
  const [text, setText] = useState("");
  const [unsafe, setUnsafe] = useState(false);
  const [photos, setPhotos] = useState<Blob[]>([]);
  const where = room !== null || area.trim() !== "";
  const complete = kind !== null && where && (kind !== "other" || text.trim() !== "" || photos.length > 0);

  const save = async () => {
    if (!complete) return;
    const place: Body = room === null ? { area: area.trim() } : { room };
    const kept = await keep(photos, {
      method: "POST",
      path: "/api/fault-reports",
      body: { kind, unsafe, ...place, ...(text.trim() === "" ? {} : { text: text.trim() }) },
      subject: `fault:${room ?? area.trim()}`,
      label: { key: "oplog.labels.fault", values: { kind: t(`fault_kinds.${kind}`), where: room ?? area.trim() } },
    });
    if (!kept) return;
    tell.done(t("mine.fault_kept"));
    onClose();
  };

  return (
    <Modal opened onClose={onClose} title={<b>{here === null ? t("mine.fault") : t("mine.fault_in", { room: here })}</b>} size="lg" closeButtonProps={{ "aria-label": t("do.close") }}>
      <Stack gap="md">
        <div className={classes.kinds}>
          {kinds.map(([one, Glyph]) => (
            <UnstyledButton key={one} className={classes.kindButton} aria-pressed={kind === one} onClick={() => setKind(one)} data-testid={`fault-${one}`}>
              <Glyph size={26} stroke={1.6} aria-hidden />
              {t(`fault_kinds.${one}`)}
            </UnstyledButton>
          ))}
        </div>
        {here === null && (
          <Group grow align="flex-start">
            <RoomPicker label={t("found.which_room")} value={room} onChange={setRoom} clearable />
            {room === null && (
              <TextInput label={t("found.which_area")} value={area} maxLength={100} onChange={(event) => setArea(event.currentTarget.value)} />
            )}
          </Group>
        )}
        <Textarea
          label={t("mine.fault_text")}
          value={text}
          maxLength={500}
          autosize
          minRows={2}
          onChange={(event) => setText(event.currentTarget.value)}
          data-testid="fault-text"
        />
        <Checkbox size="md" label={t("mine.unsafe")} checked={unsafe} onChange={(event) => setUnsafe(event.currentTarget.checked)} />
        <PhotoField photos={photos} onChange={setPhotos} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("do.cancel")}
          </Button>
          <Button disabled={!complete} onClick={() => void save()} data-testid="fault-save">
            {t("mine.fault_send")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
