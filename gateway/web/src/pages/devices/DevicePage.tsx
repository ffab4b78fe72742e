import { Alert, Skeleton } from "@mantine/core";
import { IconCircleOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { Problem } from "../../api/client";
import { useDevice } from "../../api/deviceQueries";
import type { DeviceDetail } from "../../api/types";
import { useMe, useSentence } from "../../frame/me";
import { useTitle } from "../../frame/title";
import { Empty } from "../../parts/Empty";
import { DeviceCommands } from "./DeviceCommands";
import { Approvals, Panel, Parts, Properties, Troubles } from "./DeviceFindings";
import { Asks, Head } from "./DeviceHead";
import classes from "./Devices.module.css";
import { TryIt } from "./TryIt";
import { prettyConfig, waits } from "./deviceFacts";

export function DevicePage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const { id = "" } = useParams();
  const detail = useDevice(id);
  useTitle(detail.data?.device.name ?? t("pages.devices"));
  if (detail.error && !detail.data) {
    return detail.error instanceof Problem && detail.error.status === 404 ? (
      <Empty icon={IconCircleOff} title={t("devices.page.unknown")} text={t("devices.page.unknown_text")} />
    ) : (
      <Alert color="orange">{sentence(detail.error)}</Alert>
    );
  }
  if (!detail.data) return <Skeleton height={420} radius={12} />;
  return <Whole key={id} detail={detail.data} />;
}

function Whole({ detail }: { detail: DeviceDetail }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const { device } = detail;
  return (
    <div className={classes.page} data-testid="device-page">
      <Head detail={detail} />
      <div className={classes.column}>
        {detail.gone && <Alert color="orange" icon={<IconCircleOff />}>{t("devices.page.gone")}</Alert>}
        {waits(device) && <Asks device={device} />}
        <Troubles detail={detail} />
        <Panel title={t("devices.page.properties")}>
          <Properties device={device} />
        </Panel>
        {waits(device) && may("try_out") && !detail.gone && (
          <Panel title={t("devices.try.title")}>
            <p className={`dim ${classes.lead}`}>{t("devices.try.about")}</p>
            <TryIt device={device} />
          </Panel>
        )}
        <Panel title={t("devices.page.commands")}>
          <DeviceCommands id={device.id} />
        </Panel>
      </div>
      <div className={classes.column}>
        <Parts detail={detail} />
        <Panel title={t("devices.page.approvals")}>
          <Approvals entries={detail.approvals} approved={device.approved} />
        </Panel>
        <Panel title={t("devices.page.config")}>
          <pre className={classes.config} tabIndex={0} aria-label={t("devices.page.config")}>
            {prettyConfig(detail.config)}
          </pre>
        </Panel>
      </div>
    </div>
  );
}
