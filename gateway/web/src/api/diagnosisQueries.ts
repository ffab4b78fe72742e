/** Diagnosis as hooks: rules, findings and mutes. Rounds come every minute and announce nothing: it is asked again. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../live/keys";
import { api, ask } from "./client";
import type { DemoFault, Verdict } from "./types";

const AGAIN_MILLISECONDS = 10_000;

export function useDiagnosisRules() {
  return useQuery({
    queryKey: keys.diagnosisRules,
    queryFn: async () => (await ask(api.GET("/api/diagnosis/rules"))).items,
    refetchInterval: AGAIN_MILLISECONDS,
  });
}

export function useFindings(waiting: boolean) {
  return useQuery({
    queryKey: [...keys.findings, waiting ? "waiting" : "all"],
    queryFn: async () =>
      (await ask(api.GET("/api/diagnosis/findings", { params: { query: waiting ? { waiting: true } : { limit: 60 } } }))).items,
    refetchInterval: AGAIN_MILLISECONDS,
  });
}

export function useMutes() {
  return useQuery({ queryKey: keys.mutes, queryFn: async () => (await ask(api.GET("/api/diagnosis/mutes"))).items });
}

function useAfterwards() {
  const queries = useQueryClient();
  return () => {
    for (const queryKey of [keys.diagnosisRules, keys.findings, keys.mutes]) void queries.invalidateQueries({ queryKey });
  };
}

export function useApproveRule() {
  const onSettled = useAfterwards();
  return useMutation({
    mutationFn: ({ code, version, approved }: { code: string; version: number; approved: boolean }) =>
      ask(
        api.PUT("/api/diagnosis/rules/{code}", {
          params: { path: { code }, header: { "If-Match": `"${version}"` } },
          body: { approved },
        }),
      ),
    onSettled,
  });
}

export function useOpenTicketFor() {
  const onSettled = useAfterwards();
  return useMutation({
    mutationFn: (id: string) =>
      ask(api.POST("/api/diagnosis/findings/{finding_id}/ticket", { params: { path: { finding_id: id } } })),
    onSettled,
  });
}

export function useJudge() {
  const onSettled = useAfterwards();
  return useMutation({
    mutationFn: ({ id, verdict }: { id: string; verdict: Verdict }) =>
      ask(
        api.POST("/api/diagnosis/findings/{finding_id}/verdict", {
          params: { path: { finding_id: id } },
          body: { verdict },
        }),
      ),
    onSettled,
  });
}

export function useMute() {
  const onSettled = useAfterwards();
  return useMutation({
    mutationFn: (mute: { fault: string; asset_key: string; until: string }) =>
      ask(api.POST("/api/diagnosis/mutes", { body: mute })),
    onSettled,
  });
}

export function useUnmute() {
  const onSettled = useAfterwards();
  return useMutation({
    mutationFn: (mute: { fault: string; asset_key: string }) =>
      ask(api.DELETE("/api/diagnosis/mutes", { params: { query: mute } })),
    onSettled,
  });
}

/** Only in the demo: break something in a room, or mend it. */
export function useInjectFault() {
  return useMutation({
    mutationFn: (wish: { room: string; fault: DemoFault; active: boolean }) => ask(api.POST("/api/demo/faults", { body: wish })),
  });
}
