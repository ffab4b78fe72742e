/** Somebody else changed the same thing meanwhile: what they changed, and the choice between theirs and mine. */
import { Alert, Button, Group } from "@mantine/core";
import { IconAlertTriangle, IconArrowRight } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSentence } from "../frame/me";
import { changedFields } from "./changedFields";
import type { VersionedEdit } from "./useVersioned";

export function ConflictNote<Kept extends { version: number }, Edit>({
  edit,
  fields,
  name,
  tell,
  onKeepMine,
}: {
  edit: VersionedEdit<Kept, Edit>;
  /** those that people can change, in the order of the form */
  fields: readonly (keyof Kept & string)[];
  name: (field: keyof Kept & string) => string;
  tell: (field: keyof Kept & string, of: Kept) => string;
  onKeepMine: () => void;
}) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { seen, theirs } = edit;
  const note = useRef<HTMLDivElement>(null);
  // A long form ends below the screen: what stands in the way of saving is brought into sight.
  useEffect(() => {
    if (theirs !== null) note.current?.scrollIntoView({ block: "nearest" });
  }, [theirs]);
  if (theirs === null) {
    return edit.error === null ? null : (
      <Alert color="orange" icon={<IconAlertTriangle size={20} />} role="alert">
        {sentence(edit.error)}
      </Alert>
    );
  }
  const changed = changedFields(seen, theirs, fields);
  return (
    <Alert ref={note} color="orange" icon={<IconAlertTriangle size={20} />} role="alert" title={t("conflict.title")} data-testid="conflict">
      <ul style={{ margin: "0 0 10px", paddingLeft: 18 }}>
        {changed.map((field) => (
          <li key={field}>
            {name(field)}: {tell(field, seen)} <IconArrowRight size={13} aria-label={t("conflict.became")} /> <b>{tell(field, theirs)}</b>
          </li>
        ))}
        {changed.length === 0 && <li>{t("conflict.same")}</li>}
      </ul>
      <Group gap="xs">
        <Button size="compact-md" variant="default" onClick={edit.take} data-testid="take-theirs">
          {t("conflict.theirs")}
        </Button>
        <Button size="compact-md" variant="default" onClick={onKeepMine} loading={edit.pending} data-testid="keep-mine">
          {t("conflict.mine")}
        </Button>
      </Group>
    </Alert>
  );
}
