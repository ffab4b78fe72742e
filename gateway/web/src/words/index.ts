/** The app's words: English and 简体中文, chosen from the browser until a person chooses. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./en.json";
import zh from "./zh-CN.json";
import type { Language } from "../api/types";

const REMEMBERED = "innkeeper.language";

export const languages: Language[] = ["en", "zh-CN"];

function remembered(): Language | null {
  const value = localStorage.getItem(REMEMBERED);
  return languages.find((language) => language === value) ?? null;
}

function fromBrowser(): Language {
  return navigator.languages.some((tag) => /^zh\b/i.test(tag)) && !/^en\b/i.test(navigator.language)
    ? "zh-CN"
    : "en";
}

export function hasChosenLanguage(): boolean {
  return remembered() !== null;
}

export function chooseLanguage(language: Language, remember = true): void {
  if (remember) localStorage.setItem(REMEMBERED, language);
  void i18next.changeLanguage(language);
}

void i18next.use(initReactI18next).init({
  lng: remembered() ?? fromBrowser(),
  fallbackLng: "en",
  resources: { en: { translation: en }, "zh-CN": { translation: zh } },
  interpolation: { escapeValue: false },
  returnNull: false,
  showSupportNotice: false,
} as Parameters<typeof i18next.init>[0]);

function tellDocument(language: string): void {
  document.documentElement.lang = language;
}
tellDocument(i18next.language);
i18next.on("languageChanged", tellDocument);

export { i18next };
