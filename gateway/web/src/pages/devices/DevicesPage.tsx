import { Alert, Skeleton, Tabs } from "@mantine/core";
import { IconAirConditioning, IconAlertTriangle, IconCpu, IconInbox } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useDevices } from "../../api/deviceQueries";
import { purposes } from "../../api/values";
import { useSentence } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { Empty } from "../../parts/Empty";
import { useSearchPut } from "../../parts/useSearchPut";
import { DeviceList } from "./DeviceList";
import classes from "./Devices.module.css";
import { inboxOf, shows } from "./deviceFacts";
import { EquipmentPart } from "./equipment/EquipmentPart";
import { Inbox } from "./Inbox";
import { NotTaken, refusalKinds } from "./NotTaken";

const views = ["list", "inbox", "refused", "equipment"] as const;

export function DevicesPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const devices = useDevices();
  const [search, put] = useSearchPut();
  useTitle(t("pages.devices"));
  const view = views.find((one) => one === search.get("view")) ?? "list";

  const groups = useMemo(() => inboxOf(devices.data ?? []), [devices.data]);

  if (devices.error && !devices.data) return <Alert color="orange">{sentence(devices.error)}</Alert>;
  if (!devices.data) return <Skeleton height={420} radius={12} />;
  const filter = {
    q: search.get("q") ?? "",
    show: shows.find((one) => one === search.get("show")) ?? ("all" as const),
    purpose: purposes.find((one) => one === search.get("purpose")) ?? null,
  };
  const waiting = groups.reduce((count, group) => count + group.devices.length, 0);
  return (
    <Tabs value={view} onChange={(value) => put({ view: value === "list" ? null : value })} keepMounted={false}>
      <Tabs.List mb="md" data-coach="waiting" className={classes.tabs}>
        <Tabs.Tab value="list" leftSection={<IconCpu size={17} aria-hidden />}>
          {t("devices.views.list")}
        </Tabs.Tab>
        <Tabs.Tab
          value="inbox"
          leftSection={<IconInbox size={17} aria-hidden />}
          rightSection={
            waiting > 0 ? (
              <span className="mark boxed tone-attention" data-testid="waiting-count">
                {waiting}
              </span>
            ) : undefined
          }
          data-testid="view-inbox"
        >
          {t("devices.views.inbox")}
        </Tabs.Tab>
        <Tabs.Tab value="refused" leftSection={<IconAlertTriangle size={17} aria-hidden />} data-testid="view-refused">
          {t("devices.views.refused")}
        </Tabs.Tab>
        <Tabs.Tab value="equipment" leftSection={<IconAirConditioning size={17} aria-hidden />} data-testid="view-equipment">
          {t("devices.views.equipment")}
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="list">
        {devices.data.length === 0 ? (
          <Empty icon={IconCpu} title={t("devices.none_title")} text={t("devices.none_text")} />
        ) : (
          <DeviceList devices={devices.data} filter={filter} put={put} />
        )}
      </Tabs.Panel>
      <Tabs.Panel value="inbox">
        <Inbox groups={groups} />
      </Tabs.Panel>
      <Tabs.Panel value="equipment">
        <EquipmentPart />
      </Tabs.Panel>
      <Tabs.Panel value="refused">
        <NotTaken kind={refusalKinds.find((one) => one === search.get("kind")) ?? null} put={put} />
      </Tabs.Panel>
    </Tabs>
  );
}
