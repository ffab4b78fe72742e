/** The tablet is locked: the last person's PIN opens it, with and without network. */
import { Alert, Anchor, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useSignOut, useUnlock } from "../api/session";
import type { Person } from "../oplog/database";
import { isOpen } from "../oplog/operations";
import { useTablet } from "../oplog/hooks";
import { Brand } from "../parts/Brand";
import { PIN_DIGITS, PinPad } from "../parts/PinPad";
import classes from "./LockScreen.module.css";
import { useSentence } from "./me";

export function LockScreen({ person }: { person: Person }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const navigate = useNavigate();
  const unlock = useUnlock();
  const signOut = useSignOut();
  const { operations } = useTablet();
  const [pin, setPin] = useState("");
  const unsent = operations.filter(isOpen).length;

  useEffect(() => {
    document.title = t("lock.title");
  }, [t]);

  const typed = (next: string) => {
    setPin(next);
    if (next.length < PIN_DIGITS) return;
    unlock.mutate({ code: person.code, pin: next }, { onError: () => setPin("") });
  };
  return (
    <main className={classes.page} data-testid="lock">
      <div className={classes.inner}>
        <Brand size={44} />
        <Title order={1} size="h3" mt="md">
          {person.name}
        </Title>
        <Text c="dimmed" mb="lg">
          {t("lock.lead")}
        </Text>
        <PinPad pin={pin} onChange={typed} busy={unlock.isPending} />
        <div aria-live="assertive">
          {unlock.error && (
            <Alert icon={<IconAlertTriangle />} color="orange" mt="md" data-testid="lock-refused">
              {sentence(unlock.error)}
            </Alert>
          )}
        </div>
        {unsent > 0 && (
          <Text size="sm" mt="md" data-testid="lock-unsent">
            {t("lock.unsent", { count: unsent })}
          </Text>
        )}
        <Anchor
          component="button"
          type="button"
          mt="lg"
          onClick={() => signOut.mutate(undefined, { onSettled: () => void navigate("/sign-in") })}
          data-testid="lock-other"
        >
          {t("lock.somebody_else")}
        </Anchor>
      </div>
    </main>
  );
}
