/** What the list is judged by, each number with its reason; a manager sets them and what an hour of work is worth. */
import { Alert, Button, Group, NumberInput, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { putTerms, readTerms, type ReplacementTerms, type TermsToPut, useTerms } from "../../../api/replacementTerms";
import { useMe, useSentence } from "../../../frame/me";
import { keys } from "../../../live/keys";
import { ConflictNote } from "../../../parts/ConflictNote";
import { useTell } from "../../../parts/tell";
import { useVersioned } from "../../../parts/useVersioned";
import classes from "../preventive/Preventive.module.css";
import { usePreventiveWords } from "../preventive/usePreventiveWords";
import { type Draft, draftOf, fieldsOf, flat, type Flat, termsOf } from "./termsDraft";

export function Limits({ terms }: { terms: Pick<ReplacementTerms, "limits" | "cents_an_hour"> }) {
  const { t } = useTranslation();
  const { staff } = useMe();
  const words = usePreventiveWords();
  const [editing, setEditing] = useState(false);
  if (editing) return <Editor onClose={() => setEditing(false)} />;
  return (
    <div className="card" style={{ marginTop: 16 }}>
      <div className={classes.limits} data-testid="replacement-limits">
        <b>{t("replacement.limits")}</b>
        {terms.limits.map((limit) => (
          <span key={limit.name}>
            {t(`replacement.limit.${limit.name}`, { value: words.number(limit.value, 2) })}{" "}
            {/* The reason speaks for the usual number. */}
            {limit.value === limit.usual ? t(`replacement.why.${limit.name}`) : t("replacement.usual", told(limit))}
          </span>
        ))}
        <span>{terms.cents_an_hour === null ? t("replacement.not_valued") : t("replacement.valued", { money: words.money(terms.cents_an_hour) })}</span>
        {staff.roles.includes("manager") && (
          <Group mt={6}>
            <Button variant="default" leftSection={<IconPencil size={17} />} onClick={() => setEditing(true)} data-testid="terms-edit">
              {t("replacement.edit")}
            </Button>
          </Group>
        )}
      </div>
    </div>
  );

  function told(limit: ReplacementTerms["limits"][number]) {
    return { value: words.number(limit.usual, 2), least: words.number(limit.least, 2), most: words.number(limit.most, 2) };
  }
}

function Editor({ onClose }: { onClose: () => void }) {
  const sentence = useSentence();
  const terms = useTerms(true);
  if (terms.error) return <Alert color="orange">{sentence(terms.error)}</Alert>;
  // What an earlier visit left is not what somebody edits over.
  if (!terms.data || terms.isFetching) return <Skeleton height={320} radius={12} mt={16} />;
  return <Form kept={terms.data} onClose={onClose} />;
}

function Form({ kept, onClose }: { kept: ReplacementTerms; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const queries = useQueryClient();
  const words = usePreventiveWords();
  const [draft, setDraft] = useState<Draft>(draftOf(kept));
  const edit = useVersioned<Flat, TermsToPut>({
    kept: flat(kept),
    put: async (version, wanted) => flat(await putTerms(version, wanted)),
    read: async () => flat(await readTerms()),
    onSaved: () => {
      void queries.invalidateQueries({ queryKey: keys.preventive });
      void queries.invalidateQueries({ queryKey: keys.assets });
      tell.done(t("replacement.saved"));
      onClose();
    },
    onTaken: (theirs) => setDraft(draftOf(theirs.terms)),
  });
  const wanted = termsOf(draft);
  const save = () => wanted !== null && edit.save(wanted);
  const told = (name: string, of: Flat) => {
    const value = of[name];
    if (typeof value !== "number") return "–";
    return name === "cents_an_hour" ? words.money(value) : words.number(value, 2);
  };
  return (
    <form
      className="card"
      style={{ marginTop: 16, padding: "16px 20px 20px" }}
      aria-label={t("replacement.edit_title")}
      data-testid="terms-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (edit.theirs === null) save();
      }}
    >
      <Stack gap="md">
        <h3 style={{ margin: 0, fontSize: "1rem" }}>{t("replacement.edit_title")}</h3>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
          {kept.limits.map((limit) => (
            <NumberInput
              key={limit.name}
              label={t(`replacement.fields.${limit.name}`)}
              description={t("replacement.usual", {
                value: words.number(limit.usual, 2),
                least: words.number(limit.least, 2),
                most: words.number(limit.most, 2),
              })}
              inputWrapperOrder={["label", "input", "description", "error"]}
              value={draft.limits[limit.name] ?? ""}
              min={limit.least}
              max={limit.most}
              step={limit.whole ? 1 : 0.05}
              decimalScale={limit.whole ? 0 : 2}
              allowNegative={false}
              onChange={(value) => setDraft({ ...draft, limits: { ...draft.limits, [limit.name]: value } })}
              data-testid={`limit-${limit.name}`}
            />
          ))}
          <NumberInput
            label={t("replacement.fields.cents_an_hour")}
            description={t("replacement.hour_hint")}
            inputWrapperOrder={["label", "input", "description", "error"]}
            value={draft.hour}
            min={0.01}
            max={10_000}
            decimalScale={2}
            thousandSeparator=" "
            allowNegative={false}
            onChange={(value) => setDraft({ ...draft, hour: value })}
            data-testid="hour-price"
          />
        </SimpleGrid>
        <ConflictNote<Flat, TermsToPut> edit={edit} fields={fieldsOf(kept)} name={(name) => t(`replacement.fields.${name}`)} tell={told} onKeepMine={save} />
        <Group justify="flex-end">
          <Button
            variant="subtle"
            onClick={() => setDraft({ ...draft, limits: Object.fromEntries(kept.limits.map((limit) => [limit.name, limit.usual])) })}
          >
            {t("replacement.set_usual")}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t("do.cancel")}
          </Button>
          <Button type="submit" loading={edit.pending} disabled={wanted === null || edit.theirs !== null} data-testid="terms-save">
            {t("do.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
