/** Where the code that a supervisor shows leads: makes this browser a tablet of the house. */
import { Alert, Button, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCertificate, IconDeviceTablet } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePublic } from "../../api/session";
import { useEnrol } from "../../api/tabletQueries";
import { useSentence } from "../../frame/me";
import { Brand } from "../../parts/Brand";
import classes from "./Enrol.module.css";

export function EnrolPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const hotel = usePublic();
  const enrol = useEnrol();
  // The token stands after the '#', which browsers send to nobody. It is taken once.
  const [token] = useState(() => location.hash.slice(1));
  const name = hotel.data?.property.name;

  useEffect(() => {
    document.title = name ? `${t("enrol.title")} · ${name}` : t("enrol.title");
  }, [name, t]);

  return (
    <main className={classes.page}>
      <Stack gap="md" className={classes.inner}>
        <Brand size={44} />
        <Title order={1} size="h2">
          {name ?? t("app.name")}
        </Title>
        {enrol.data ? (
          <>
            <Alert icon={<IconDeviceTablet />} color="teal" title={t("enrol.done", { name: enrol.data.name })} data-testid="enrolled">
              {t("enrol.done_text")}
            </Alert>
            <Button component={Link} to="/sign-in" size="md" data-testid="to-sign-in">
              {t("signin.title")}
            </Button>
          </>
        ) : (
          <>
            <Text>{t("enrol.lead")}</Text>
            {!window.isSecureContext && (
              <Alert icon={<IconAlertTriangle />} color="orange">
                {t("enrol.not_secure")}
              </Alert>
            )}
            {token === "" && (
              <Alert icon={<IconAlertTriangle />} color="orange">
                {t("enrol.no_code")}
              </Alert>
            )}
            {enrol.error && (
              <Alert icon={<IconAlertTriangle />} color="orange" data-testid="enrol-refused">
                {sentence(enrol.error)}
              </Alert>
            )}
            <Button
              size="md"
              disabled={token === ""}
              loading={enrol.isPending}
              onClick={() =>
                enrol.mutate(token, {
                  onSuccess: () => {
                    history.replaceState(null, "", "/enrol");
                    void navigator.storage?.persist?.();
                  },
                })
              }
              data-testid="enrol"
            >
              {t("enrol.enrol")}
            </Button>
          </>
        )}
        <Button component="a" href="/api/tls/authority" variant="default" leftSection={<IconCertificate size={18} />}>
          {t("enrol.certificate")}
        </Button>
        <Text size="sm" c="dimmed">
          {t("enrol.certificate_text")}
        </Text>
      </Stack>
    </main>
  );
}
