/** What an asset is: made new, or set right. An edit says which version it saw. */
import { Button, CloseButton, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type AssetDetail,
  type AssetEdit,
  type AssetFilters,
  type AssetKind,
  type AssetState,
  putAsset,
  readAsset,
  useAssets,
  useMakeAsset,
} from "../../../api/assets";
import { useRoomOrder } from "../../../api/queries";
import { useFormats } from "../../../frame/me";
import { keys } from "../../../live/keys";
import { ConflictNote } from "../../../parts/ConflictNote";
import { DayField } from "../../../parts/fields";
import { useTell } from "../../../parts/tell";
import { useVersioned } from "../../../parts/useVersioned";
import { kinds, states } from "./assetFacts";

const fields = [
  "name",
  "kind",
  "maker",
  "model",
  "serial",
  "state",
  "parent_id",
  "installed_on",
  "warranty_until",
  "life_years",
  "price_cents",
  "note",
] as const;
type Field = (typeof fields)[number];
type Form = Pick<AssetDetail, Field>;

const blank: Form = {
  name: "",
  kind: "other",
  maker: null,
  model: null,
  serial: null,
  state: "in_use",
  parent_id: null,
  installed_on: null,
  warranty_until: null,
  life_years: null,
  price_cents: null,
  note: null,
};

function formOf(asset: AssetDetail): Form {
  return Object.fromEntries(fields.map((field) => [field, asset[field]])) as unknown as Form;
}

export function AssetDialog({ asset, onClose, onMade }: { asset?: AssetDetail; onClose: () => void; onMade?: (id: string) => void }) {
  return asset === undefined ? <Make onClose={onClose} onMade={onMade} /> : <Edit asset={asset} onClose={onClose} />;
}

function Make({ onClose, onMade }: { onClose: () => void; onMade?: ((id: string) => void) | undefined }) {
  const { t } = useTranslation();
  const tell = useTell();
  const make = useMakeAsset();
  const rooms = useRoomOrder();
  const [form, setForm] = useState(blank);
  const [room, setRoom] = useState<string | null>(null);
  const [area, setArea] = useState("");
  return (
    <Frame title={t("assets.new_title")} onClose={onClose}>
      <Fields form={form} onChange={setForm} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={t("assets.room")}
          data={(rooms.data ?? []).map((one) => one.number)}
          value={room}
          onChange={setRoom}
          searchable
          limit={80}
          clearable
          clearButtonProps={{ "aria-label": t("do.clear") }}
          disabled={area.trim() !== ""}
        />
        <TextInput label={t("assets.area")} value={area} maxLength={100} disabled={room !== null} onChange={(event) => setArea(event.currentTarget.value)} />
      </SimpleGrid>
      <Buttons
        disabled={form.name.trim() === ""}
        pending={make.isPending}
        onClose={onClose}
        onSave={() =>
          make.mutate(
            { ...form, ...(room === null ? {} : { room }), ...(area.trim() === "" ? {} : { area: area.trim() }) },
            {
              onSuccess: (made) => {
                onClose();
                onMade?.(made.id);
              },
              onError: tell.refused,
            },
          )
        }
      />
    </Frame>
  );
}

function Edit({ asset, onClose }: { asset: AssetDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const formats = useFormats();
  const queries = useQueryClient();
  const [form, setForm] = useState(formOf(asset));
  const edit = useVersioned<AssetDetail, AssetEdit>({
    kept: asset,
    put: (version, wanted) => putAsset(asset.id, version, wanted),
    read: () => readAsset(asset.id),
    onSaved: () => {
      void queries.invalidateQueries({ queryKey: keys.assets });
      tell.done(t("assets.saved"));
      onClose();
    },
    onTaken: (theirs) => setForm(formOf(theirs)),
  });
  const save = () => {
    const changed = fields.filter((field) => form[field] !== edit.seen[field]);
    edit.save(Object.fromEntries(changed.map((field) => [field, form[field]])) as unknown as AssetEdit);
  };
  const words = (field: Field, of: AssetDetail): string => {
    const value = of[field];
    if (value === null || value === "") return "–";
    if (field === "kind") return t(`asset_kinds.${of.kind}`);
    if (field === "state") return t(`asset_states.${of.state}`);
    if (field === "price_cents") return formats.money(of.price_cents ?? 0);
    if (field === "parent_id") return of.parent?.name ?? "–";
    return String(value);
  };
  return (
    <Frame title={t("assets.edit_title", { name: asset.name })} onClose={onClose}>
      <ConflictNote<AssetDetail, AssetEdit>
        edit={edit}
        fields={fields}
        name={(field) => t(`asset_fields.${field}`)}
        tell={(field, of) => words(field as Field, of)}
        onKeepMine={save}
      />
      <Fields form={form} onChange={setForm} asset={asset} />
      <Buttons disabled={form.name.trim() === ""} pending={edit.pending} onClose={onClose} onSave={save} />
    </Frame>
  );
}

function Frame({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ "aria-label": t("do.close") }}>
      <Stack gap="sm">{children}</Stack>
    </Modal>
  );
}

