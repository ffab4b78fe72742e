/** A guide of at most four steps on the real page; it never blocks what it points at. */
import { Button, Group, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import classes from "./Coach.module.css";
import { useMe } from "./me";
import { landing } from "./roles";
import { endCoach, rememberGuided, startCoach, useCoachOpen, wasGuided } from "./coachState";

const steps: Record<string, string[]> = {
  arrivals: ["summary", "arrival", "eta", "tools"],
  rooms: ["legend", "tile", "tools"],
  room: ["axes", "chart", "controls", "timeline"],
  devices: ["waiting", "tools"],
  mine: ["list", "now", "extras", "tools"],
  board: ["plan", "lanes", "parts", "tools"],
};

function guideOf(pathname: string): string | null {
  const [, first, second] = pathname.split("/");
  if (first === "rooms" && second) return "room";
  // Housekeeping's tabs have guides of their own.
  if (first === "housekeeping") return second !== undefined && second in steps ? second : null;
  return first !== undefined && first in steps ? first : null;
}

const NOTE_WIDTH = 340;
const NOTE_HEIGHT = 190;
const APPEAR_MILLISECONDS = 900;

export function Coach() {
  const { pathname } = useLocation();
  const guide = guideOf(pathname);
  const open = useCoachOpen();
  const { roles } = useMe().staff;
  // By itself the guide comes once for a role, on the page where its work begins.
  const begins = landing(roles);
  const isFirst = (pathname === begins || (begins === "/housekeeping" && guide !== null && pathname.startsWith(begins))) && !wasGuided(roles);

  useEffect(() => {
    if (!isFirst) return;
    const timer = setTimeout(startCoach, APPEAR_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [isFirst]);

  if (guide === null || !open) return null;
  return <Steps key={guide} guide={guide} />;
}

function Steps({ guide }: { guide: string }) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const [box, setBox] = useState<DOMRect | null>(null);
  const wanted = steps[guide] ?? [];
  const step = wanted[at];

  const { roles } = useMe().staff;

  const end = useCallback(() => {
    rememberGuided(roles);
    endCoach();
  }, [roles]);

  useEffect(() => {
    if (step === undefined) return;
    let shown = false;
    // What it points at may come a moment after the page.
    const measure = () => {
      const target = document.querySelector(`[data-coach="${step}"]`);
      if (target !== null && !shown) target.scrollIntoView({ block: "center", behavior: "instant" });
      shown = target !== null;
      setBox(target?.getBoundingClientRect() ?? null);
    };
    measure();
    const timer = setInterval(measure, 400);
    const escape = (event: KeyboardEvent) => event.key === "Escape" && end();
    window.addEventListener("keydown", escape);
    return () => {
      clearInterval(timer);
      window.removeEventListener("keydown", escape);
    };
  }, [step, end]);

  if (step === undefined) return null;
  const last = at === wanted.length - 1;
  const below = box === null || box.bottom + NOTE_HEIGHT < window.innerHeight;
  const place =
    box === null
      ? { right: 24, bottom: 90 }
      : {
          left: Math.max(12, Math.min(box.left, window.innerWidth - NOTE_WIDTH - 12)),
          top: below ? box.bottom + 14 : Math.max(70, Math.min(box.top, window.innerHeight) - NOTE_HEIGHT),
        };
  return (
    <>
      {box !== null && (
        <div
          className={classes.ring}
          style={{ left: box.left - 6, top: box.top - 6, width: box.width + 12, height: box.height + 12 }}
        />
      )}
      <section className={classes.note} style={place} aria-label={t("coach.title")} data-testid="coach">
        <Text size="xs" c="dimmed" mb={4}>
          {t("coach.progress", { at: at + 1, of: wanted.length })}
        </Text>
        <Text fw={650} mb={4}>
          {t(`coach.${guide}.${step}.title`)}
        </Text>
        <Text size="sm" role="status">
          {t(`coach.${guide}.${step}.text`)}
        </Text>
        <Group justify="space-between" mt="md">
          <Button variant="subtle" color="gray" size="sm" onClick={end} data-testid="coach-skip">
            {last ? t("do.close") : t("coach.skip")}
          </Button>
          <Button size="sm" onClick={() => (last ? end() : setAt(at + 1))} data-testid="coach-next">
            {last ? t("coach.done") : t("coach.next")}
          </Button>
        </Group>
      </section>
    </>
  );
}
