/** Tablets of the house: enrol one by a code, see who enrolled which when, take one away. */
import { Alert, Badge, Button, Group, Modal, Skeleton, Stack, Table, Text, TextInput } from "@mantine/core";
import { IconCertificate, IconInfoCircle, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useInvite, useRevokeTablet, useTablets, useTls } from "../../api/tabletQueries";
import { useFormats, useSentence } from "../../frame/me";
import { useTell } from "../../parts/tell";
import { useHotelNow } from "../../time/clock";
import classes from "./Settings.module.css";

const LONGEST_NAME = 60;

export function TabletsSection() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const tell = useTell();
  const { dayTime } = useFormats();
  const now = useHotelNow();
  const tablets = useTablets();
  const tls = useTls();
  const revoke = useRevokeTablet();
  const [adding, setAdding] = useState(false);
  return (
    <section className={`card ${classes.section} ${classes.whole}`}>
      <Group justify="space-between" mb={6}>
        <h2>{t("tablets.title")}</h2>
        <Button size="sm" leftSection={<IconPlus size={17} />} onClick={() => setAdding(true)} data-testid="tablet-add">
          {t("tablets.add")}
        </Button>
      </Group>
      {tls.data && !window.isSecureContext && (
        <Alert icon={<IconInfoCircle />} color="orange" mb="sm">
          {t("tablets.needs_https")} <code>{t("tablets.https_command")}</code>
        </Alert>
      )}
      {tls.data?.fingerprint && (
        <div className={classes.line}>
          <Button component="a" href="/api/tls/authority" variant="default" size="sm" style={{ flex: "none" }} leftSection={<IconCertificate size={17} />}>
            {t("enrol.certificate")}
          </Button>
          <span className={classes.fingerprint}>
            {t("tablets.fingerprint")} <code>{tls.data.fingerprint}</code>
          </span>
        </div>
      )}
      {tablets.error ? (
        <Text size="sm">{sentence(tablets.error)}</Text>
      ) : !tablets.data ? (
        <Skeleton height={80} />
      ) : tablets.data.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("tablets.none")}
        </Text>
      ) : (
        <div className={classes.scroll}>
          <Table verticalSpacing="sm" horizontalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("tablets.name")}</Table.Th>
                <Table.Th>{t("tablets.enrolled")}</Table.Th>
                <Table.Th>{t("tablets.seen")}</Table.Th>
                <Table.Th />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {tablets.data.map((tablet) => (
                <Table.Tr key={tablet.id} style={tablet.revoked_at === null ? undefined : { opacity: 0.6 }}>
                  <Table.Td fw={600}>{tablet.name}</Table.Td>
                  <Table.Td>
                    {tablet.enrolled_by} · {dayTime(tablet.enrolled_at, now)}
                  </Table.Td>
                  <Table.Td>{tablet.seen_at === null ? t("tablets.never") : dayTime(tablet.seen_at, now)}</Table.Td>
                  <Table.Td ta="right">
                    {tablet.revoked_at === null ? (
                      <Button
                        size="compact-md"
                        variant="default"
                        leftSection={<IconTrash size={16} />}
                        onClick={() =>
                          revoke.mutate(tablet.id, {
                            onSuccess: () => tell.done(t("tablets.revoked", { name: tablet.name })),
                            onError: tell.refused,
                          })
                        }
                        data-testid={`revoke-${tablet.name}`}
                      >
                        {t("tablets.revoke")}
                      </Button>
                    ) : (
                      <Badge variant="light" color="gray">
                        {t("tablets.revoked_by", { name: tablet.revoked_by })}
                      </Badge>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {adding && <AddTablet onClose={() => setAdding(false)} />}
    </section>
  );
}

function AddTablet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const invite = useInvite();
  const [name, setName] = useState("");
  return (
    <Modal opened onClose={onClose} title={t("tablets.add")} closeButtonProps={{ "aria-label": t("do.close") }} centered>
      {invite.data ? (
        <Stack align="center" gap="sm">
          <img src={invite.data.qr} alt={t("tablets.code_alt", { name: invite.data.name })} width={280} height={280} data-testid="tablet-qr" />
          <Text ta="center">{t("tablets.scan", { name: invite.data.name })}</Text>
          <code className={classes.address} data-testid="tablet-url">
            {invite.data.url}
          </code>
          <Text size="sm" c="dimmed" ta="center">
            {t("tablets.once")}
          </Text>
        </Stack>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== "") invite.mutate(name.trim());
          }}
        >
          <Stack gap="md">
            <TextInput
              label={t("tablets.name")}
              description={t("tablets.name_hint")}
              maxLength={LONGEST_NAME}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
              data-testid="tablet-name"
            />
            {invite.error && (
              <Text size="sm" c="var(--wrong-text)">
                {sentence(invite.error)}
              </Text>
            )}
            <Button type="submit" disabled={name.trim() === ""} loading={invite.isPending} data-testid="tablet-show-code">
              {t("tablets.show_code")}
            </Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
