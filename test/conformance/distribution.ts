import { execFile, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { connect } from "node:tls";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { authority } from "../io/authority.ts";

const run = promisify(execFile);

export interface Distribution {
  /** `localhost:PORT` */
  readonly host: string;
  /** The authority of its certificate, a PEM file. */
  readonly ca: string;
  stop(): void;
}

/** Debian's Distribution: htpasswd (bcrypt), TLS under a private authority; all that it needs lies in the folder. */
export async function startDistribution(folder: string, username: string, password: string): Promise<Distribution> {
  const port = await freePort();
  const { stdout } = await run("htpasswd", ["-Bbn", username, password]);
  for (const [name, text] of [
    ["htpasswd", stdout],
    ["tls.crt", authority.good.cert],
    ["tls.key", authority.good.key],
    ["ca.pem", authority.ca],
  ] as const)
    writeFileSync(join(folder, name), text);
  const config = {
    version: 0.1,
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: {
      addr: `127.0.0.1:${port}`,
      secret: "test",
      tls: { certificate: join(folder, "tls.crt"), key: join(folder, "tls.key") },
    },
    auth: { htpasswd: { realm: "acme", path: join(folder, "htpasswd") } },
  };
  writeFileSync(join(folder, "config.yml"), JSON.stringify(config));
  const server = spawn("docker-registry", ["serve", join(folder, "config.yml")], { stdio: "ignore" });
  const failed = new Promise<never>((_, reject) => server.on("error", reject));
  await Promise.race([failed, answers(port)]);
  return { host: `localhost:${port}`, ca: join(folder, "ca.pem"), stop: () => void server.kill() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await shakesHands(port)) return;
    await sleep(100);
  }
  throw new Error(`docker-registry does not answer on port ${port}`);
}

function shakesHands(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca: authority.ca });
  return new Promise<boolean>((resolve) => {
    socket.once("secureConnect", () => resolve(true)).once("error", () => resolve(false));
  }).finally(() => socket.destroy());
}
