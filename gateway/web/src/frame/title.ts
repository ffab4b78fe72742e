import { createContext, useContext, useEffect } from "react";

export const TitleContext = createContext<{ title: string; setTitle: (title: string) => void }>({
  title: "",
  setTitle: () => undefined,
});

/** Names the page in the header and on the browser's tab. */
export function useTitle(title: string): void {
  const { setTitle } = useContext(TitleContext);
  useEffect(() => setTitle(title), [setTitle, title]);
}
