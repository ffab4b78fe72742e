/** Who is called when a critical ticket comes up, in order; each ten minutes the next, until somebody has heard. */
import { ActionIcon, Alert, Button, Group, Select, Skeleton, TextInput } from "@mantine/core";
import { IconArrowUp, IconBellRinging, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngineers, useOnCall, usePutOnCall } from "../../api/tickets";
import { useMe, useSentence } from "../../frame/me";
import { Empty } from "../../parts/Empty";
import { useTell } from "../../parts/tell";
import classes from "./Maintenance.module.css";
import { RingHere } from "./RingHere";

interface Person {
  staff_id: string;
  email: string | null;
}

export function OnCallPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const sentence = useSentence();
  const tell = useTell();
  const list = useOnCall();
  const put = usePutOnCall();
  const keeps = may("keep_on_call");
  const engineers = useEngineers(keeps);
  const [who, setWho] = useState<string | null>(null);
  const [email, setEmail] = useState("");
  if (list.error && !list.data) return <Alert color="orange">{sentence(list.error)}</Alert>;
  if (!list.data) return <Skeleton height={240} radius={12} />;
  const people: Person[] = list.data.map((one) => ({ staff_id: one.staff_id, email: one.email }));
  const save = (items: Person[]) => put.mutate(items, { onError: tell.refused });
  const free = (engineers.data ?? []).filter((one) => !people.some((person) => person.staff_id === one.id));
  return (
    <div className={classes.scan}>
      <p className="dim">{t("on_call.text")}</p>
      <RingHere onChange={() => void list.refetch()} />
      {list.data.length === 0 ? (
        <Empty icon={IconBellRinging} title={t("on_call.none_title")} text={t("on_call.none_text")} />
      ) : (
        <ol className={classes.steps}>
          {list.data.map((one, index) => (
            <li key={one.staff_id} className={classes.costLine}>
              <span>
                <b>
                  {index + 1}. {one.name}
                </b>{" "}
                <span className="dim">{[one.email, one.browsers > 0 && t("on_call.browsers", { count: one.browsers })].filter(Boolean).join(" · ")}</span>
              </span>
              {keeps && (
                <Group gap={4} wrap="nowrap">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    disabled={index === 0}
                    aria-label={t("on_call.up", { name: one.name })}
                    onClick={() => {
                      const next = [...people];
                      const [moved] = next.splice(index, 1);
                      if (moved) next.splice(index - 1, 0, moved);
                      save(next);
                    }}
                  >
                    <IconArrowUp size={18} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    aria-label={t("on_call.remove", { name: one.name })}
                    onClick={() => save(people.filter((person) => person.staff_id !== one.staff_id))}
                  >
                    <IconTrash size={18} />
                  </ActionIcon>
                </Group>
              )}
            </li>
          ))}
        </ol>
      )}
      {keeps && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (who === null) return;
            put.mutate([...people, { staff_id: who, email: email.trim() === "" ? null : email.trim() }], {
              onSuccess: () => {
                setWho(null);
                setEmail("");
              },
              onError: tell.refused,
            });
          }}
        >
          <Group gap={8} align="flex-end">
            <Select label={t("on_call.who")} data={free.map((one) => ({ value: one.id, label: one.name }))} value={who} onChange={setWho} />
            <TextInput label={t("on_call.email")} type="email" value={email} maxLength={200} onChange={(event) => setEmail(event.currentTarget.value)} style={{ flex: 1, minWidth: 180 }} />
            <Button type="submit" disabled={who === null} loading={put.isPending}>
              {t("maintenance.add")}
            </Button>
          </Group>
        </form>
      )}
    </div>
  );
}
