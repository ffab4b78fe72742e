/** The list of goods of a stock, for supervisors: names, par levels, prices. */
import { ActionIcon, Button, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Stock, type StockGood, useGoods, useSetGoods } from "../../../api/finds";
import { useTell } from "../../../parts/tell";
import classes from "./Counts.module.css";
import { codeOf } from "../../../parts/codeOf";

export function GoodsDialog({ stock, onClose }: { stock: Stock; onClose: () => void }) {
  const { t } = useTranslation();
  const goods = useGoods(stock);
  return (
    <Modal opened onClose={onClose} title={<b>{t(`counts.goods_of.${stock}`)}</b>} size="lg" closeButtonProps={{ "aria-label": t("do.close") }}>
      {goods.data && <Editor stock={stock} kept={goods.data} onClose={onClose} />}
    </Modal>
  );
}

function Editor({ stock, kept, onClose }: { stock: Stock; kept: StockGood[]; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const save = useSetGoods(stock);
  const [goods, setGoods] = useState(kept.filter((good) => good.active));
  const set = (index: number, change: Partial<StockGood>) =>
    setGoods((before) => before.map((good, at) => (at === index ? { ...good, ...change } : good)));
  const named = goods.every((good) => good.name.trim() !== "");

  return (
    <Stack gap="md">
      {goods.length === 0 && <Text c="dimmed">{t("counts.no_goods")}</Text>}
      <div className={classes.goods}>
        {goods.map((good, index) => (
          <div key={good.code || `new-${index}`} className={classes.edit}>
            <TextInput
              label={index === 0 ? t("counts.name") : undefined}
              aria-label={t("counts.name")}
              value={good.name}
              maxLength={80}
              onChange={(event) => set(index, { name: event.currentTarget.value })}
              data-testid={`good-name-${index}`}
            />
            <NumberInput
              label={index === 0 ? t("counts.par") : undefined}
              aria-label={t("counts.par")}
              value={good.par}
              min={0}
              max={999}
              hideControls
              onChange={(value) => set(index, { par: Number(value) || 0 })}
            />
            {stock === "minibar" ? (
              <TextInput
                label={index === 0 ? t("counts.price") : undefined}
                aria-label={t("counts.price")}
                inputMode="decimal"
                value={good.price ?? ""}
                maxLength={12}
                onChange={(event) => set(index, { price: event.currentTarget.value.trim() || null })}
              />
            ) : (
              <span />
            )}
            <ActionIcon
              size={36}
              variant="subtle"
              color="gray"
              aria-label={t("counts.remove", { what: good.name })}
              onClick={() => setGoods((before) => before.filter((_, at) => at !== index))}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </div>
        ))}
      </div>
      <Group justify="space-between">
        <Button
          variant="default"
          leftSection={<IconPlus size={17} />}
          onClick={() => setGoods((before) => [...before, { code: "", name: "", par: 1, price: null, active: true }])}
          data-testid="good-add"
        >
          {t("counts.add_good")}
        </Button>
        <Button
          disabled={!named}
          loading={save.isPending}
          data-testid="goods-save"
          onClick={() => {
            const taken = new Set(kept.map((good) => good.code));
            const whole = goods.map((good) => {
              const code = good.code || codeOf(good.name, taken);
              taken.add(code);
              return { ...good, code, name: good.name.trim() };
            });
            save.mutate(whole, { onSuccess: onClose, onError: tell.refused });
          }}
        >
          {t("do.save")}
        </Button>
      </Group>
    </Stack>
  );
}
