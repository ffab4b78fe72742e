/** The checklists of the property: one for a kind of work, or for this kind in rooms of one type. */
import { Alert, Button, Group, Modal, Select, Skeleton, Stack } from "@mantine/core";
import { IconListCheck, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Checklist, useChecklists } from "../../../api/housekeeping";
import type { TaskKind } from "../../../api/tasks";
import { useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import lists from "../../../parts/List.module.css";
import { kinds } from "../tasks/list";
import { kindIcon } from "../tasks/taskLook";
import { ChecklistDrawer } from "./ChecklistDrawer";
import classes from "./Setup.module.css";
import { useRoomTypes } from "../../../parts/useRoomTypes";

export function ChecklistsPart() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const checklists = useChecklists();
  const types = useRoomTypes();
  const [open, setOpen] = useState<Checklist | null>(null);
  const [adding, setAdding] = useState(false);
  if (checklists.error && !checklists.data) return <Alert color="orange">{sentence(checklists.error)}</Alert>;
  if (!checklists.data) return <Skeleton height={320} radius={12} />;
  const all = [...checklists.data].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.room_type ?? "").localeCompare(b.room_type ?? ""));
  const add = (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setAdding(true)} data-testid="checklist-add">
      {t("setup.add_checklist")}
    </Button>
  );
  return (
    <>
      {all.length === 0 ? (
        <Empty icon={IconListCheck} title={t("setup.no_checklists")} text={t("setup.checklists_text")} action={add} />
      ) : (
        <>
          <div className={classes.top}>
            <p className="dim">{t("setup.checklists_text")}</p>
            {add}
          </div>
          <div className={`card ${lists.list} ${classes.checklists}`}>
            {all.map((one) => {
              const Kind = kindIcon[one.kind];
              return (
                <button key={one.id} type="button" className={lists.row} onClick={() => setOpen(one)} data-testid={`checklist-${one.id}`}>
                  <span className={lists.with}>
                    <Kind size={18} aria-hidden />
                    <b>{t(`task_kinds.${one.kind}`)}</b>
                  </span>
                  <span>{one.room_type === null ? t("setup.all_types") : types.name(one.room_type)}</span>
                  <span className="dim">
                    {t("setup.lines", { count: one.items.length })} · {t("setup.version", { version: one.version })}
                  </span>
                </button>
              );
            })}
          </div>
        </>
      )}
      {adding && (
        <ChooseList
          known={all}
          onClose={() => setAdding(false)}
          onChosen={(one) => {
            setAdding(false);
            setOpen(one);
          }}
        />
      )}
      {open && <ChecklistDrawer key={open.id} checklist={open} onClose={() => setOpen(null)} />}
    </>
  );
}

/** Which work and which rooms a new list is for; one that is there already is opened. */
function ChooseList({ known, onClose, onChosen }: { known: Checklist[]; onClose: () => void; onChosen: (one: Checklist) => void }) {
  const { t } = useTranslation();
  const types = useRoomTypes();
  const [kind, setKind] = useState<TaskKind>("departure");
  const [type, setType] = useState<string | null>(null);
  const there = known.find((one) => one.kind === kind && one.room_type === type);
  return (
    <Modal opened onClose={onClose} title={<b>{t("setup.add_checklist")}</b>} closeButtonProps={{ "aria-label": t("do.close") }}>
      <Stack gap="md">
        <Select
          label={t("setup.fields.kind")}
          data={kinds.map((one) => ({ value: one, label: t(`task_kinds.${one}`) }))}
          value={kind}
          onChange={(value) => value && setKind(value)}
          allowDeselect={false}
          data-testid="checklist-kind"
        />
        <Select
          label={t("setup.fields.room_types")}
          placeholder={t("setup.all_types")}
          data={types.options}
          value={type}
          onChange={setType}
          clearable
          clearButtonProps={{ "aria-label": t("do.clear") }}
        />
        <Group justify="flex-end">
          <Button
            onClick={() => onChosen(there ?? { id: type === null ? kind : `${kind}:${type}`, kind, room_type: type, version: 0, items: [{ key: null, text: "" }] })}
            data-testid="checklist-open"
          >
            {t(there === undefined ? "setup.write_it" : "setup.open_it")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
