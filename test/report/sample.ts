import pc from "picocolors";
import type { Change, Check, Report } from "../../src/model.ts";
import { renderText } from "../../src/report/index.ts";
import type { TextOptions } from "../../src/report/index.ts";

export const NOW = new Date("2026-11-21T12:00:00Z");

export function at(line: number, column = 3): { file: string; line: number; column: number } {
  return { file: "registries.yaml", line, column };
}

/** A credential that may pull. */
export function check(differs: Partial<Check> = {}): Check {
  return {
    ...{ name: "docker-hub", type: "docker-hub", host: "docker.io", credential: "auth", status: "ok", stage: "pull" },
    ...{ proved: "pull", milliseconds: 41.4, requests: 3, expiresAt: null, canPush: null, rateLimit: null },
    ...{ message: "", hint: "", location: at(5) },
    ...differs,
  };
}

/** A new pull secret in `prod-eu`. */
export function change(differs: Partial<Change> = {}): Change {
  const cluster = differs.cluster ?? "prod-eu";
  const namespace = differs.namespace === undefined ? "apps" : differs.namespace;
  const file = namespace === null ? "kustomization.yaml" : `${namespace}/regcred.sops.yaml`;
  return {
    ...{ action: "create", reason: "new", path: `pull-secrets/${cluster}/${file}`, cluster, namespace },
    ...{ secret: namespace === null ? null : "regcred", registries: ["docker-hub"], expiresAt: null },
    ...differs,
  };
}

export function report(differs: Partial<Report> = {}): Report {
  return { version: 1, command: "apply", ok: true, errors: [], warnings: [], ...differs };
}

/** What a terminal shows, without colours unless asked for. */
export function text(of: Report, options: Partial<TextOptions> = {}): string {
  return renderText(of, { colors: pc.createColors(false), now: NOW, ...options });
}
