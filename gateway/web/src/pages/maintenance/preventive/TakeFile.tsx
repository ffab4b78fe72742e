/** The figures as a file for a spreadsheet program. */
import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function TakeFile({ table }: { table: string }) {
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
          <Menu.Item key={format} component="a" href={`/api/preventive/export/${table}?format=${format}`}>
            {format.toUpperCase()}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
