import { Alert, Button, Checkbox, Drawer, Group, NumberInput, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useEditStay, useStay } from "../../api/stays";
import type { Stay, StayEdit } from "../../api/types";
import { useFormats, useSentence } from "../../frame/me";
import { DayField, TimeField } from "../../parts/fields";
import { useTell } from "../../parts/tell";
import { hotelNow } from "../../time/clock";
import { instantOf, wallTime } from "../../time/zone";
import { ChannelField } from "./ChannelField";
import { PreferencesForm } from "./PreferencesForm";

/** One stay: its dates and times, the wishes for it, and the profile of its guest. */
export function StayDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const stay = useStay(id);
  const guest = stay.data?.guests.find((one) => one.primary) ?? stay.data?.guests[0];
  return (
    <Drawer
      opened
      onClose={onClose}
      size={480}
      title={
        <Text fw={650} size="lg" span>
          {guest?.name ?? stay.data?.confirmation ?? t("stay.title")}
        </Text>
      }
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      {stay.error ? (
        <Alert color="orange">{sentence(stay.error)}</Alert>
      ) : !stay.data ? (
        <Skeleton height={320} />
      ) : (
        <Tabs defaultValue="stay" keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="stay">{t("stay.title")}</Tabs.Tab>
            <Tabs.Tab value="wishes" data-testid="tab-wishes">
              {t("stay.wishes")}
            </Tabs.Tab>
            {guest && (
              <Tabs.Tab value="profile" data-testid="tab-profile">
                {t("stay.profile")}
              </Tabs.Tab>
            )}
          </Tabs.List>
          <Tabs.Panel value="stay">
            <StayForm key={stay.data.version} stay={stay.data} />
          </Tabs.Panel>
          <Tabs.Panel value="wishes">
            <PreferencesForm owner="stay" id={id} />
          </Tabs.Panel>
          {guest && (
            <Tabs.Panel value="profile">
              <PreferencesForm owner="guest" id={guest.id} />
            </Tabs.Panel>
          )}
        </Tabs>
      )}
    </Drawer>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="sm" fw={550} component="div">
        {children}
      </Text>
    </div>
  );
}

function StayForm({ stay }: { stay: Stay }) {
  const { t } = useTranslation();
  const tell = useTell();
  const { zone, dayTime } = useFormats();
  const edit = useEditStay();
  const wall = stay.eta === null ? null : wallTime(Date.parse(stay.eta), zone);
  const [arrival, setArrival] = useState(stay.arrival_date);
  const [departure, setDeparture] = useState(stay.departure_date);
  const [etaDate, setEtaDate] = useState(wall?.date ?? stay.arrival_date);
  const [etaTime, setEtaTime] = useState(wall?.time ?? "");
  const [adults, setAdults] = useState(stay.adults);
  const [children, setChildren] = useState(stay.children);
  const [vip, setVip] = useState(stay.vip);
  const [channel, setChannel] = useState(stay.channel);
  const open = stay.state === "reserved" || stay.state === "checked_in";
  const expected = stay.state === "reserved";

  const changes: StayEdit = {};
  if (arrival !== stay.arrival_date) changes.arrival_date = arrival;
  if (departure !== stay.departure_date) changes.departure_date = departure;
  if (etaTime !== "" && (etaTime !== wall?.time || etaDate !== wall.date)) {
    changes.eta = new Date(instantOf(etaDate, etaTime, zone)).toISOString();
  }
  if (adults !== stay.adults) changes.adults = adults;
  if (children !== stay.children) changes.children = children;
  if (vip !== stay.vip) changes.vip = vip;
  if (channel !== stay.channel) changes.channel = channel;
  const changed = Object.keys(changes).length > 0;
  const wrong = departure < arrival || (departure === arrival && !stay.day_use);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        edit.mutate(
          { id: stay.id, version: stay.version, edit: changes },
          { onSuccess: () => tell.done(t("stay.saved")), onError: tell.refused },
        );
      }}
    >
      <Stack gap="md">
        <div style={{ display: "grid", gridTemplateColumns: "repeat(3, 1fr)", gap: 12 }}>
          <Fact name={t("stay.state")}>{t(`stay_states.${stay.state}`)}</Fact>
          <Fact name={t("stay.room")}>
            {stay.room === null ? t("arrivals.no_room") : <Link to={`/rooms/${encodeURIComponent(stay.room)}`}>{stay.room}</Link>}
          </Fact>
          <Fact name={t("stay.room_type")}>{stay.room_type}</Fact>
          <Fact name={t("stay.confirmation")}>{stay.confirmation}</Fact>
          <Fact name={t("stay.booking")}>{stay.booking_id}</Fact>
          {stay.checked_in_at !== null && (
            <Fact name={t("stay_states.checked_in")}>{dayTime(stay.checked_in_at, hotelNow())}</Fact>
          )}
        </div>
        {stay.shares_with.length > 0 && (
          <Text size="sm" c="dimmed">
            {t("stay.shares", { count: stay.shares_with.length })}
          </Text>
        )}
        {stay.unready_reason !== null && <Alert color="orange">{t("stay.unready", { reason: stay.unready_reason })}</Alert>}
        <Group grow>
          <DayField label={t("stay.arrival")} value={arrival} disabled={!expected} onChange={setArrival} />
          <DayField
            label={t("stay.departure")}
            value={departure}
            disabled={!open}
            error={wrong ? t("stay.departure_wrong") : undefined}
            onChange={setDeparture}
          />
        </Group>
        <Group grow>
          <DayField label={t("stay.eta_day")} value={etaDate} disabled={!expected} onChange={setEtaDate} />
          <TimeField
            label={t("stay.eta")}
            description={t(`eta_sources.${stay.eta_source}`)}
            inputWrapperOrder={["label", "input", "description", "error"]}
            value={etaTime}
            disabled={!expected}
            onChange={setEtaTime}
          />
        </Group>
        <Group grow>
          <NumberInput label={t("stay.adults")} value={adults} min={0} max={20} disabled={!open} onChange={(value) => setAdults(Number(value))} />
          <NumberInput label={t("stay.children")} value={children} min={0} max={20} disabled={!open} onChange={(value) => setChildren(Number(value))} />
        </Group>
        <ChannelField value={channel} disabled={!expected} onChange={setChannel} />
        <Checkbox label={t("stay.vip")} checked={vip} disabled={!open} onChange={(event) => setVip(event.currentTarget.checked)} />
        {open && (
          <Group justify="flex-end">
            <Button type="submit" disabled={!changed || wrong} loading={edit.isPending} data-testid="stay-save">
              {t("do.save")}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
