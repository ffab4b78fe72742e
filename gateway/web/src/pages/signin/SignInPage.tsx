import { Alert, Button, Menu, PasswordInput, SegmentedControl, Stack, Text, TextInput, Title, useMantineColorScheme } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle, IconLanguage, IconMoon, IconSun } from "@tabler/icons-react";
import { type SyntheticEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate, useSearchParams } from "react-router";
import { usePublic, useSession, useSignIn } from "../../api/session";
import type { Role, SignIn } from "../../api/types";
import { useSentence } from "../../frame/me";
import { landing } from "../../frame/roles";
import { Brand } from "../../parts/Brand";
import { PIN_DIGITS, PinPad } from "../../parts/PinPad";
import { chooseLanguage, languages } from "../../words";
import { Facade } from "./Facade";
import classes from "./SignIn.module.css";

type Way = "pin" | "password";

const WAY = "innkeeper.sign-in-way";
const shownFirst: Role[] = ["front_desk", "manager", "supervisor", "attendant", "engineer", "administrator"];
const keypadRoles: Role[] = ["attendant", "engineer"];

function rememberedWay(): Way {
  return localStorage.getItem(WAY) === "pin" ? "pin" : "password";
}

/** Only a place inside the app; never another host. */
function safePlace(to: string | null): string | null {
  return to !== null && /^\/(?![/\\])/.test(to) && !to.startsWith("/sign-in") ? to : null;
}

