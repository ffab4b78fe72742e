/** Takes a table along as a file. */
import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** `query`: what is asked beside the format, as it stands in the address. `children`: further entries. */
export function ExportMenu({ table, query = {}, children }: { table: string; query?: Record<string, string>; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={17} />}>
          {t("files.take")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {["xlsx", "csv"].map((format) => (
          <Menu.Item key={format} component="a" href={`/api/exports/${table}?${new URLSearchParams({ format, ...query }).toString()}`}>
            {format.toUpperCase()}
          </Menu.Item>
        ))}
        {children}
      </Menu.Dropdown>
    </Menu>
  );
}
