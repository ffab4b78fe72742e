/** Takes an asset out of the registry: asked once more, and where tickets are open they are shown to go to. */
import { Alert, Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { type AssetDetail, useRemoveAsset } from "../../../api/assets";
import { Problem } from "../../../api/client";
import { Mark } from "../../../parts/marks";
import { useTell } from "../../../parts/tell";
import { stateLook } from "../ticketLook";
import classes from "./Assets.module.css";

type OpenTicket = { id: string; number: number; state: AssetDetail["tickets"][number]["state"] };

/** The open tickets that a refusal names; null for every other one. */
function ticketsOf(error: unknown): OpenTicket[] | null {
  if (!(error instanceof Problem) || error.code !== "asset_has_tickets") return null;
  return error.values.tickets as OpenTicket[];
}

export function RemoveAsset({ asset, onClose }: { asset: AssetDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const tell = useTell();
  const remove = useRemoveAsset(asset.id);
  const open = ticketsOf(remove.error);
  if (open !== null) {
    return (
      <Alert color="orange" title={t("assets.has_tickets_title")} role="alert" data-testid="asset-remove-refused">
        <p>{t("assets.has_tickets_text")}</p>
        <ul className={classes.open}>
          {open.map((ticket) => (
            <li key={ticket.id} className={classes.line}>
              <Link to={`/maintenance/tickets/${ticket.id}`}>#{ticket.number}</Link>
              <Mark look={stateLook[ticket.state]} word={t(`ticket_states.${ticket.state}`)} />
            </li>
          ))}
        </ul>
        <Button variant="default" onClick={onClose}>
          {t("do.close")}
        </Button>
      </Alert>
    );
  }
  return (
    <Alert color="orange" title={t("assets.remove_title")}>
      <p>{t("assets.remove_text")}</p>
      <div className={classes.links}>
        <Button variant="default" onClick={onClose}>
          {t("do.cancel")}
        </Button>
        <Button
          color="red"
          loading={remove.isPending}
          onClick={() =>
            remove.mutate(asset.version, {
              onSuccess: () => {
                tell.done(t("assets.removed", { name: asset.name }));
                void navigate("/maintenance/assets");
              },
              onError: (error) => {
                if (ticketsOf(error) !== null) return;
                onClose();
                tell.refused(error);
              },
            })
          }
          data-testid="asset-remove-sure"
        >
          {t("assets.remove")}
        </Button>
      </div>
    </Alert>
  );
}
