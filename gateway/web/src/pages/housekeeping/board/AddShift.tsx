/** One small form for a shift: somebody of the house, or an agency attendant by name alone. */
import { Button, Group, Modal, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddShift } from "../../../api/board";
import { useRoomOrder, useStaff } from "../../../api/queries";
import { useFormats, useMe } from "../../../frame/me";
import { TimeField } from "../../../parts/fields";
import { useTell } from "../../../parts/tell";
import { addDays, instantOf } from "../../../time/zone";
import classes from "./Board.module.css";

const BREAK_MINUTES = 30;

export function AddShift({ taken, onClose }: { taken: { id: string; staff_id: string | null; name: string }[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { property } = useMe();
  const { zone } = useFormats();
  const tell = useTell();
  const staff = useStaff(true);
  const rooms = useRoomOrder();
  const add = useAddShift();
  const [of, setOf] = useState<"house" | "agency">("house");
  const [person, setPerson] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [from, setFrom] = useState("08:00");
  const [until, setUntil] = useState("16:30");
  const [rest, setRest] = useState("12:00");
  const [floor, setFloor] = useState<string | null>(null);
  const [partner, setPartner] = useState<string | null>(null);
  const people = (staff.data ?? [])
    .filter((one) => one.active && one.roles.includes("attendant") && !taken.some((shift) => shift.staff_id === one.id))
    .map((one) => ({ value: one.id, label: one.name }));
  const floors = [...new Set((rooms.data ?? []).map((room) => room.floor))];
  const complete = from !== "" && until !== "" && (of === "house" ? person !== null : name.trim() !== "");

  const save = () => {
    const date = property.business_date;
    const at = (time: string) => {
      const day = time < from ? addDays(date, 1) : date;
      return instantOf(day, time, zone);
    };
    const iso = (moment: number) => new Date(moment).toISOString();
    add.mutate(
      {
        business_date: date,
        staff_id: of === "house" ? person : null,
        name: of === "house" ? "" : name.trim(),
        starts_at: iso(at(from)),
        ends_at: iso(until <= from ? instantOf(addDays(date, 1), until, zone) : at(until)),
        breaks: rest === "" ? [] : [{ starts_at: iso(at(rest)), ends_at: iso(at(rest) + BREAK_MINUTES * 60_000) }],
        floors: floor === null ? [] : [floor],
        pair_with: partner,
        section: null,
        skills: [],
        max_credits: null,
        max_area_square_metres: null,
        state: "planned",
      },
      { onSuccess: onClose, onError: tell.refused },
    );
  };

  return (
    <Modal opened onClose={onClose} title={<b>{t("shifts.add")}</b>} closeButtonProps={{ "aria-label": t("do.close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) save();
        }}
      >
        <Stack gap="md">
          <SegmentedControl
            value={of}
            onChange={setOf}
            data={[
              { value: "house", label: t("shifts.of_house") },
              { value: "agency", label: t("shifts.of_agency") },
            ]}
            aria-label={t("shifts.whose")}
          />
          {of === "house" ? (
            <Select
              label={t("shifts.person")}
              data={people}
              value={person}
              onChange={setPerson}
              searchable
              nothingFoundMessage={t("shifts.nobody_left")}
              data-testid="shift-person"
            />
          ) : (
            <TextInput
              label={t("shifts.name")}
              value={name}
              maxLength={80}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
              data-testid="shift-name"
            />
          )}
          <div className={classes.hours}>
            <TimeField label={t("shifts.from")} value={from} onChange={setFrom} />
            <TimeField label={t("shifts.until")} value={until} onChange={setUntil} />
            <TimeField label={t("shifts.break", { minutes: BREAK_MINUTES })} value={rest} onChange={setRest} />
          </div>
          <Select label={t("shifts.floor")} placeholder={t("shifts.any_floor")} data={floors} value={floor} onChange={setFloor} clearable />
          <Select
            label={t("shifts.pair")}
            placeholder={t("shifts.alone")}
            data={taken.map((shift) => ({ value: shift.id, label: shift.name }))}
            value={partner}
            onChange={setPartner}
            clearable
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={!complete} loading={add.isPending} data-testid="shift-save">
              {t("shifts.add")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
