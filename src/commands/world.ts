import type { Interruption } from "../io/interruption.ts";
import type { Clock, Environment, Files, Http, Log } from "../io/ports.ts";

/** Every port of a run. */
export interface World {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly files: Files;
  readonly http: Http;
  readonly log: Log;
  readonly interruption: Interruption;
  /** The folder in which the command was called, absolute. */
  readonly folder: string;
}
