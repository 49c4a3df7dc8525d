import type { Environment } from "./ports.ts";

/** The environment of this process. */
export function createEnvironment(): Environment {
  return { get: (name) => process.env[name] };
}
