import { Center, Loader } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation, useNavigate } from "react-router";
import { Button } from "@mantine/core";
import { onSignedOut, Problem } from "../api/client";
import { useSession } from "../api/session";
import type { Session } from "../api/types";
import { useLiveLine } from "../live/connection";
import { useTablet } from "../oplog/hooks";
import { tablet } from "../oplog/tablet";
import { Empty } from "../parts/Empty";
import { chooseLanguage, hasChosenLanguage } from "../words";
import classes from "./Frame.module.css";
import { Coach } from "./Coach";
import { Header } from "./Header";
import { LockScreen } from "./LockScreen";
import { MeContext } from "./me";
import { BottomBar, Rail } from "./Rail";
import { TitleContext } from "./title";
import { useFocusKept } from "./useFocusKept";
import { useKeys } from "./useKeys";
import { useIdleLock } from "./useIdleLock";
import { useNewVersion } from "./useNewVersion";

const Finder = lazy(async () => ({ default: (await import("./Finder")).Finder }));
const KeysHelp = lazy(async () => ({ default: (await import("./KeysHelp")).KeysHelp }));

/** The house's frame: who is not signed in is sent to the sign-in and comes back to the same page. */
export function Frame() {
  const session = useSession();
  const { person, locked } = useTablet();
  const { t } = useTranslation();
  const place = useLocation();
  const here = `${place.pathname}${place.search}`;

  useEffect(() => {
    const language = session.data?.staff.language;
    if (language && !hasChosenLanguage()) chooseLanguage(language, false);
  }, [session.data?.staff.language]);

  const signedOut = session.error instanceof Problem && session.error.status === 401;
  // Who has a PIN here opens the tablet with it, also when the sign-in itself has run out meanwhile.
  if (person && (signedOut || (locked && session.data !== undefined))) return <LockScreen person={person} />;
  if (signedOut) {
    return <Navigate to={`/sign-in?to=${encodeURIComponent(here)}`} replace />;
  }
  if (session.data !== undefined) {
    return (
      <MeContext value={session.data}>
        <House session={session.data} />
      </MeContext>
    );
  }
  if (session.error) {
    return (
      <Empty
        icon={IconPlugConnectedX}
        title={t("frame.unreachable")}
        text={t("frame.unreachable_text")}
        action={<Button onClick={() => void session.refetch()}>{t("do.try_again")}</Button>}
      />
    );
  }
  return (
    <Center h="100dvh">
      <Loader type="dots" aria-label={t("frame.loading")} />
    </Center>
  );
}

function House({ session }: { session: Session }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [title, setTitle] = useState("");
  const [finding, setFinding] = useState(false);
  const [keysShown, setKeysShown] = useState(false);

  const leave = useCallback(() => {
    if (tablet().lock()) return;
    queries.clear();
    void navigate(`/sign-in?to=${encodeURIComponent(`${location.pathname}${location.search}`)}`, { replace: true });
  }, [navigate, queries]);
  useLiveLine(session.staff.id, leave);
  useEffect(() => onSignedOut(leave), [leave]);
  useNewVersion();
  useIdleLock();
  useFocusKept();
  useKeys({ find: () => setFinding(true), help: () => setKeysShown(true) });

  useEffect(() => {
    document.title = title ? `${title} · ${session.property.name}` : session.property.name;
  }, [title, session.property.name]);

  const titles = useMemo(() => ({ title, setTitle }), [title]);

  return (
      <TitleContext value={titles}>
        <div className={classes.frame}>
          <a className={classes.skip} href="#content">
            {t("frame.skip")}
          </a>
          <Rail />
          <div className={classes.main}>
            <Header onFind={() => setFinding(true)} onKeys={() => setKeysShown(true)} />
            <main className={classes.content} id="content" tabIndex={-1}>
              <Outlet />
            </main>
          </div>
          <BottomBar />
        </div>
        <Coach />
        <Suspense>
          {finding && <Finder onClose={() => setFinding(false)} />}
          {keysShown && <KeysHelp onClose={() => setKeysShown(false)} />}
        </Suspense>
      </TitleContext>
  );
}
