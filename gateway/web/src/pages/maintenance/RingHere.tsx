/** Whether this browser rings when a critical ticket calls who is signed in. */
import { Button, Group } from "@mantine/core";
import { IconBell, IconBellOff, IconBellRinging } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../frame/me";
import { useTell } from "../../parts/tell";
import { pushState, type PushState, ringHere, ringNoMore } from "./push";

export function RingHere({ onChange }: { onChange: () => void }) {
  const { t, i18n } = useTranslation();
  const { staff } = useMe();
  const tell = useTell();
  const [state, setState] = useState<PushState | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let here = true;
    void pushState().then((found) => here && setState(found));
    return () => {
      here = false;
    };
  }, []);
  if (state === null) return null;
  const change = async (step: () => Promise<PushState>) => {
    setBusy(true);
    try {
      setState(await step());
      onChange();
    } catch (error) {
      tell.refused(error);
    } finally {
      setBusy(false);
    }
  };
  const group = (name: string) => i18n.getResource(i18n.language, "translation", name) as Record<string, string>;
  const words = {
    line: t("on_call.push_line", { number: "{{number}}", fault: "{{fault}}", where: "{{where}}" }),
    room: t("on_call.push_room", { room: "{{room}}" }),
    house: t("on_call.house"),
    faults: group("faults"),
    fault_kinds: group("fault_kinds"),
  };
  if (typeof state === "string" && state !== "off") {
    return (
      <Group gap={8} wrap="nowrap" className="dim" my="sm" data-testid="ring-state">
        <IconBellOff size={18} aria-hidden />
        <span>{t(`on_call.push_${state}`)}</span>
      </Group>
    );
  }
  const ringing = state === "off" ? null : state;
  const mine = ringing?.staff_id === staff.id;
  return (
    <Group gap={12} my="sm" data-testid="ring-state">
      {ringing ? <IconBellRinging size={18} aria-hidden /> : <IconBell size={18} aria-hidden />}
      <span style={{ flex: 1, minWidth: 180 }}>{ringing ? t("on_call.rings_for", { name: ringing.name }) : t("on_call.rings_not")}</span>
      {!mine && (
        <Button variant="light" loading={busy} onClick={() => void change(() => ringHere({ id: staff.id, name: staff.name }, words))} data-testid="ring-here">
          {t("on_call.ring_here")}
        </Button>
      )}
      {ringing && (
        <Button variant="subtle" color="gray" loading={busy} onClick={() => void change(() => ringNoMore(ringing))} data-testid="ring-no-more">
          {t("on_call.ring_no_more")}
        </Button>
      )}
    </Group>
  );
}
