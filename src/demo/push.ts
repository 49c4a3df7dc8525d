import { gzipSync } from "node:zlib";
import { digestOf } from "./store.ts";

export interface PushLogin {
  readonly username: string;
  readonly password: string;
}

interface Target {
  /** `host:port` of a registry that speaks plain HTTP. */
  readonly host: string;
  readonly repository: string;
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/**
 * Pushes a tiny, valid OCI image (one layer, an empty tar) as any client does: config, layer, manifest.
 *
 * @param host `host:port` of a registry that speaks plain HTTP
 * @param image `repository:tag`
 * @returns the manifest's digest
 */
export async function pushImage(host: string, image: string, login: PushLogin): Promise<string> {
  const [repository = "", tag = "latest"] = image.split(":");
  const target = { host, repository };
  const tar = Buffer.alloc(1024); // an empty tar is two blocks of zeros
  const layer = gzipSync(tar);
  const config = json({
    architecture: "amd64",
    os: "linux",
    config: {},
    rootfs: { type: "layers", diff_ids: [digestOf(tar)] },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: describe("application/vnd.oci.image.config.v1+json", config),
    layers: [describe("application/vnd.oci.image.layer.v1.tar+gzip", layer)],
  });
  const authorization = await logIn(target, login);
  for (const blob of [config, layer]) await pushBlob(target, authorization, blob);
  const url = `http://${host}/v2/${repository}/manifests/${tag}`;
  await send("PUT", url, { authorization, "content-type": MANIFEST }, manifest);
  return digestOf(manifest);
}

async function pushBlob({ host, repository }: Target, authorization: string, blob: Buffer): Promise<void> {
  const opened = await send("POST", `http://${host}/v2/${repository}/blobs/uploads/`, { authorization });
  const url = new URL(opened.headers.get("location") ?? "", `http://${host}`);
  url.searchParams.set("digest", digestOf(blob));
  await send("PUT", url.href, { authorization, "content-type": "application/octet-stream" }, blob);
}

async function logIn({ host, repository }: Target, { username, password }: PushLogin): Promise<string> {
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const ping = await fetch(`http://${host}/v2/`);
  const [, realm = "", service = ""] =
    /^Bearer realm="([^"]*)",service="([^"]*)"/.exec(ping.headers.get("www-authenticate") ?? "") ?? [];
  if (realm === "") return basic;
  const url = new URL(realm);
  url.search = new URLSearchParams({ service, scope: `repository:${repository}:pull,push` }).toString();
  const answer: unknown = await (await send("GET", url.href, { authorization: basic })).json();
  const token = typeof answer === "object" && answer !== null && "token" in answer ? answer.token : undefined;
  return `Bearer ${String(token)}`;
}

async function send(method: string, url: string, headers: Record<string, string>, body?: Buffer): Promise<Response> {
  const response = await fetch(url, { method, headers, body: body === undefined ? null : new Uint8Array(body) });
  if (!response.ok) throw new Error(`the embedded registry answered ${method} with ${response.status}`);
  return response;
}

function describe(mediaType: string, bytes: Buffer) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
