import { Button } from "@mantine/core";
import { IconCompass } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Empty } from "../parts/Empty";

export function Lost() {
  const { t } = useTranslation();
  return (
    <Empty
      icon={IconCompass}
      title={t("lost.title")}
      text={t("lost.text")}
      action={
        <Button component={Link} to="/">
          {t("lost.home")}
        </Button>
      }
    />
  );
}
