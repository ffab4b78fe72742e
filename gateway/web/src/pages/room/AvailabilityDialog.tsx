/** Takes a room out of sale: why, from when, until when, and how it comes back. A refusal stands in the form. */
import { Alert, Button, Checkbox, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { SegmentedControl } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Problem } from "../../api/client";
import { useHousekeepingSettings } from "../../api/housekeeping";
import { useSetAvailability } from "../../api/queries";
import type { AvailabilityState, Cleanliness, RoomDetail } from "../../api/types";
import { useFormats, useMe, useSentence } from "../../frame/me";
import { type Moment, MomentField } from "../../parts/MomentField";
import { useTell } from "../../parts/tell";
import { hotelNow } from "../../time/clock";
import { addDays, instantOf, wallTime } from "../../time/zone";
import { cleanlinessUsed } from "./steps";

const LONGEST_REASON = 200;

export function AvailabilityDialog({ room, onClose }: { room: RoomDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { zone } = useFormats();
  const sentence = useSentence();
  const tell = useTell();
  const set = useSetAvailability(room);
  const settings = useHousekeepingSettings();
  const kept = room.availability;
  const [state, setState] = useState<AvailabilityState>(kept.state === "out_of_service" ? "out_of_service" : "out_of_order");
  const [reason, setReason] = useState(kept.reason ?? "");
  const [since, setSince] = useState<Moment | null>(() => (kept.from === null ? null : wallTime(Date.parse(kept.from), zone)));
  const [until, setUntil] = useState<Moment | null>(() => (kept.until === null ? null : wallTime(Date.parse(kept.until), zone)));
  const [returns, setReturns] = useState<Cleanliness>(kept.return_status ?? "dirty");
  const used = cleanlinessUsed(settings.data ?? { pickup_used: true, inspected_used: true });
  const today = () => wallTime(hotelNow(), zone);
  const iso = (moment: Moment | null) => (moment === null ? null : new Date(instantOf(moment.date, moment.time, zone)).toISOString());
  const complete = reason.trim() !== "" && (since === null || since.time !== "") && (until === null || until.time !== "");

  const save = () =>
    set.mutate(
      { state, reason: reason.trim(), from: iso(since), until: iso(until), return_status: returns },
      {
        onSuccess: () => {
          tell.done(t("room.now_is", { number: room.number, state: t(`axes.availability.${state}`) }));
          onClose();
        },
      },
    );
  const stays = set.error instanceof Problem && set.error.code === "room_promised" ? promised(set.error) : [];

  return (
    <Modal
      opened
      onClose={onClose}
      title={<b>{t("off_sale.title", { room: room.number })}</b>}
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) save();
        }}
      >
        <Stack gap="md">
          <SegmentedControl
            fullWidth
            value={state}
            onChange={setState}
            data={(["out_of_order", "out_of_service"] as const).map((one) => ({ value: one, label: t(`axes.availability.${one}`) }))}
            aria-label={t("off_sale.which")}
          />
          <p className="dim" style={{ fontSize: "0.88rem" }}>
            {t(`off_sale.meaning.${state === "out_of_service" ? "out_of_service" : "out_of_order"}`)}
          </p>
          <TextInput
            label={t("off_sale.reason")}
            value={reason}
            maxLength={LONGEST_REASON}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
            data-testid="off-sale-reason"
          />
          <Checkbox
            label={t("off_sale.from_now")}
            checked={since === null}
            onChange={(event) => setSince(event.currentTarget.checked ? null : today())}
          />
          {since !== null && <MomentField label={t("off_sale.from")} value={since} onChange={setSince} />}
          <Checkbox
            label={t("off_sale.open_end")}
            checked={until === null}
            onChange={(event) => setUntil(event.currentTarget.checked ? null : { date: addDays(today().date, 1), time: "12:00" })}
            data-testid="off-sale-open-end"
          />
          {until !== null && <MomentField label={t("off_sale.until")} value={until} onChange={setUntil} />}
          <Select
            label={t("off_sale.returns")}
            data={used.map((one) => ({ value: one, label: t(`axes.cleanliness.${one}`) }))}
            value={returns}
            onChange={(value) => value && setReturns(value)}
            allowDeselect={false}
          />
          {set.error && (
            <Alert color="orange" icon={<IconAlertTriangle size={20} />} role="alert" data-testid="off-sale-refused">
              {sentence(set.error)}
              {may("desk") &&
                stays.map((stay) => (
                  <div key={stay}>
                    <Link to={`/arrivals?state=all&stay=${encodeURIComponent(stay)}`}>{t("room.open_stay")}</Link>
                  </div>
                ))}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("do.cancel")}
            </Button>
            <Button type="submit" disabled={!complete} loading={set.isPending} data-testid="off-sale-save">
              {t("off_sale.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The stays that the room is given to, as far as the refusal names them. */
function promised(problem: Problem): string[] {
  const { stay_ids: ids } = problem.values;
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === "string").slice(0, 3) : [];
}
