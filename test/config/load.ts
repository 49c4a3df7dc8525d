import { loadConfig } from "../../src/config/index.ts";
import type { ConfigSource, Loaded } from "../../src/config/index.ts";
import type { Problem } from "../../src/errors.ts";
import type { Config } from "../../src/model.ts";

export const AGE = "age14t5jy87042mz0jazdds7pxfxp6hmc6qsghgc6a9c6q35n9n04qsqsj68ym";
export const BASIC = "auth: { basic: { username: acme-ci, password: { env: TOKEN } } }";
export const HUB = `docker-hub: { type: docker-hub, ${BASIC} }`;
export const PROD = `prod: { namespaces: [apps, payments], encrypt: { sops: { age: [${AGE}] } } }`;
export const EDGE = `edge: { namespaces: [shop], encrypt: { sops: { age: [${AGE}] } } }`;

export function load(text: string | Uint8Array, options: Partial<ConfigSource> = {}): Loaded {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return loadConfig({ file: "registries.yaml", bytes, folder: "/repo/config", root: "/repo", ...options });
}

/** A file with these entries, one on each line: the first registry stands in line 3. */
export function fileOf(registries: readonly string[], clusters: readonly string[] = [PROD], rest = ""): string {
  const block = (key: string, entries: readonly string[]) =>
    entries.length === 0 ? "" : [`${key}:`, ...entries.map((entry) => `  ${entry}`), ""].join("\n");
  return `version: 1\n${registries.length === 0 ? "registries: {}\n" : block("registries", registries)}${block("clusters", clusters)}${rest}`;
}

/** What is wrong with a file; where nothing is, what is worth saying. */
export function saidOf(text: string | Uint8Array, options: Partial<ConfigSource> = {}): readonly Problem[] {
  const loaded = load(text, options);
  return loaded.status === "valid" ? loaded.notes : loaded.problems;
}

export function notesOf(text: string): readonly Problem[] {
  const loaded = load(text);
  return loaded.status === "valid" ? loaded.notes : [];
}

export function problemsOf(text: string | Uint8Array, options: Partial<ConfigSource> = {}): readonly Problem[] {
  const loaded = load(text, options);
  return loaded.status === "valid" ? [] : loaded.problems;
}

/** Problems and notes as `LINE:COLUMN code`, which is how most tests look at them. */
export function placesOf(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ code, location }) => `${location?.line ?? 0}:${location?.column ?? 0} ${code}`);
}

/** `message — hint` of all that is said about a file. */
export function wordsOf(text: string, options: Partial<ConfigSource> = {}): readonly string[] {
  return saidOf(text, options).map(({ message, hint }) => `${message} — ${hint ?? ""}`);
}

export function configOf(text: string, options: Partial<ConfigSource> = {}): Config {
  const loaded = load(text, options);
  if (loaded.status === "invalid") throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  return loaded.config;
}
