import type { Problem } from "../errors.ts";
import type { Change, Check, RegistryLogin, Report } from "../model.ts";
import { printable } from "./printable.ts";

/**
 * The envelope of `--output json` (design, section 4; published as `schema/output/COMMAND.schema.json`), indented, with
 * a newline at its end.
 *
 * Every key of a command (but the `checks` of a `login` without `--check`) is always there, in the order of the design:
 * what does not apply is an empty list, an empty string or null.
 */
export function renderJson(report: Report): string {
  return `${JSON.stringify(envelope(report), null, 2)}\n`;
}

function envelope(report: Report): object {
  const { version, command, ok, errors, warnings } = report;
  return {
    ...{ version, command, ok, errors: errors.map(problem), warnings: warnings.map(problem) },
    ...(hasChecks(report) ? { checks: (report.checks ?? []).map(check) } : {}),
    ...(command === "plan" || command === "apply" ? files(report) : {}),
    ...(command === "apply" ? { published: report.published ?? null } : {}),
    ...(command === "login" || command === "logout" ? logins(report) : {}),
  };
}

/** `login` checks only when it is told to. */
function hasChecks({ command, checks }: Report): boolean {
  return command === "login" ? checks !== undefined : command !== "validate" && command !== "logout";
}

function logins({ logins = [], dockerConfig }: Report): object {
  return { logins: logins.map(login), dockerConfig: dockerConfig ?? null };
}

function login({ registry, keys, status, reason }: RegistryLogin): object {
  return { registry, keys, status, reason };
}

function files({ changed = false, changes = [] }: Report): object {
  return { changed, changes: changes.map(change) };
}

function problem({ code, message, hint = "", location }: Problem): object {
  return { code, message: printable(message), hint: printable(hint), location: location ?? null };
}

function check(row: Check): object {
  const { name, type, host, credential, status, stage, proved, milliseconds, requests } = row;
  const { expiresAt, canPush, rateLimit, message, hint, location } = row;
  return {
    ...{ name, type, host, credential, status, stage, proved, milliseconds: Math.round(milliseconds), requests },
    ...{ expiresAt, canPush, rateLimit },
    ...{ message: printable(message), hint: printable(hint), location },
  };
}

function change({ action, reason, path, cluster, namespace, secret, registries, expiresAt }: Change): object {
  return { action, reason, path, cluster, namespace, secret, registries, expiresAt };
}
