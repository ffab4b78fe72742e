import { Kbd, Modal, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "./me";
import { mayOpen } from "./roles";
import { goKeys } from "./useKeys";

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { staff } = useMe();
  const rows: [string[], string][] = [
    [["Ctrl", "K"], t("keys.find")],
    [["/"], t("keys.search")],
    [["?"], t("keys.help")],
    [["←", "→"], t("keys.neighbours")],
    ...Object.entries(goKeys)
      .filter(([, page]) => mayOpen(staff.roles, page))
      .map(([key, page]): [string[], string] => [["g", key], t("keys.go", { page: t(`pages.${page}`) })]),
    [["Esc"], t("keys.close")],
  ];
  return (
    <Modal opened onClose={onClose} title={t("frame.keys")} closeButtonProps={{ "aria-label": t("do.close") }}>
      <Table verticalSpacing="xs">
        <Table.Tbody>
          {rows.map(([pressed, meaning]) => (
            <Table.Tr key={meaning}>
              <Table.Td w={120}>
                {pressed.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{meaning}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
