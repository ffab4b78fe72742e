/** The parts that fit this asset, or every asset of its model. */
import { ActionIcon, Button, Checkbox, Group, NumberInput, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AssetDetail, useAddPart, useDropPart } from "../../../api/assets";
import { useFormats, useMe } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import shared from "../Maintenance.module.css";
import classes from "./Assets.module.css";

export function Parts({ asset }: { asset: AssetDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const formats = useFormats();
  const tell = useTell();
  const drop = useDropPart(asset.id);
  const [adding, setAdding] = useState(false);
  if (asset.parts.length === 0 && !may("repair")) return null;
  return (
    <section className="card" aria-label={t("assets.parts")}>
      <h3 className={shared.partName}>{t("assets.parts")}</h3>
      <div>
        {asset.parts.map((part) => (
          <div key={part.id} className={classes.line}>
            <span>
              {part.name}
              {part.number !== null && ` · ${part.number}`}
              {part.for_model && <span className={classes.second}>{t("assets.fits_model", { model: asset.model ?? "" })}</span>}
            </span>
            <Group gap={8} wrap="nowrap">
              {part.price_cents !== null && <span>{formats.money(part.price_cents)}</span>}
              {may("repair") && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="lg"
                  className={shared.noPrint}
                  aria-label={t("assets.drop", { name: part.name })}
                  onClick={() => drop.mutate(part.id, { onError: tell.refused })}
                >
                  <IconX size={17} />
                </ActionIcon>
              )}
            </Group>
          </div>
        ))}
      </div>
      {may("repair") &&
        (adding ? (
          <Add asset={asset} onDone={() => setAdding(false)} />
        ) : (
          <div className={shared.noPrint}>
            <Button variant="default" onClick={() => setAdding(true)} data-testid="asset-part">
              {t("assets.add_part")}
            </Button>
          </div>
        ))}
    </section>
  );
}

function Add({ asset, onDone }: { asset: AssetDetail; onDone: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const add = useAddPart(asset.id);
  const [name, setName] = useState("");
  const [number, setNumber] = useState("");
  const [price, setPrice] = useState<number | string>("");
  const [forModel, setForModel] = useState(asset.model !== null);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(
          {
            name: name.trim(),
            number: number.trim() === "" ? null : number.trim(),
            price_cents: typeof price === "number" ? Math.round(price * 100) : null,
            for_model: forModel,
          },
          { onSuccess: onDone, onError: tell.refused },
        );
      }}
    >
      <Group gap={8} align="flex-end">
        <TextInput label={t("assets.part_name")} value={name} maxLength={120} onChange={(event) => setName(event.currentTarget.value)} data-testid="part-name" />
        <TextInput label={t("assets.part_number")} value={number} maxLength={120} onChange={(event) => setNumber(event.currentTarget.value)} w={130} />
        <NumberInput label={t("asset_fields.price_cents")} value={price} min={0} allowNegative={false} decimalScale={2} onChange={setPrice} w={130} />
        <Button type="submit" disabled={name.trim() === ""} loading={add.isPending}>
          {t("maintenance.add")}
        </Button>
      </Group>
      {asset.model !== null && (
        <Checkbox mt="sm" label={t("assets.fits_model", { model: asset.model })} checked={forModel} onChange={(event) => setForModel(event.currentTarget.checked)} />
      )}
    </form>
  );
}
