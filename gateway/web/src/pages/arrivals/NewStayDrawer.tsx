import { Button, Checkbox, Drawer, Group, NumberInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRooms } from "../../api/queries";
import { useMakeStay } from "../../api/stays";
import { useFormats } from "../../frame/me";
import { DayField, TimeField } from "../../parts/fields";
import { RoomPicker } from "../../parts/RoomPicker";
import { useTell } from "../../parts/tell";
import { addDays, instantOf } from "../../time/zone";
import { WishFields } from "./PreferencesForm";
import { type Channel, ChannelField } from "./ChannelField";
import { noWishes, type WishDraft, wishesOf } from "./wishes";

export function NewStayDrawer({ date, onClose }: { date: string; onClose: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const { zone } = useFormats();
  const rooms = useRooms();
  const make = useMakeStay();
  const [given, setGiven] = useState("");
  const [family, setFamily] = useState("");
  const [vip, setVip] = useState(false);
  const [channel, setChannel] = useState<Channel | null>(null);
  const [arrival, setArrival] = useState(date);
  const [departure, setDeparture] = useState(addDays(date, 1));
  const [eta, setEta] = useState("");
  const [type, setType] = useState<string | null>(null);
  const [room, setRoom] = useState<string | null>(null);
  const [adults, setAdults] = useState(1);
  const [children, setChildren] = useState(0);
  const [wishes, setWishes] = useState<WishDraft>(noWishes);

  const types = useMemo(() => {
    const found = new Map((rooms.data ?? []).map((one) => [one.type.code, one.type.name]));
    return [...found].map(([value, name]) => ({ value, label: `${name} (${value})` }));
  }, [rooms.data]);
  const dayUse = departure === arrival;
  const wrong = departure < arrival;
  const complete = (given.trim() !== "" || family.trim() !== "") && (type !== null || room !== null) && !wrong;

  return (
    <Drawer
      opened
      onClose={onClose}
      size={500}
      title={
        <Text fw={650} size="lg" span>
          {t("new_stay.title")}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!complete) return;
          make.mutate(
            {
              stay: {
                guest: { given_name: given.trim(), family_name: family.trim(), vip },
                arrival_date: arrival,
                departure_date: departure,
                adults,
                children,
                vip,
                day_use: dayUse,
                ...(channel === null ? {} : { channel }),
                ...(room === null ? {} : { room }),
                ...(type === null ? {} : { room_type: type }),
                ...(eta === "" ? {} : { eta: new Date(instantOf(arrival, eta, zone)).toISOString() }),
              },
              wishes: wishesOf(wishes, [], ""),
            },
            {
              onSuccess: (stay) => {
                tell.done(t("new_stay.made", { confirmation: stay.confirmation }));
                onClose();
              },
              onError: tell.refused,
            },
          );
        }}
      >
        <Stack gap="md">
          <Group grow align="flex-start">
            <TextInput
              label={t("new_stay.family_name")}
              value={family}
              onChange={(event) => setFamily(event.currentTarget.value)}
              data-autofocus
              data-testid="new-family"
            />
            <TextInput
              label={t("new_stay.given_name")}
              value={given}
              onChange={(event) => setGiven(event.currentTarget.value)}
              data-testid="new-given"
            />
          </Group>
          <Group grow align="flex-start">
            <DayField label={t("stay.arrival")} value={arrival} onChange={setArrival} testId="new-arrival" />
            <DayField
              label={t("stay.departure")}
              value={departure}
              error={wrong ? t("stay.departure_wrong") : undefined}
              description={dayUse ? t("axes.reservation.day_use") : undefined}
              onChange={setDeparture}
              testId="new-departure"
            />
            <TimeField label={t("stay.eta")} value={eta} onChange={setEta} data-testid="new-eta" />
          </Group>
          <Group grow align="flex-start">
            <Select
              label={t("stay.room_type")}
              data={types}
              value={type}
              onChange={setType}
              clearable
              clearButtonProps={{ "aria-label": t("do.clear") }}
              data-testid="new-type"
            />
            <RoomPicker label={t("new_stay.room")} value={room} onChange={setRoom} roomType={type} clearable />
          </Group>
          <Group grow align="flex-end">
            <NumberInput label={t("stay.adults")} value={adults} min={0} max={20} onChange={(value) => setAdults(Number(value))} />
            <NumberInput label={t("stay.children")} value={children} min={0} max={20} onChange={(value) => setChildren(Number(value))} />
            <Checkbox label={t("stay.vip")} checked={vip} onChange={(event) => setVip(event.currentTarget.checked)} pb={9} />
          </Group>
          <ChannelField value={channel} onChange={setChannel} />
          <WishFields draft={wishes} onChange={setWishes} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button type="submit" disabled={!complete} loading={make.isPending} data-testid="new-stay-save">
              {t("new_stay.make")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
