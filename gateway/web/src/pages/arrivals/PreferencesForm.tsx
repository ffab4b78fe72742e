import { Alert, Button, Group, NumberInput, Select, Skeleton, Stack, TagsInput, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type PreferenceOwner, usePreferences, usePutPreferences, type Wishes } from "../../api/stays";
import type { Preference, PreferenceKey } from "../../api/types";
import { useSentence } from "../../frame/me";
import { useTell } from "../../parts/tell";
import { draftOf, lightScenes, ranges, type WishDraft, wishesOf } from "./wishes";

export function PreferencesForm({ owner, id }: { owner: PreferenceOwner; id: string }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const wishes = usePreferences(owner, id);
  if (wishes.error) return <Alert color="orange">{sentence(wishes.error)}</Alert>;
  if (!wishes.data) return <Skeleton height={220} />;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t(`wishes.about_${owner}`)}
      </Text>
      <Form key={wishes.data.version} owner={owner} id={id} wishes={wishes.data} />
    </Stack>
  );
}

function Form({ owner, id, wishes }: { owner: PreferenceOwner; id: string; wishes: Wishes }) {
  const { t } = useTranslation();
  const tell = useTell();
  const put = usePutPreferences(owner, id);
  const [draft, setDraft] = useState<WishDraft>(() => draftOf(wishes.items));
  const next = wishesOf(draft, wishes.items, owner === "stay" ? id : null);
  const changed = JSON.stringify(next) !== JSON.stringify(wishesOf(draftOf(wishes.items), wishes.items, owner === "stay" ? id : null));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate(
          { version: wishes.version, items: next },
          { onSuccess: () => tell.done(t("wishes.saved")), onError: tell.refused },
        );
      }}
    >
      <Stack gap="sm">
        <WishFields draft={draft} onChange={setDraft} known={wishes.items} />
        <Group justify="flex-end">
          <Button type="submit" disabled={!changed} loading={put.isPending} data-testid="wishes-save">
            {t("do.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const numbers: Exclude<PreferenceKey, "wish" | "light_scene">[] = [
  "cooling_celsius",
  "heating_celsius",
  "light_percent",
  "curtain_percent",
];

export function WishFields({
  draft,
  onChange,
  known = [],
}: {
  draft: WishDraft;
  onChange: (draft: WishDraft) => void;
  known?: Preference[];
}) {
  const { t } = useTranslation();
  const sourceOf = (key: PreferenceKey) => {
    const wish = known.find((one) => one.key === key);
    return wish ? t("wishes.from", { source: t(`wish_sources.${wish.source}`) }) : undefined;
  };
  return (
    <>
      <div style={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 12 }}>
        {numbers.map((key) => {
          const { low, high, step, suffix } = ranges[key];
          return (
            <NumberInput
              key={key}
              label={t(`wishes.${key}`)}
              description={sourceOf(key)}
              inputWrapperOrder={["label", "input", "description", "error"]}
              placeholder={t("wishes.room_default")}
              value={draft[key] ?? ""}
              onChange={(value) => onChange({ ...draft, [key]: typeof value === "number" ? value : null })}
              min={low}
              max={high}
              step={step}
              decimalScale={1}
              suffix={suffix}
              clampBehavior="blur"
              data-testid={`wish-${key}`}
            />
          );
        })}
        <Select
          label={t("wishes.light_scene")}
          description={sourceOf("light_scene")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          placeholder={t("wishes.room_default")}
          data={lightScenes.map((scene) => ({ value: scene, label: t(`scenes.${scene}`) }))}
          value={draft.light_scene}
          onChange={(light_scene) => onChange({ ...draft, light_scene })}
          clearable
          clearButtonProps={{ "aria-label": t("do.clear") }}
        />
      </div>
      <TagsInput
        label={t("wishes.wish")}
        description={t("wishes.wish_hint")}
        value={draft.wishes}
        onChange={(wishes) => onChange({ ...draft, wishes })}
        maxTags={10}
        data-testid="wish-free"
      />
    </>
  );
}
