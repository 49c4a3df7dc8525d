import type { Finding } from "./finding.ts";

const FORBIDDEN = ["GITHUB_", "ACTIONS_", "RUNNER_", "INPUT_", "SOPS_", "REGCRED_"];

/**
 * Why an environment variable may not be a source: the runner's own tokens and our own keys would otherwise go to
 * whichever registry the file names.
 */
export function refuseVariable(name: string, type: unknown): Omit<Finding, "at"> | undefined {
  // Windows takes `github_token` for `GITHUB_TOKEN`.
  const upper = name.toUpperCase();
  const prefix = FORBIDDEN.find((start) => upper.startsWith(start));
  if (prefix === undefined || (upper === "GITHUB_TOKEN" && type === "ghcr")) return undefined;
  const exception = upper === "GITHUB_TOKEN" ? "; only `type: ghcr` may use `GITHUB_TOKEN`" : "";
  return {
    code: "forbidden-source",
    message: `environment variables that start with \`${prefix}\` are never sent to a registry${exception}`,
    hint: "set the value under a name of your own, such as `REGISTRY_TOKEN`",
  };
}
