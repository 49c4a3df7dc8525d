import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import Bottleneck from "bottleneck/light.js";
import { EnvHttpProxyAgent, fetch } from "undici";
import { version } from "../version.ts";
import type { GitHubAccess } from "./github-port.ts";

/** How long a rate limit is waited for, in seconds, and how often. Longer ones are told to the user. */
const LONGEST_WAIT = 90;
const MOST_WAITS = 2;

/** Milliseconds until a silent server is given up. */
const SILENCE = 30_000;

const Client = Octokit.plugin(retry, throttling);
export type Client = InstanceType<typeof Client>;

/** GitHub's own client, with its plugins for retries and rate limits, and with the proxy of the environment. */
export function createOctokit({ apiUrl, token }: GitHubAccess): Client {
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: SILENCE, bodyTimeout: SILENCE });
  const isWorthWaiting = (seconds: number, _: object, __: object, waits: number) =>
    seconds <= LONGEST_WAIT && waits < MOST_WAITS;
  return new Client({
    auth: token.reveal(),
    baseUrl: apiUrl,
    userAgent: `regcred/${version}`,
    request: { fetch: (url: string, options: object) => fetch(url, { ...options, dispatcher }) },
    log: SILENT,
    // A conflict is for us to resolve, and 429 is the throttling plugin's.
    retry: { doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451], retries: 2 },
    throttle: {
      // The plugin's own pace, one write a second and one notification every three, is for bots that write all day.
      // A run makes about five writes, far below GitHub's 80 a minute.
      write: new Bottleneck.Group({ maxConcurrent: 1 }),
      notifications: new Bottleneck.Group({ maxConcurrent: 1 }),
      onRateLimit: isWorthWaiting,
      onSecondaryRateLimit: isWorthWaiting,
    },
  });
}

const silence = (): void => undefined;
/** What the client would say on the console is in the errors that it throws. */
const SILENT = { debug: silence, info: silence, warn: silence, error: silence };
