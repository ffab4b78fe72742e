/** The shapes of the HTTP interface. Times are ISO 8601 with offset, hotel time; temperatures in °C; null is unknown. */

export type Role = "front_desk" | "attendant" | "supervisor" | "engineer" | "manager" | "administrator";
export type Language = "en" | "zh-CN";
export type JsonValue = boolean | number | string | null;

export interface Session {
  staff: { id: string; code: string; name: string; roles: Role[]; language: Language | null };
  property: { id: string; name: string; timezone: string; temperature_unit: string; business_date: string };
  now: string;
  speed: number;
  demo: boolean;
}

export interface SignIn {
  role: Role;
  login: string;
  secret: string;
  name: string;
}

export interface Public {
  property: { name: string };
  demo: boolean;
  sign_ins: SignIn[];
  needs_first_administrator: boolean;
}

export type Cleanliness = "dirty" | "pickup" | "clean" | "inspected";
export type Reservation = "arrival" | "arrived" | "stayover" | "due_out" | "departed" | "day_use";
export type Panel = "none" | "do_not_disturb" | "make_up_room";
export type AvailabilityState = "sellable" | "out_of_order" | "out_of_service";
export type Blocker = "occupied" | "not_clean" | "not_inspected" | "out_of_order" | "out_of_service";
export type Presence = "unknown" | "empty" | "present" | "asleep";
export type ClimateAction = "off" | "heating" | "cooling" | "drying" | "idle" | "fan";
export type Phase =
  | "unoccupied"
  | "preconditioning"
  | "ready"
  | "occupied"
  | "away"
  | "asleep"
  | "window_open"
  | "hands_off"
  | "unknown";

export interface Climate {
  temperature_celsius: number | null;
  humidity_percent: number | null;
  wanted_celsius: number | null;
  setpoint_celsius: number | null;
  mode: string | null;
  action: ClimateAction | null;
  phase: Phase;
  ready_at: string | null;
  window_open: boolean | null;
  door_open: boolean | null;
  online: boolean | null;
  reason: string;
  reason_code: string;
  reason_values: Record<string, unknown>;
}

export interface Room {
  number: string;
  floor: string;
  section: string | null;
  type: { code: string; name: string };
  area_square_metres: number | null;
  version: number;
  front_office: "vacant" | "occupied";
  cleanliness: Cleanliness;
  reservation: Reservation[];
  panel: Panel;
  panel_since: string | null;
  service: "expected" | "declined";
  turndown: "not_required" | "required" | "completed";
  availability: {
    state: AvailabilityState;
    reason: string | null;
    from: string | null;
    until: string | null;
    return_status: string | null;
  };
  queue_since: string | null;
  discrepancy: "none" | "skip" | "sleep" | "person";
  presence: Presence;
  ready: boolean;
  blocked_by: Blocker[];
  climate: Climate;
  next_arrival: { stay_id: string; eta: string; vip: boolean } | null;
  open_tickets: number;
}

export type Purpose =
  | "air_conditioner"
  | "ceiling_light"
  | "bedside_light"
  | "light"
  | "curtain"
  | "room_temperature"
  | "room_humidity"
  | "door"
  | "window"
  | "presence"
  | "do_not_disturb"
  | "make_up_room"
  | "power"
  | "outdoor_temperature"
  | "other";

export interface DeviceProperty {
  name: string;
  reported: JsonValue;
  desired: JsonValue;
  revision: number;
  reported_at: string | null;
  accepts: boolean;
  options: string[] | null;
  low: number | null;
  high: number | null;
  step: number | null;
  unit: string | null;
}

export interface Device {
  id: string;
  key: string;
  name: string;
  maker: string | null;
  model: string | null;
  room: string | null;
  purpose: Purpose;
  component: string;
  available: boolean | null;
  approved: boolean;
  suggested_room: string | null;
  last_seen: string | null;
  properties: DeviceProperty[];
}

export type Level =
  | "safety"
  | "engineer"
  | "guest"
  | "front_desk"
  | "arrival_plan"
  | "housekeeping"
  | "energy_saving";

export interface Hold {
  device_id: string;
  property: string;
  level: Level;
  value: JsonValue;
  since: string;
  by: string;
}

export type EtaSource = "default" | "booking" | "guest" | "desk" | "pms" | "live";

export interface Plan {
  stay_id: string | null;
  eta: string;
  eta_source: EtaSource;
  wanted_celsius: number;
  start_at: string;
  ready_by: string;
  predicted_ready_at: string | null;
  lead_minutes: number;
  state: "waiting" | "running" | "ready" | "done" | "dropped";
  reason: string;
  reason_code: string;
  reason_values: Record<string, unknown>;
}

export type StayState = "reserved" | "checked_in" | "checked_out" | "cancelled" | "no_show";

/** A stay as a room page needs it. `guest` is null or masked for roles that may not read names. */
export interface StaySummary {
  stay_id: string;
  confirmation: string;
  state: StayState;
  guest: string | null;
  vip: boolean;
  arrival_date: string;
  departure_date: string;
  eta: string | null;
}

