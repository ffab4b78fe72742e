/** Moving an ETA by taps: shown at once, sent when the taps pause, taken back when refused. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEditStay } from "../../api/stays";
import type { Arrival } from "../../api/types";
import { useFormats } from "../../frame/me";
import { keys } from "../../live/keys";
import { useTell } from "../../parts/tell";
import { hotelNow } from "../../time/clock";

const PAUSE_MILLISECONDS = 650;

export function useEtaEdit(arrival: Arrival) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const tell = useTell();
  const { dayTime } = useFormats();
  const edit = useEditStay();
  const [draft, setDraft] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const before = useRef<string | null>(null);
  const sending = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const version = () => {
    const lists = queries.getQueriesData<Arrival[]>({ queryKey: keys.arrivals });
    const known = lists.flatMap(([, list]) => list ?? []).filter((other) => other.stay_id === arrival.stay_id);
    return Math.max(arrival.version, ...known.map((other) => other.version));
  };

  const send = () => {
    const eta = wanted.current;
    if (eta === null || sending.current) return;
    sending.current = true;
    edit.mutate(
      { id: arrival.stay_id, version: version(), edit: { eta } },
      {
        onSuccess: () => {
          sending.current = false;
          if (wanted.current !== eta) {
            send();
            return;
          }
          const old = before.current;
          wanted.current = null;
          before.current = null;
          setDraft(null);
          tell.done(
            t("arrivals.eta_moved", { who: arrival.guest ?? arrival.confirmation, time: dayTime(eta, hotelNow()) }),
            old === null ? undefined : () => propose(old, 0),
            `eta-${arrival.stay_id}`,
          );
        },
        onError: (error) => {
          sending.current = false;
          wanted.current = null;
          before.current = null;
          setDraft(null);
          tell.refused(error);
        },
      },
    );
  };
  const latestSend = useRef(send);
  useEffect(() => {
    latestSend.current = send;
  });

  const propose = useCallback(
    (eta: string, wait = PAUSE_MILLISECONDS) => {
      if (wanted.current === null) before.current = arrival.eta;
      wanted.current = eta;
      setDraft(eta);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => latestSend.current(), wait);
    },
    [arrival.eta],
  );

  // A filter or another day may take the row away before the taps paused: what was shown is still meant.
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      if (wanted.current !== null) latestSend.current();
    },
    [],
  );

  return { shown: draft ?? arrival.eta, pending: draft !== null, propose };
}
