import { createBrowserRouter, Navigate } from "react-router";
import { ForRole } from "./ForRole";
import { Frame } from "./Frame";
import { Landing } from "./Landing";
import { Lost } from "./Lost";
import { Mishap } from "./Mishap";

export const router = createBrowserRouter([
  {
    path: "/sign-in",
    errorElement: <Mishap />,
    lazy: async () => ({ Component: (await import("../pages/signin/SignInPage")).SignInPage }),
    HydrateFallback: () => null,
  },
  {
    path: "/enrol",
    errorElement: <Mishap />,
    lazy: async () => ({ Component: (await import("../pages/enrol/EnrolPage")).EnrolPage }),
    HydrateFallback: () => null,
  },
  {
    path: "/",
    element: <Frame />,
    errorElement: <Mishap />,
    HydrateFallback: () => null,
    children: [
      { index: true, element: <Landing /> },
      {
        path: "arrivals",
        errorElement: <Mishap />,
        element: <ForRole page="arrivals" />,
        children: [
          {
            index: true,
            lazy: async () => ({ Component: (await import("../pages/arrivals/ArrivalsPage")).ArrivalsPage }),
          },
        ],
      },
      {
        path: "rooms",
        errorElement: <Mishap />,
        lazy: async () => ({ Component: (await import("../pages/rooms/RoomsPage")).RoomsPage }),
      },
      {
        path: "rooms/:number",
        errorElement: <Mishap />,
        lazy: async () => ({ Component: (await import("../pages/room/RoomPage")).RoomPage }),
      },
      {
        path: "housekeeping",
        errorElement: <Mishap />,
        element: <ForRole page="housekeeping" />,
        children: [
          {
            lazy: async () => ({ Component: (await import("../pages/housekeeping/HousekeepingPage")).HousekeepingPage }),
            children: [
              {
                index: true,
                lazy: async () => ({ Component: (await import("../pages/housekeeping/HousekeepingHome")).HousekeepingHome }),
              },
              {
                path: "board",
                lazy: async () => ({ Component: (await import("../pages/housekeeping/board/BoardPage")).BoardPage }),
              },
              {
                path: "tasks",
                lazy: async () => ({ Component: (await import("../pages/housekeeping/tasks/TasksPage")).TasksPage }),
              },
              {
                path: "round",
                lazy: async () => ({ Component: (await import("../pages/housekeeping/round/RoundPage")).RoundPage }),
              },
              {
                path: "mine",
                lazy: async () => ({ Component: (await import("../pages/housekeeping/mine/MinePage")).MinePage }),
              },
              {
                path: "discrepancies",
                lazy: async () => ({
                  Component: (await import("../pages/housekeeping/discrepancies/DiscrepanciesPage")).DiscrepanciesPage,
                }),
              },
              {
                path: "found",
                lazy: async () => ({ Component: (await import("../pages/housekeeping/found/FoundPage")).FoundPage }),
              },
              {
                path: "counts",
                lazy: async () => ({ Component: (await import("../pages/housekeeping/counts/CountsPage")).CountsPage }),
              },
              {
                path: "setup",
                lazy: async () => ({ Component: (await import("../pages/housekeeping/setup/SetupPage")).SetupPage }),
              },
            ],
          },
        ],
      },
      {
        path: "maintenance",
        errorElement: <Mishap />,
        element: <ForRole page="maintenance" />,
        children: [
          {
            lazy: async () => ({ Component: (await import("../pages/maintenance/MaintenancePage")).MaintenancePage }),
            children: [
              {
                index: true,
                lazy: async () => ({ Component: (await import("../pages/maintenance/MaintenanceHome")).MaintenanceHome }),
              },
              {
                path: "board",
                lazy: async () => ({ Component: (await import("../pages/maintenance/BoardPage")).BoardPage }),
              },
              {
                path: "mine",
                lazy: async () => ({ Component: (await import("../pages/maintenance/MyTicketsPage")).MyTicketsPage }),
              },
              {
                path: "on-call",
                lazy: async () => ({ Component: (await import("../pages/maintenance/OnCallPage")).OnCallPage }),
              },
              {
                path: "diagnosis",
                lazy: async () => ({ Component: (await import("../pages/maintenance/diagnosis/DiagnosisPage")).DiagnosisPage }),
              },
              {
                path: "assets",
                lazy: async () => ({ Component: (await import("../pages/maintenance/assets/AssetsPage")).AssetsPage }),
              },
              {
                path: "assets/labels",
                lazy: async () => ({ Component: (await import("../pages/maintenance/assets/LabelsPage")).LabelsPage }),
              },
              {
                path: "levels",
                lazy: async () => ({ Component: (await import("../pages/maintenance/LevelsPage")).LevelsPage }),
              },
              {
                path: "preventive",
                lazy: async () => ({ Component: (await import("../pages/maintenance/preventive/PreventivePage")).PreventivePage }),
              },
              {
                path: "replacement",
                lazy: async () => ({ Component: (await import("../pages/maintenance/replacement/ReplacementPage")).ReplacementPage }),
              },
              {
                path: "codes",
                lazy: async () => ({ Component: (await import("../pages/maintenance/CodesPage")).CodesPage }),
              },
            ],
          },
          {
            path: "assets/:id",
            lazy: async () => ({ Component: (await import("../pages/maintenance/assets/AssetPage")).AssetPage }),
          },
          {
            path: "tickets/:id",
            lazy: async () => ({ Component: (await import("../pages/maintenance/ticket/TicketPage")).TicketPage }),
          },
        ],
      },
      {
        path: "scan/:kind/:key",
        errorElement: <Mishap />,
        lazy: async () => ({ Component: (await import("../pages/scan/ScanPage")).ScanPage }),
      },
      {
        path: "comfort",
        errorElement: <Mishap />,
        element: <ForRole page="comfort" />,
        children: [
          {
            index: true,
            lazy: async () => ({ Component: (await import("../pages/comfort/ComfortPage")).ComfortPage }),
          },
        ],
      },
      {
        path: "devices",
        errorElement: <Mishap />,
        element: <ForRole page="devices" />,
        children: [
          {
            index: true,
            lazy: async () => ({ Component: (await import("../pages/devices/DevicesPage")).DevicesPage }),
          },
          {
            path: ":id",
            lazy: async () => ({ Component: (await import("../pages/devices/DevicePage")).DevicePage }),
          },
        ],
      },
      {
        path: "settings",
        errorElement: <Mishap />,
        lazy: async () => ({ Component: (await import("../pages/settings/SettingsPage")).SettingsPage }),
      },
      { path: "sign-in/*", element: <Navigate to="/sign-in" replace /> },
      { path: "*", element: <Lost /> },
    ],
  },
]);
