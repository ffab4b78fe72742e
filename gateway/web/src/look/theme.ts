import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** Ink: the house's own colour. Meaning is never carried by it. */
const ink: MantineColorsTuple = [
  "#eef2f8",
  "#dce4ef",
  "#b7c7de",
  "#8ea8cc",
  "#6b8cbc",
  "#4a6fa5",
  "#355b93",
  "#27497c",
  "#1d3861",
  "#16243b",
];

const graphite: MantineColorsTuple = [
  "#d5d9e0",
  "#b3bac6",
  "#959eae",
  "#6d7789",
  "#434c5c",
  "#343c4a",
  "#272e39",
  "#1c212a",
  "#14181f",
  "#0e1116",
];

const sheet = { background: "var(--card)", border: "1px solid var(--line)" };

export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 5 },
  colors: { ink, dark: graphite },
  fontFamily:
    '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  headings: { fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontSizes: { xs: "0.78rem", sm: "0.875rem", md: "0.95rem", lg: "1.1rem", xl: "1.25rem" },
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    // A placeholder for the first focus is no entry of a menu; a screen reader would count it.
    Menu: { defaultProps: { shadow: "md", withinPortal: true, withInitialFocusPlaceholder: false } },
    Drawer: {
      defaultProps: { position: "right", overlayProps: { backgroundOpacity: 0.4 } },
      styles: { content: sheet, header: { background: "var(--card)" } },
    },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } },
      styles: { content: sheet, header: { background: "var(--card)" }, title: { fontWeight: 650, fontSize: "1.08rem" } },
    },
  },
});

/** Mantine's own colours follow the tokens of look.css, which know both schemes. */
const tokens = {
  "--mantine-color-body": "var(--page)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--text-dim)",
  "--mantine-color-placeholder": "var(--text-dim)",
  "--mantine-color-default": "var(--card)",
  "--mantine-color-default-hover": "var(--card-raised)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-anchor": "var(--under-way-text)",
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: tokens, dark: tokens });
