/** A new count: where, and how many of each good. */
import { Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Stock, useGoods } from "../../../api/finds";
import { useOperation } from "../../../oplog";
import { RoomPicker } from "../../../parts/RoomPicker";
import { useTell } from "../../../parts/tell";
import classes from "./Counts.module.css";
import { Stepper } from "./Stepper";

const figures: Record<Stock, string[]> = { minibar: ["consumed", "expired"], linen: ["clean", "soiled", "discarded"] };

export function CountDialog({ stock, room = null, onClose }: { stock: Stock; room?: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const goods = useGoods(stock);
  const act = useOperation();
  const [place, setPlace] = useState(room ?? "");
  const [figure, setFigure] = useState(figures[stock][0] ?? "");
  const [counted, setCounted] = useState<Record<string, Record<string, number>>>({});
  const active = (goods.data ?? []).filter((good) => good.active);
  const nothing = Object.values(counted).every((one) => Object.values(one).every((number) => number === 0));
  const complete = place.trim() !== "" && (stock === "minibar" || !nothing);

  const save = async () => {
    const kept = await act({
      method: "POST",
      path: `/api/stock/${stock}/counts`,
      body: { place: place.trim(), counted },
      subject: `${stock}:${place.trim()}`,
      label: { key: "oplog.labels.count", values: { what: t(`counts.stocks.${stock}`), where: place.trim() } },
    });
    if (kept === null) return;
    tell.done(t("counts.kept", { place: place.trim() }));
    onClose();
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={<b>{[t(`counts.new.${stock}`), room === null ? null : t("room.title", { number: room })].filter(Boolean).join(" · ")}</b>}
      size="lg"
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <Stack gap="md">
        {room === null &&
          (stock === "minibar" ? (
            <RoomPicker label={t("counts.room")} value={place || null} onChange={(value) => setPlace(value ?? "")} />
          ) : (
            <TextInput
              label={t("counts.place")}
              placeholder={t("counts.place_example")}
              value={place}
              maxLength={60}
              onChange={(event) => setPlace(event.currentTarget.value)}
              data-testid="count-place"
            />
          ))}
        <SegmentedControl
          value={figure}
          onChange={setFigure}
          data={figures[stock].map((one) => ({ value: one, label: t(`counts.figures.${one}`) }))}
          aria-label={t("counts.figure")}
        />
        {active.length === 0 ? (
          <Text c="dimmed">{t("counts.no_goods")}</Text>
        ) : (
          <div>
            {active.map((good) => (
              <div key={good.code} className={classes.good}>
                <span>
                  {good.name} <span className="dim">{t("counts.par_of", { par: good.par })}</span>
                </span>
                <Stepper
                  label={good.name}
                  value={counted[good.code]?.[figure] ?? 0}
                  onChange={(value) =>
                    setCounted((before) => ({ ...before, [good.code]: { ...before[good.code], [figure]: value } }))
                  }
                />
              </div>
            ))}
          </div>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("do.cancel")}
          </Button>
          <Button
            disabled={!complete}
            data-testid="count-save"
            onClick={() => void save()}
          >
            {nothing && stock === "minibar" ? t("counts.nothing_missing") : t("do.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
