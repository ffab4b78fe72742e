/** The routes that the app calls, in the form that openapi-fetch types its calls from. */
import type {
  Arrival,
  Command,
  CommandRequest,
  Device,
  Guest,
  History,
  ImportAnswer,
  Items,
  Language,
  NewGuest,
  NewStaff,
  NewStay,
  Plan,
  Preference,
  Public,
  Purpose,
  Room,
  RoomDetail,
  Session,
  StaffMember,
  Stay,
  StayEdit,
} from "./types";

type Parameters<Query, Path> = {
  query?: [Query] extends [never] ? never : Query;
  header?: { "If-Match"?: string; "Idempotency-Key"?: string; "Content-Type"?: string };
  cookie?: never;
} & ([Path] extends [never] ? { path?: never } : { path: Path });

interface Operation<Ok, Body = never, Path = never, Query = never> {
  parameters: Parameters<Query, Path>;
  requestBody?: [Body] extends [never] ? never : { content: { "application/json": Body } };
  responses: { 200: { content: { "application/json": Ok } } };
}

interface Cleaning {
  cleanliness?: Room["cleanliness"];
  turndown?: Room["turndown"];
  availability?: Partial<Room["availability"]>;
}

interface ByNumber {
  number: string;
}

export interface paths {
  "/api/public": { get: Operation<Public> };
  "/api/session": {
    get: Operation<Session>;
    post: Operation<Session, { login: string; secret: string }>;
    delete: Operation<undefined>;
  };
  "/api/rooms": { get: Operation<Items<Room>, never, never, { floor?: string; q?: string }> };
  "/api/rooms/{number}": { get: Operation<RoomDetail, never, ByNumber> };
  "/api/rooms/{number}/status": { patch: Operation<Room, Cleaning, ByNumber> };
  "/api/rooms/{number}/commands": { post: Operation<Command, CommandRequest, ByNumber> };
  "/api/rooms/{number}/release": {
    post: Operation<unknown, { device_id?: string; property?: string }, ByNumber>;
  };
  "/api/rooms/{number}/precondition": { post: Operation<Plan, { celsius?: number; by?: string }, ByNumber> };
  "/api/rooms/{number}/history": {
    get: Operation<History, never, ByNumber, { from: string; to: string }>;
  };
  "/api/commands/{command_id}": { get: Operation<Command, never, { command_id: string }> };
  "/api/arrivals": { get: Operation<Items<Arrival>, never, never, { date?: string }> };
  "/api/stays": {
    get: Operation<Items<Stay>, never, never, { date?: string; state?: string; room?: string; q?: string }>;
    post: Operation<Stay, NewStay>;
  };
  "/api/stays/{stay_id}": { get: Operation<Stay, never, { stay_id: string }>; patch: Operation<Stay, StayEdit, { stay_id: string }> };
  "/api/stays/{stay_id}/check-in": { post: Operation<Stay, { room?: string; unready_reason?: string }, { stay_id: string }> };
  "/api/stays/{stay_id}/check-out": { post: Operation<Stay, never, { stay_id: string }> };
  "/api/stays/{stay_id}/move": { post: Operation<Stay, { room: string; reason?: string }, { stay_id: string }> };
  "/api/stays/{stay_id}/cancel": { post: Operation<Stay, never, { stay_id: string }> };
  "/api/stays/{stay_id}/no-show": { post: Operation<Stay, never, { stay_id: string }> };
  "/api/stays/{stay_id}/queue": {
    post: Operation<Stay, never, { stay_id: string }>;
    delete: Operation<Stay, never, { stay_id: string }>;
  };
  "/api/stays/{stay_id}/undo": { post: Operation<Stay, never, { stay_id: string }> };
  "/api/stays/{stay_id}/preferences": {
    get: Operation<Items<Preference>, never, { stay_id: string }>;
    put: Operation<Items<Preference>, { items: Preference[] }, { stay_id: string }>;
  };
  "/api/stays/import": { post: Operation<ImportAnswer, string, never, { partial?: boolean }> };
  "/api/guests": {
    get: Operation<Items<Guest>, never, never, { q?: string }>;
    post: Operation<Guest, NewGuest>;
  };
  "/api/guests/{guest_id}/preferences": {
    get: Operation<Items<Preference>, never, { guest_id: string }>;
    put: Operation<Items<Preference>, { items: Preference[] }, { guest_id: string }>;
  };
  "/api/devices": { get: Operation<Items<Device>> };
  "/api/devices/{device_id}/approve": { post: Operation<Device, { room: string; purpose?: Purpose }, { device_id: string }> };
  "/api/staff": { get: Operation<Items<StaffMember>>; post: Operation<StaffMember, NewStaff> };
  "/api/staff/{staff_id}/unlock": { post: Operation<StaffMember, never, { staff_id: string }> };
  "/api/me": { patch: Operation<Session, { language: Language | null }> };
}
