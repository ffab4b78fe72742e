/** Settles a contradiction: somebody has looked, and says what it was. */
import { Button, Group, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Discrepancy, useResolve } from "../../../api/discrepancies";
import { useFormats } from "../../../frame/me";
import { useTell } from "../../../parts/tell";
import { useHotelNow } from "../../../time/clock";
import { findingsOf } from "./findings";
import { useSaid } from "./useSaid";

const OTHER = "other";

export function ResolveDialog({ discrepancy, onClose }: { discrepancy: Discrepancy; onClose: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useHotelNow();
  const tell = useTell();
  const { said } = useSaid();
  const resolve = useResolve();
  const [finding, setFinding] = useState<string | null>(null);
  const [text, setText] = useState("");
  const resolution = finding === OTHER ? text.trim() : (finding ?? "");

  return (
    <Modal
      opened
      onClose={onClose}
      title={<b>{t("discrepancies.settle_title", { room: discrepancy.room })}</b>}
      closeButtonProps={{ "aria-label": t("do.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (resolution === "") return;
          resolve.mutate(
            { id: discrepancy.id, resolution },
            {
              onSuccess: () => {
                tell.done(t("discrepancies.settled", { room: discrepancy.room }));
                onClose();
              },
              onError: tell.refused,
            },
          );
        }}
      >
        <Stack gap="md">
          <div>
            <p>{said(discrepancy)}</p>
            <Text size="sm" c="dimmed">
              {t("tile.since", { what: t(`axes.discrepancy.${discrepancy.kind}`), time: formats.dayTime(discrepancy.since, now) })}
            </Text>
          </div>
          <Radio.Group label={t("discrepancies.what_found")} value={finding} onChange={setFinding}>
            <Stack gap={10} mt={8}>
              {[...findingsOf(discrepancy.kind), OTHER].map((one) => (
                <Radio key={one} size="md" value={one} label={t(`discrepancies.findings.${one}`)} data-testid={`finding-${one}`} />
              ))}
            </Stack>
          </Radio.Group>
          {finding === OTHER && (
            <TextInput
              label={t("discrepancies.in_words")}
              value={text}
              maxLength={200}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
            />
          )}
          <Group justify="flex-end">
            <Button type="submit" disabled={resolution === ""} loading={resolve.isPending} data-testid="settle">
              {t("discrepancies.settle")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
