import type { Clock, Connection } from "../io/ports.ts";
import type { CheckResult } from "../model.ts";
import { end } from "./ending.ts";
import type { Ending, Target } from "./ending.ts";
import { Exchange } from "./exchange.ts";
import { logIn, logInUnasked } from "./login.ts";
import type { Pass } from "./login.ts";
import { ping } from "./ping.ts";
import { pull } from "./pull.ts";

/**
 * 3 registry: proves one credential at its registry. Whatever the other side does is a result, reached within
 * `registry.timeout`; the caller closes the connection.
 */
export async function checkRegistry(target: Target, connection: Connection, clock: Clock): Promise<CheckResult> {
  const begun = clock.elapsed();
  const deadline = clock.deadline(target.registry.timeout);
  const exchange = new Exchange(connection, clock, deadline);
  const handshake = shakeHands(exchange, target).finally(() => deadline.cancel());
  const { status, stage, proved, canPush, rateLimit, message, hint } = blameExpiry(await handshake, target, clock);
  const milliseconds = Math.round(clock.elapsed() - begun);
  return { status, stage, proved, milliseconds, requests: exchange.requests, canPush, rateLimit, message, hint };
}

/**
 * The handshake of the distribution API, as containerd and docker do it:
 *
 * 1. connect: DNS, TCP and TLS, on the way to the first answer.
 * 2. ping: `GET /v2/` without a credential. 200: the door is open, and the credential is shown unasked; 401: it wants a
 *    challenge met.
 * 3. challenge: Bearer before Basic. A Bearer realm is judged before anything goes there.
 * 4. token: Bearer trades the credential for a token at the realm; Basic shows it at the door.
 * 5. pull: HEAD of the canary's manifest, the only proof of the right to pull.
 */
async function shakeHands(exchange: Exchange, target: Target): Promise<Ending> {
  const door = await ping(exchange, target);
  if (door.kind === "ending") return door;
  const open = door.kind === "open";
  const pass = open ? await logInUnasked(exchange, target) : await logIn(exchange, target, door.challenges);
  if (pass.kind === "ending") return pass;
  const { canary } = target.endpoint;
  return canary === undefined ? endAtDoor(pass, target) : pull(exchange, target, canary, pass);
}

function endAtDoor({ stage, proved, canPush }: Pass, { credential }: Target): Ending {
  const needless = stage === "ping" && credential.login.kind === "basic";
  const message =
    proved === "login" ? "login accepted" : needless ? "open to everybody: the login was not asked for" : "reachable";
  const ending = end("ok", stage, message, "name a canary in the registry's entry to prove the right to pull as well");
  return { ...ending, proved, canPush };
}

/** A refusal after the credential's last day has its reason. */
function blameExpiry(ending: Ending, { credential: { expiresAt } }: Target, clock: Clock): Ending {
  const refusal = ending.status === "unauthorized" || ending.status === "denied";
  if (!refusal || expiresAt === null || Date.parse(expiresAt) > clock.now().getTime()) return ending;
  const message = `${ending.message}: the credential expired on ${expiresAt.slice(0, 10)}`;
  return {
    ...ending,
    status: "expired",
    message,
    hint: "make a new token, store it where the entry reads it, and set the new `expires`",
  };
}
