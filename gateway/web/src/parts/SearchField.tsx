import { TextInput, type TextInputProps } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

interface Props extends Omit<TextInputProps, "value" | "onChange" | "aria-label"> {
  /** What the address says is looked for. */
  value: string;
  onSearch: (text: string) => void;
  label: string;
}

/** Looks something up, and keeps it in the address. The address follows a moment after each letter: while somebody
 * types, the field shows what was typed and not the address, or fast typing would lose letters. */
export function SearchField({ value, onSearch, label, ...rest }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextInput
      data-search
      leftSection={<IconSearch size={17} />}
      placeholder={label}
      aria-label={label}
      {...rest}
      value={typed ?? value}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onSearch(event.currentTarget.value);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
