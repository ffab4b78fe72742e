/** Short names for the shapes of the HTTP interface; schema.d.ts is generated from the service's own description. */
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Session = Shapes["SessionAnswer"];
export type Public = Shapes["PublicAnswer"];
export type SignIn = Shapes["PublicSignIn"];
export type Role = Shapes["Role"];
export type Language = NonNullable<Session["staff"]["language"]>;

export type Room = Shapes["Room"];
export type RoomDetail = Shapes["RoomDetail"];
export type Climate = Shapes["Climate"];
export type Phase = Climate["phase"];
export type Cleanliness = Shapes["Cleanliness"];
export type Reservation = Shapes["Reservation"];
export type Panel = Room["panel"];
export type Presence = Room["presence"];
export type AvailabilityState = Shapes["AvailabilityState"];
export type Blocker = Shapes["Blocker"];
export type StaySummary = Shapes["StaySummary"];

export type RoomSuggestion = Shapes["RoomSuggestion"];

export type Device = Shapes["Device"];
export type DeviceProperty = Shapes["DeviceProperty"];
export type ChangedWay = Shapes["ChangedWay"];
export type DeviceDetail = Shapes["DeviceDetail"];
export type ApprovalEntry = Shapes["ApprovalEntry"];
export type ApprovalLine = Shapes["ApprovalLine"];
export type ApproveOne = Shapes["ApproveOne"];
export type RetainedCommand = Shapes["RetainedCommand"];
export type DiagnosisRule = Shapes["DiagnosisRule"];
export type Finding = Shapes["Finding"];
export type Mute = Shapes["Mute"];
export type DemoFault = Shapes["FaultToInject"]["fault"];
export type Verdict = Shapes["FindingVerdict"]["verdict"];
export type Refusal = Shapes["Refusal"];
export type JsonValue = DeviceProperty["reported"];
export type Purpose = Device["purpose"];
export type Hold = Shapes["Hold"];
export type Level = Hold["level"];
export type Plan = Shapes["Plan"];
export type ArrivalRecord = Shapes["ArrivalRecord"];
export type RoomModel = Shapes["RoomModelReading"];
export type Weather = Shapes["WeatherReading"];
export type Habit = Shapes["Habit"];
export type Equipment = Shapes["EquipmentHeld"];
export type EquipmentToPut = Shapes["EquipmentToPut"];
export type ComfortFigures = Shapes["ComfortFigures"];
export type Command = Shapes["Command"];
export type CommandState = Command["state"];
export type CommandRequest = Shapes["CommandRequest"];

export type HandsOff = Room["hands_off"][number];
export type ActionRequest = Shapes["ActionRequest"];
export type ActionDetail = Shapes["ActionDetail"];
export type OutcomeState = ActionDetail["outcomes"][number]["state"];

export type History = Shapes["History"];
export type SeriesName = Shapes["Series"]["name"];
export type TimelineEvent = Shapes["TimelineEvent"];

export type Arrival = Shapes["Arrival"];
export type Stay = Shapes["Stay"];
export type StayState = Shapes["StayState"];
export type NewStay = Shapes["StayToMake"];
export type StayEdit = Shapes["StayEdit"];
export type Preference = Shapes["Preference"];
export type PreferenceKey = Shapes["PreferenceKey"];
export type ImportAnswer = Shapes["ImportResult"];

export type StaffMember = Shapes["StaffAnswer"];
export type NewStaff = Shapes["StaffNew"];

export type ProblemBody = Shapes["Problem"];

/** What an air conditioner does, where a device says so in the common words. */
export type ClimateAction = "off" | "heating" | "cooling" | "drying" | "idle" | "fan";
