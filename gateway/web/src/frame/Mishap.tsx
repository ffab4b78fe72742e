import { Button } from "@mantine/core";
import { IconTool } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Empty } from "../parts/Empty";

/** A page that failed to draw; also a page whose file is gone because a newer version was installed. */
export function Mishap() {
  const { t } = useTranslation();
  return (
    <Empty
      icon={IconTool}
      title={t("mishap.title")}
      text={t("mishap.text")}
      action={<Button onClick={() => location.reload()}>{t("mishap.reload")}</Button>}
    />
  );
}
