import { createClock } from "../io/clock.ts";
import { createEnvironment } from "../io/environment.ts";
import { createFiles } from "../io/files.ts";
import { http } from "../io/http.ts";
import { connectGitHub } from "../io/github.ts";
import type { Interruption } from "../io/interruption.ts";
import type { GitHub, GitHubAccess } from "../io/github-port.ts";
import type { Clock, Environment, Files, Http, Log } from "../io/ports.ts";
import type { Secret } from "../secret.ts";

/** Every port of a run. */
export interface World {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly files: Files;
  readonly http: Http;
  readonly github: (access: GitHubAccess) => GitHub;
  readonly log: Log;
  /** Hides a secret in everything that is printed from now on; called for each before it is used. */
  readonly mask: (secret: Secret) => void;
  readonly interruption: Interruption;
  /** The folder in which the command was called, absolute. */
  readonly folder: string;
}

/** What differs between the doors. */
export type Door = Pick<World, "log" | "mask" | "interruption">;

/** The world of a real run: each port with its one adapter. */
export function openWorld(door: Door): World {
  return {
    environment: createEnvironment(),
    clock: createClock(),
    files: createFiles(),
    http,
    github: connectGitHub,
    folder: process.cwd(),
    ...door,
  };
}
