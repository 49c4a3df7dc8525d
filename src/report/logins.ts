import type { RegistryLogin, Report } from "../model.ts";
import { printable } from "./printable.ts";
import type { Style } from "./options.ts";
import { table } from "./table.ts";
import type { Column, Framed } from "./table.ts";
import { count } from "./time.ts";
import type { Word } from "./words.ts";

type Row = Framed & { readonly login: RegistryLogin };

/** What `login` wrote, or `logout` took back: one row for each registry, with its keys in docker's `config.json`. */
export function loginLines({ logins = [] }: Report, style: Style): readonly string[] {
  const { bold, dim } = style.colors;
  const columns: readonly Column<Row>[] = [
    { title: "", cell: ({ login }) => mark(login, style) },
    { title: "", fit: "cut", least: 20, cell: ({ login }) => ({ text: login.registry, paint: bold }) },
    { title: "", fit: "wrap", cell: ({ login }) => ({ text: wordsFor(login), paint: keyed(login) ? undefined : dim }) },
  ];
  return table(
    columns,
    logins.map((login) => ({ login, above: [], below: [] })),
    style.width,
  );
}

function keyed({ keys }: RegistryLogin): boolean {
  return keys.length > 0;
}

function mark({ status }: RegistryLogin, { colors }: Style): Word {
  if (status === "done") return { text: "✔", paint: colors.green };
  return status === "changed" ? { text: "▲", paint: colors.yellow } : { text: "✖", paint: colors.red };
}

function wordsFor({ keys, status, reason }: RegistryLogin): string {
  const where = keys.map(printable).join(", ");
  if (status === "done") return where;
  if (status === "failed") return reason === "not-written" ? "not written" : `not written: ${reason ?? ""}`;
  const left = "changed by somebody else since, and left as it is";
  return where === "" ? left : `${where}; the rest ${left}`;
}

/** How many, in words, and where; empty where the command is neither of the two, or came to nothing. */
export function loginSummary({ command, logins = [], dockerConfig = "", checks }: Report): string {
  if (logins.length === 0) return "";
  const amount = logins.filter(keyed).length;
  if (command === "logout") return `logged out of ${registries(amount)}`;
  const some = amount === logins.length ? registries(amount) : `${amount} of ${registries(logins.length)}`;
  const file = printable(`${dockerConfig}/config.json`);
  return checks === undefined
    ? `wrote the credentials of ${some} to ${file}, unchecked`
    : `logged in to ${some}: ${file}`;
}

function registries(amount: number): string {
  return amount === 1 ? count(amount, "registry") : `${amount} registries`;
}