function Buttons({ disabled, pending, onClose, onSave }: { disabled: boolean; pending: boolean; onClose: () => void; onSave: () => void }) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end" mt="xs">
      <Button variant="default" onClick={onClose}>
        {t("do.cancel")}
      </Button>
      <Button disabled={disabled} loading={pending} onClick={onSave} data-testid="asset-save">
        {t("do.save")}
      </Button>
    </Group>
  );
}

const all: AssetFilters = { kind: null, state: null, room: null, model: null, warranty_days: null, search: "" };

function Fields({ form, onChange, asset }: { form: Form; onChange: (form: Form) => void; asset?: AssetDetail }) {
  const { t } = useTranslation();
  const [sought, setSought] = useState("");
  const found = useAssets({ ...all, search: sought });
  const set = <F extends Field>(field: F, value: Form[F]) => onChange({ ...form, [field]: value });
  const text = (field: "maker" | "model" | "serial") => (
    <TextInput
      label={t(`asset_fields.${field}`)}
      value={form[field] ?? ""}
      maxLength={120}
      onChange={(event) => set(field, event.currentTarget.value === "" ? null : event.currentTarget.value)}
    />
  );
  const day = (field: "installed_on" | "warranty_until") => (
    <Group gap={4} align="flex-end" wrap="nowrap">
      <div style={{ flex: 1 }}>
        <DayField label={t(`asset_fields.${field}`)} value={form[field] ?? ""} withYear onChange={(value) => set(field, value)} />
      </div>
      {form[field] !== null && <CloseButton size="lg" aria-label={`${t("do.clear")}: ${t(`asset_fields.${field}`)}`} onClick={() => set(field, null)} />}
    </Group>
  );
  const parents = new Map((found.data?.pages[0]?.items ?? []).filter((one) => one.id !== asset?.id).map((one) => [one.id, one.name]));
  if (asset?.parent && form.parent_id === asset.parent.id) parents.set(asset.parent.id, asset.parent.name);
  return (
    <>
      <TextInput
        label={t("asset_fields.name")}
        value={form.name}
        maxLength={120}
        required
        onChange={(event) => set("name", event.currentTarget.value)}
        data-testid="asset-name"
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={t("asset_fields.kind")}
          data={kinds.map((value) => ({ value, label: t(`asset_kinds.${value}`) }))}
          value={form.kind}
          onChange={(value) => value && set("kind", value as AssetKind)}
          searchable
          allowDeselect={false}
        />
        <Select
          label={t("asset_fields.state")}
          data={states.map((value) => ({ value, label: t(`asset_states.${value}`) }))}
          value={form.state}
          onChange={(value) => value && set("state", value as AssetState)}
          allowDeselect={false}
        />
        {text("maker")}
        {text("model")}
        {text("serial")}
        <Select
          label={t("asset_fields.parent_id")}
          data={[...parents].map(([value, label]) => ({ value, label }))}
          value={form.parent_id}
          onChange={(value) => set("parent_id", value)}
          onSearchChange={setSought}
          searchable
          clearable
          clearButtonProps={{ "aria-label": t("do.clear") }}
          filter={({ options }) => options}
          nothingFoundMessage={t("assets.no_match_title")}
        />
        {day("installed_on")}
        {day("warranty_until")}
        <NumberInput
          label={t("asset_fields.life_years")}
          description={asset?.life_years == null && asset?.expected_life_years != null ? t("assets.usual_life", { years: asset.expected_life_years }) : undefined}
          value={form.life_years ?? ""}
          min={0.5}
          max={100}
          allowNegative={false}
          inputWrapperOrder={["label", "input", "description", "error"]}
          onChange={(value) => set("life_years", typeof value === "number" ? value : null)}
        />
        <NumberInput
          label={t("asset_fields.price_cents")}
          value={form.price_cents === null ? "" : form.price_cents / 100}
          min={0}
          allowNegative={false}
          decimalScale={2}
          thousandSeparator=" "
          onChange={(value) => set("price_cents", typeof value === "number" ? Math.round(value * 100) : null)}
        />
      </SimpleGrid>
      <Textarea
        label={t("asset_fields.note")}
        value={form.note ?? ""}
        maxLength={2000}
        autosize
        minRows={2}
        onChange={(event) => set("note", event.currentTarget.value === "" ? null : event.currentTarget.value)}
      />
    </>
  );
}