function Corner() {
  const { t } = useTranslation();
  const { colorScheme, toggleColorScheme } = useMantineColorScheme();
  return (
    <div className={classes.corner}>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="subtle" color="gray" leftSection={<IconLanguage size={18} />} data-testid="language">
            {t("frame.language")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {languages.map((language) => (
            <Menu.Item key={language} lang={language} onClick={() => chooseLanguage(language)} data-testid={`language-${language}`}>
              {t(`languages.${language}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Button variant="subtle" color="gray" px="xs" aria-label={t("frame.theme")} onClick={() => toggleColorScheme()}>
        {colorScheme === "dark" ? <IconSun size={18} /> : <IconMoon size={18} />}
      </Button>
    </div>
  );
}

export function SignInPage() {
  const { t } = useTranslation();
  const sentence = useSentence();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const session = useSession();
  const hotel = usePublic();
  const signIn = useSignIn();
  const [way, setWay] = useState<Way>(rememberedWay);
  const to = safePlace(search.get("to"));
  const name = hotel.data?.property.name;

  useEffect(() => {
    document.title = name ? `${t("signin.title")} · ${name}` : t("signin.title");
  }, [name, t]);

  if (session.data) return <Navigate to={to ?? landing(session.data.staff.roles)} replace />;

  const enter = (login: string, secret: string) =>
    signIn.mutate(
      { login, secret },
      { onSuccess: (entered) => void navigate(to ?? landing(entered.staff.roles), { replace: true }) },
    );

  return (
    <main className={classes.page}>
      <div className={classes.cover}>
        <div className={classes.house}>
          <Brand size={40} />
          <span>{t("app.name")}</span>
        </div>
        <div className={classes.saying}>
          <p className={classes.promise}>{t("signin.promise")}</p>
          <p>{t("signin.promise_more")}</p>
        </div>
        <Facade className={classes.facade} />
      </div>
      <div className={classes.form}>
        <Corner />
        <div className={classes.inner}>
          <Title order={1} size="h2" mb={4} data-testid="property-name">
            {name ?? t("app.name")}
          </Title>
          <Text c="dimmed" mb="lg">
            {t("signin.lead")}
          </Text>
          {hotel.data?.needs_first_administrator && (
            <Alert icon={<IconInfoCircle />} mb="lg" title={t("signin.first_title")} data-testid="first-administrator">
              {t("signin.first_text")} <code>{t("signin.first_command")}</code>
            </Alert>
          )}
          {hotel.error && (
            <Alert icon={<IconAlertTriangle />} color="orange" mb="lg">
              {sentence(hotel.error)}
            </Alert>
          )}
          <SegmentedControl
            fullWidth
            size="md"
            mb="lg"
            value={way}
            onChange={(next) => {
              setWay(next as Way);
              localStorage.setItem(WAY, next);
              signIn.reset();
            }}
            data={[
              { value: "password", label: t("signin.by_password") },
              { value: "pin", label: t("signin.by_pin") },
            ]}
            data-testid="sign-in-way"
          />
          {way === "password" ? (
            <ByPassword onEnter={enter} busy={signIn.isPending} />
          ) : (
            <ByPin key={signIn.failureCount + (signIn.isError ? 1 : 0)} onEnter={enter} busy={signIn.isPending} />
          )}
          <div aria-live="assertive">
            {signIn.error && (
              <Alert icon={<IconAlertTriangle />} color="orange" mt="md" data-testid="sign-in-refused">
                {sentence(signIn.error)}
              </Alert>
            )}
          </div>
          {hotel.data && hotel.data.sign_ins.length > 0 && (
            <DemoSignIns signIns={hotel.data.sign_ins} onEnter={enter} busy={signIn.isPending} />
          )}
        </div>
      </div>
    </main>
  );
}

interface EnterProps {
  onEnter: (login: string, secret: string) => void;
  busy: boolean;
}

function ByPassword({ onEnter, busy }: EnterProps) {
  const { t } = useTranslation();
  const [login, setLogin] = useState("");
  const [secret, setSecret] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onEnter(login.trim(), secret);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t("signin.login")}
          size="md"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
          data-testid="login"
        />
        <PasswordInput
          label={t("signin.password")}
          size="md"
          autoComplete="current-password"
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("signin.show_password") }}
          data-testid="secret"
        />
        <Button type="submit" size="md" mt="xs" loading={busy} disabled={login.trim() === "" || secret === ""} data-testid="sign-in">
          {t("signin.enter")}
        </Button>
      </Stack>
    </form>
  );
}

function ByPin({ onEnter, busy }: EnterProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState(() => localStorage.getItem("innkeeper.code") ?? "");
  const [pin, setPin] = useState("");
  const codeField = useRef<HTMLInputElement>(null);

  const typed = (next: string) => {
    setPin(next);
    if (next.length < PIN_DIGITS) return;
    if (code.trim() === "") {
      codeField.current?.focus();
      return;
    }
    localStorage.setItem("innkeeper.code", code.trim());
    onEnter(code.trim(), next);
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (code.trim() !== "" && pin.length === PIN_DIGITS) onEnter(code.trim(), pin);
      }}
    >
      <Stack gap="md">
        <TextInput
          ref={codeField}
          label={t("signin.code")}
          size="md"
          inputMode="text"
          autoComplete="username"
          autoCapitalize="characters"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          data-testid="code"
        />
        <PinPad pin={pin} onChange={typed} busy={busy} />
        <Button type="submit" size="md" loading={busy} disabled={code.trim() === "" || pin.length < PIN_DIGITS} data-testid="sign-in">
          {t("signin.enter")}
        </Button>
      </Stack>
    </form>
  );
}

function DemoSignIns({ signIns, onEnter, busy }: EnterProps & { signIns: SignIn[] }) {
  const { t } = useTranslation();
  return (
    <div className={classes.demo}>
      <Text size="sm" c="dimmed">
        {t("signin.demo")}
      </Text>
      <div className={classes.demoList}>
        {[...signIns]
          .sort((a, b) => shownFirst.indexOf(a.role) - shownFirst.indexOf(b.role))
          .map((signIn) => (
          <button
            key={`${signIn.role}-${signIn.login}`}
            type="button"
            className={classes.demoKey}
            disabled={busy}
            onClick={() => onEnter(signIn.login, signIn.secret)}
            data-testid={`demo-${signIn.role}`}
          >
            <span>
              {t(`roles.${signIn.role}`)}
              <small>
                {signIn.name} · {keypadRoles.includes(signIn.role) ? t("signin.with_pin", { code: signIn.login }) : signIn.login}
              </small>
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
