/** One property of a device as a person drives it: asked at once, true when the device reports it. */
import { ended, useCommand, useSendCommand } from "../../api/queries";
import { useRef, useState } from "react";
import type { Command, CommandRequest, Device, DeviceProperty, JsonValue } from "../../api/types";
import { useTell } from "../../parts/tell";

export function propertyOf(device: Device, name: string): DeviceProperty | undefined {
  return device.properties.find((property) => property.name === name);
}

export interface Asked {
  value: JsonValue;
  /** null until the service has taken the request */
  commandId: string | null;
}

export type Standing =
  | { kind: "rest" }
  | { kind: "asked"; value: JsonValue; sent: boolean }
  | { kind: "refused"; command: Command };

/** What a control shows, from what was asked, how the command stands, and what the device reported. Pure. */
export function standingOf(
  asked: Asked | null,
  command: Command | undefined,
  property: Pick<DeviceProperty, "reported" | "reported_at"> | undefined,
): { shown: JsonValue; standing: Standing } {
  const reported = property?.reported ?? null;
  if (asked === null) return { shown: reported, standing: { kind: "rest" } };
  const isOurs = command !== undefined && command.id === asked.commandId;
  if (!isOurs || !ended(command)) {
    const sent = isOurs && command.state === "sent";
    return { shown: asked.value, standing: { kind: "asked", value: asked.value, sent } };
  }
  if (command.state === "confirmed") {
    // Confirmed by a report that this screen has not fetched yet: it may not blink back meanwhile.
    const isNews =
      property?.reported_at != null &&
      command.ended_at !== null &&
      Date.parse(property.reported_at) >= Date.parse(command.ended_at);
    return { shown: isNews ? reported : asked.value, standing: { kind: "rest" } };
  }
  if (command.state === "superseded") return { shown: reported, standing: { kind: "rest" } };
  return { shown: reported, standing: { kind: "refused", command } };
}

/**
 * The revision that the person saw, so that two do not overwrite each other unseen. Not while the screen still
 * shows the one that their own last request made old: they know what they asked. Pure.
 */
export function revisionToSend(shown: number | undefined, ownAt: number | undefined): number | undefined {
  return shown === ownAt ? undefined : shown;
}

/** What can be asked of a device: unknown is no wish. */
export type Wanted = NonNullable<JsonValue>;

export interface Control {
  property: DeviceProperty | undefined;
  shown: JsonValue;
  standing: Standing;
  ask: (value: Wanted) => void;
}

export function useControl(
  room: string,
  device: Device,
  name: string,
  level: CommandRequest["level"],
): Control {
  const tell = useTell();
  const send = useSendCommand(room);
  const [asked, setAsked] = useState<Asked | null>(null);
  const command = useCommand(asked?.commandId ?? null);
  const property = propertyOf(device, name);
  // The revision that our own last request made old.
  const own = useRef<number | undefined>(undefined);
  const { shown, standing } = standingOf(asked, command.data, property);

  const ask = (value: Wanted) => {
    setAsked({ value, commandId: null });
    const revision = revisionToSend(property?.revision, own.current);
    send.mutate(
      { device_id: device.id, property: name, value, ...(level ? { level } : {}), ...(revision === undefined ? {} : { revision }) },
      {
        onSuccess: (made) => {
          own.current = property?.revision;
          setAsked((now) => (now?.value === value ? { value, commandId: made.id } : now));
        },
        onError: (error) => {
          setAsked(null);
          tell.refused(error);
        },
      },
    );
  };
  return { property, shown, standing, ask };
}