export interface RoomDetail extends Room {
  connecting: string[];
  devices: Device[];
  plan: Plan | null;
  stays: StaySummary[];
  hold: Hold[];
}

export type CommandState = "queued" | "sent" | "confirmed" | "rejected" | "timed_out" | "superseded" | "expired";

export interface Command {
  id: string;
  room: string | null;
  device_id: string;
  device_name: string;
  property: string;
  value: JsonValue;
  state: CommandState;
  level: Level;
  cause: string;
  by: string;
  made_at: string;
  sent_at: string | null;
  ended_at: string | null;
  expires_at: string;
  detail: string | null;
}

export interface CommandRequest {
  device_id?: string;
  purpose?: Purpose;
  property: string;
  value: JsonValue;
  revision?: number;
  level?: "front_desk" | "guest" | "engineer";
  reason?: string;
}

export type SeriesName =
  | "temperature_celsius"
  | "humidity_percent"
  | "setpoint_celsius"
  | "power_watts"
  | "wanted_celsius"
  | "outdoor_celsius";

export interface TimelineEvent {
  at: string;
  kind: string;
  code: string;
  values: Record<string, unknown>;
  by: string | null;
}

export interface History {
  from: string;
  to: string;
  now: string;
  series: { name: SeriesName; step: boolean; points: [string, number | null][] }[];
  /** time, p10, p50, p90 in °C */
  forecast: [string, number, number, number][];
  plan: Plan | null;
  eta: { at: string; earliest: string; latest: string } | null;
  windows_open: [string, string | null][];
  commands: Command[];
  events: TimelineEvent[];
}

export interface Stay {
  id: string;
  confirmation: string;
  state: StayState;
  room: string | null;
  room_type: string;
  arrival_date: string;
  departure_date: string;
  eta: string | null;
  eta_source: EtaSource;
  etd: string | null;
  adults: number;
  children: number;
  vip: boolean;
  day_use: boolean;
  booking_id: string;
  shares_with: string[];
  guests: { id: string; name: string | null; primary: boolean }[];
  checked_in_at: string | null;
  checked_out_at: string | null;
  queue_since: string | null;
  version: number;
  unready_reason: string | null;
  undo: { action: string } | null;
}

export interface NewStay {
  room_type?: string;
  room?: string;
  arrival_date: string;
  departure_date: string;
  eta?: string;
  guest_ids?: string[];
  guest?: NewGuest;
  adults?: number;
  children?: number;
  vip?: boolean;
  day_use?: boolean;
  booking_id?: string;
  confirmation?: string;
}

export interface StayEdit {
  eta?: string;
  room?: string;
  room_type?: string;
  arrival_date?: string;
  departure_date?: string;
  etd?: string;
  adults?: number;
  children?: number;
  vip?: boolean;
}

export interface NewGuest {
  given_name: string;
  family_name: string;
  language?: string;
  email?: string;
  phone?: string;
  vip?: boolean;
}

export interface Guest {
  id: string;
  given_name: string;
  family_name: string;
  language: string | null;
  email: string | null;
  phone: string | null;
  vip: boolean;
  version: number;
}

export type PreferenceKey =
  | "cooling_celsius"
  | "heating_celsius"
  | "light_scene"
  | "light_percent"
  | "curtain_percent"
  | "wish";

export interface Preference {
  key: PreferenceKey;
  value: JsonValue;
  unit: string | null;
  source: "guest" | "desk" | "pms" | "learned";
  scope: "profile" | "stay";
  stay_id: string | null;
}

export interface Arrival {
  stay_id: string;
  confirmation: string;
  guest: string | null;
  vip: boolean;
  room: string | null;
  room_type: string;
  eta: string | null;
  eta_source: EtaSource;
  state: StayState;
  version: number;
  ready: boolean;
  blocked_by: Blocker[];
  queue_since: string | null;
  predicted_ready_at: string | null;
  climate: Climate | null;
  plan: Plan | null;
  wishes: string[];
}

export interface ImportAnswer {
  imported: number;
  refused: { line: number; field: string | null; code: string; message: string; values: Record<string, unknown> }[];
}

export interface StaffMember {
  id: string;
  code: string;
  name: string;
  login: string | null;
  roles: Role[];
  language: Language | null;
  active: boolean;
  locked: boolean;
  has_pin: boolean;
  has_password: boolean;
  version: number;
}

export interface NewStaff {
  code: string;
  name: string;
  roles: Role[];
  login?: string;
  pin?: string;
  password?: string;
  language?: Language;
}

export interface Items<T> {
  items: T[];
  next: string | null;
}

/** RFC 9457 problem details with our stable `code`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code?: string;
  values?: Record<string, unknown>;
  errors?: { line?: number; field?: string; code: string; message: string; values?: Record<string, unknown> }[];
}
