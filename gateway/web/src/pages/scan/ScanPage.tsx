/** What a scanned code leads to: a photo and "send" make a ticket. Works offline once the app is open. */
import { Alert, Button, Chip, Group, Stack, Textarea } from "@mantine/core";
import { IconQrcode, IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { Problem } from "../../api/client";
import type { FaultKind } from "../../api/finds";
import { useScanned } from "../../api/tickets";
import { useMe, useSentence } from "../../frame/me";
import { landing } from "../../frame/roles";
import { useTitle } from "../../frame/title";
import { Empty } from "../../parts/Empty";
import { PhotoField } from "../../parts/PhotoField";
import { useTell } from "../../parts/tell";
import { usePhotoOperations } from "../../parts/usePhotoOperations";
import classes from "../maintenance/Maintenance.module.css";
import { useTicketTitle } from "../maintenance/useTicketWords";

const kinds: FaultKind[] = [
  "air_conditioning",
  "light",
  "water",
  "bathroom",
  "electricity",
  "door_or_lock",
  "window_or_curtain",
  "furniture",
  "television",
  "network",
];

export function ScanPage() {
  const { t } = useTranslation();
  const { kind = "", key = "" } = useParams();
  const { staff } = useMe();
  const sentence = useSentence();
  const navigate = useNavigate();
  const tell = useTell();
  const keep = usePhotoOperations();
  const title = useTicketTitle();
  const scanned = useScanned(kind, key);
  const [what, setWhat] = useState<FaultKind>("other");
  const [text, setText] = useState("");
  const [photos, setPhotos] = useState<Blob[]>([]);
  const asset = scanned.data?.asset ?? null;
  const place = kind === "asset" ? (asset?.name ?? "") : key;
  useTitle(kind === "asset" ? place || t("assets.asset") : t("scan.title", { room: key }));

  if (scanned.error instanceof Problem && scanned.error.status === 404) {
    return <Empty icon={IconQrcode} title={t("scan.unknown_title")} text={t("scan.unknown_text", { code: `${kind}/${key}` })} />;
  }
  const offline = scanned.error instanceof Problem && scanned.error.status === 0;
  const complete = photos.length > 0 || text.trim() !== "" || what !== "other";

  const send = async () => {
    const kept = await keep(photos, {
      method: "POST",
      path: "/api/fault-reports",
      body: { kind: what, ...(kind === "asset" ? { asset_id: key } : { room: key }), unsafe: false, ...(text.trim() === "" ? {} : { text: text.trim() }) },
      subject: `fault:${key}`,
      label: { key: "oplog.labels.fault", values: { kind: t(`fault_kinds.${what}`), where: place || key } },
    });
    if (!kept) return;
    tell.done(t("mine.fault_kept"));
    void navigate(landing(staff.roles));
  };

  return (
    <Stack gap="md" className={classes.scan}>
      {scanned.error && !offline && <Alert color="orange">{sentence(scanned.error)}</Alert>}
      {offline && <Alert color="gray">{t("scan.offline")}</Alert>}
      {kind === "asset" ? (
        <div>
          <h2 className={classes.scanRoom}>{place}</h2>
          {asset !== null && (
            <span className="dim">
              {t(`asset_kinds.${asset.kind}`)} · {scanned.data?.room ?? asset.area ?? t("assets.no_place")}
            </span>
          )}
        </div>
      ) : (
        <h2 className={classes.scanRoom}>{t("found.room", { room: key })}</h2>
      )}
      {(scanned.data?.tickets ?? []).map((ticket) => (
        <Button key={ticket.id} component={Link} to={`/maintenance/tickets/${ticket.id}`} variant="default" size="md" justify="flex-start">
          #{ticket.number} · {title(ticket)} · {t(`ticket_states.${ticket.state}`)}
        </Button>
      ))}
      <PhotoField photos={photos} onChange={setPhotos} />
      <Button size="lg" leftSection={<IconSend size={20} />} disabled={!complete} onClick={() => void send()} data-testid="scan-send">
        {t("mine.fault_send")}
      </Button>
      <Chip.Group value={what} onChange={(value) => setWhat(value as FaultKind)}>
        <Group gap={8}>
          {kinds.map((one) => (
            <Chip key={one} value={one} size="md" onClick={() => what === one && setWhat("other")}>
              {t(`fault_kinds.${one}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Textarea label={t("mine.fault_text")} value={text} maxLength={500} autosize minRows={2} onChange={(event) => setText(event.currentTarget.value)} />
    </Stack>
  );
}
