/** Writes down a found thing: what, where, a photo. Three taps when the room is known. */
import { Button, Chip, Group, Modal, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { categories, type Category } from "../../../api/finds";
import lists from "../../../parts/List.module.css";
import { PhotoField } from "../../../parts/PhotoField";
import { RoomPicker } from "../../../parts/RoomPicker";
import type { Body } from "../../../oplog";
import { usePhotoOperations } from "../../../parts/usePhotoOperations";
import { useTell } from "../../../parts/tell";

/** What is left behind most often: one tap instead of typing. */
const usual: [string, Category][] = [
  ["charger", "electronics"],
  ["phone", "electronics"],
  ["clothing", "clothing"],
  ["jewellery", "valuable"],
  ["cash", "valuable"],
  ["passport", "document"],
  ["toy", "other"],
];

export function ReportFound({ room: knownRoom = null, onClose }: { room?: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const keep = usePhotoOperations();
  const [where, setWhere] = useState<"room" | "area">("room");
  const [room, setRoom] = useState<string | null>(knownRoom);
  const [area, setArea] = useState("");
  const [what, setWhat] = useState("");
  const [category, setCategory] = useState<Category>("other");
  const [storedAt, setStoredAt] = useState("");
  const [photos, setPhotos] = useState<Blob[]>([]);
  const complete = what.trim() !== "" && (where === "room" ? room !== null : area.trim() !== "");

  const save = async () => {
    const place: Body = where === "room" ? { room } : { area: area.trim() };
    const kept = await keep(photos, {
      method: "POST",
      path: "/api/lost-and-found",
      body: {
        what: what.trim(),
        category,
        ...place,
        ...(storedAt.trim() === "" ? {} : { storage_place: storedAt.trim() }),
      },
      subject: `found:${room ?? area.trim()}`,
      label: { key: "oplog.labels.found", values: { what: what.trim() } },
    });
    if (!kept) return;
    tell.done(t("found.reported"));
    onClose();
  };

  return (
    <Modal opened onClose={onClose} title={<b>{[t("found.report"), knownRoom === null ? null : t("room.title", { number: knownRoom })].filter(Boolean).join(" · ")}</b>} size="lg" closeButtonProps={{ "aria-label": t("do.close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!complete) return;
          void save();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t("found.what")}
            placeholder={t("found.what_example")}
            value={what}
            maxLength={200}
            onChange={(event) => setWhat(event.currentTarget.value)}
            data-autofocus
            data-testid="found-what"
          />
          <div className={lists.chips}>
            {usual.map(([name, of]) => (
              <Button
                key={name}
                size="compact-md"
                radius="xl"
                variant="default"
                onClick={() => {
                  setWhat(t(`found.usual.${name}`));
                  setCategory(of);
                }}
                data-testid={`found-usual-${name}`}
              >
                {t(`found.usual.${name}`)}
              </Button>
            ))}
          </div>
          <div>
            <Text size="sm" fw={500} mb={6}>
              {t("found.category")}
            </Text>
            <Chip.Group value={category} onChange={(value) => setCategory(value as Category)}>
              <div className={lists.chips}>
                {categories.map((one) => (
                  <Chip key={one} value={one} size="md">
                    {t(`found.categories.${one}`)}
                  </Chip>
                ))}
              </div>
            </Chip.Group>
          </div>
          {knownRoom === null && (
            <Group align="flex-end" grow preventGrowOverflow={false}>
              <SegmentedControl
                value={where}
                onChange={(value) => setWhere(value as "room" | "area")}
                data={[
                  { value: "room", label: t("found.in_room") },
                  { value: "area", label: t("found.in_area") },
                ]}
                aria-label={t("found.columns.where")}
              />
              {where === "room" ? (
                <RoomPicker label={t("found.which_room")} value={room} onChange={setRoom} />
              ) : (
                <TextInput
                  label={t("found.which_area")}
                  value={area}
                  maxLength={200}
                  onChange={(event) => setArea(event.currentTarget.value)}
                  data-testid="found-area"
                />
              )}
            </Group>
          )}
          <TextInput
            label={t("found.storage_place_optional")}
            value={storedAt}
            maxLength={200}
            onChange={(event) => setStoredAt(event.currentTarget.value)}
          />
          <PhotoField photos={photos} onChange={setPhotos} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button type="submit" disabled={!complete} data-testid="found-save">
              {t("do.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
