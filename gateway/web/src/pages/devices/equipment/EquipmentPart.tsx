/** What cools and heats: over the house, a room type or a room; the nearest word counts. */
import { Alert, Button, Menu, Skeleton } from "@mantine/core";
import { IconBuilding, IconDoor, IconFlame, IconPlus, IconSnowflake, IconTag, IconTemperature } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEquipment } from "../../../api/comfortQueries";
import type { Equipment } from "../../../api/types";
import { useSentence } from "../../../frame/me";
import { Empty } from "../../../parts/Empty";
import lists from "../../../parts/List.module.css";
import { useRoomTypes } from "../../../parts/useRoomTypes";
import classes from "./Equipment.module.css";
import { EquipmentDrawer } from "./EquipmentDrawer";
import { type EquipmentKind, inOrder, unsaid } from "./equipmentDraft";
import { RoomScopeDialog } from "./RoomScopeDialog";
import { useEquipmentWords } from "./useEquipmentWords";

export const equipmentIcons: Record<EquipmentKind, typeof IconFlame> = {
  split: IconSnowflake,
  two_pipe: IconTemperature,
  four_pipe: IconTemperature,
  electric_heat: IconFlame,
};

export function EquipmentPart() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const words = useEquipmentWords();
  const types = useRoomTypes();
  const said = useEquipment();
  const [open, setOpen] = useState<Equipment | null>(null);
  const [picking, setPicking] = useState(false);
  if (said.error && !said.data) return <Alert color="orange">{sentence(said.error)}</Alert>;
  if (!said.data) return <Skeleton height={320} radius={12} />;
  const all = said.data;
  const has = (scope: string) => all.some((one) => one.scope === scope);
  const begin = (scope: string) => setOpen(all.find((one) => one.scope === scope) ?? unsaid(scope));
  const add = (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<IconPlus size={18} />} data-testid="equipment-add">
          {t("equipment.add")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {!has("property") && (
          <Menu.Item leftSection={<IconBuilding size={17} />} onClick={() => begin("property")} data-testid="equipment-add-property">
            {t("equipment.property")}
          </Menu.Item>
        )}
        {types.options
          .filter((type) => !has(`type:${type.value}`))
          .map((type) => (
            <Menu.Item key={type.value} leftSection={<IconTag size={17} />} onClick={() => begin(`type:${type.value}`)}>
              {type.label}
            </Menu.Item>
          ))}
        <Menu.Item leftSection={<IconDoor size={17} />} onClick={() => setPicking(true)}>
          {t("equipment.one_room")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
  return (
    <>
      {all.length === 0 ? (
        <Empty icon={IconTemperature} title={t("equipment.none")} text={t("equipment.none_text")} action={add} />
      ) : (
        <>
          <div className={classes.top}>
            <p className="dim">{t("equipment.text")}</p>
            {add}
          </div>
          <div className={`card ${lists.list} ${classes.list}`} data-testid="equipment">
            {inOrder(all).map((one) => {
              const Glyph = equipmentIcons[one.kind];
              return (
                <button key={one.scope} type="button" className={lists.row} onClick={() => setOpen(one)} data-testid={`equipment-${one.scope}`}>
                  <b>{words.scope(one.scope)}</b>
                  <span className={classes.kind}>
                    <Glyph size={18} stroke={1.7} aria-hidden />
                    {t(`equipment.kinds.${one.kind}`)}
                  </span>
                  <span className="dim">{words.summary(one)}</span>
                </button>
              );
            })}
          </div>
        </>
      )}
      {open && <EquipmentDrawer key={open.scope} kept={open} onClose={() => setOpen(null)} />}
      {picking && (
        <RoomScopeDialog
          onClose={() => setPicking(false)}
          onPick={(room) => {
            setPicking(false);
            begin(`room:${room}`);
          }}
        />
      )}
    </>
  );
}
