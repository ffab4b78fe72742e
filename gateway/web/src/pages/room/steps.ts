/** Which status of a room a person may set from the one it has; the service's own tables decide. Pure. */
import type { Cleanliness, Role, Room } from "../../api/types";

type Turndown = Room["turndown"];

const leads: Role[] = ["supervisor", "manager"];

const turndownSteps: Record<Turndown, Partial<Record<Turndown, Role[]>>> = {
  not_required: { required: [...leads, "front_desk"], completed: [...leads, "attendant"] },
  required: { completed: [...leads, "attendant"], not_required: [...leads, "front_desk"] },
  completed: { required: [...leads, "attendant"], not_required: leads },
};

export function turndownChoices(roles: readonly Role[], from: Turndown): Turndown[] {
  const steps = turndownSteps[from];
  return (["required", "completed", "not_required"] as const).filter((to) => steps[to]?.some((role) => roles.includes(role)));
}

/** What a property uses of the cleanliness: without "pickup" such a room is dirty, without "inspected" it is clean. */
export function cleanlinessUsed({ pickup_used, inspected_used }: { pickup_used: boolean; inspected_used: boolean }): Cleanliness[] {
  return (["dirty", "pickup", "clean", "inspected"] as const).filter(
    (one) => (one !== "pickup" || pickup_used) && (one !== "inspected" || inspected_used),
  );
}
