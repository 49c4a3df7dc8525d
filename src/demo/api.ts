import { randomUUID } from "node:crypto";
import type { Store } from "./store.ts";

export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly contentType: string;
  readonly body: Buffer;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | object;
}

/** One route of the API: `/v2/NAME/kind/reference`. */
export interface Route {
  readonly repository: string;
  readonly kind: "manifests" | "blobs" | "uploads" | "tags";
  readonly reference: string;
}

// OCI distribution-spec, "Pulling manifests": <name>, <reference>.
const NAME = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*";
const MANIFEST = new RegExp(`^/v2/(${NAME})/manifests/(\\w[\\w.-]{0,127}|sha256:[0-9a-f]{64})$`);
const BLOB = new RegExp(`^/v2/(${NAME})/blobs/(sha256:[0-9a-f]{64})$`);
const UPLOAD = new RegExp(`^/v2/(${NAME})/blobs/uploads/([\\w-]*)$`);
const TAGS = new RegExp(`^/v2/(${NAME})/tags/list$`);

export function routeOf(path: string): Route | undefined {
  const patterns = [
    ["manifests", MANIFEST],
    ["blobs", BLOB],
    ["uploads", UPLOAD],
    ["tags", TAGS],
  ] as const;
  for (const [kind, pattern] of patterns) {
    const [, repository, reference = ""] = pattern.exec(path) ?? [];
    if (repository !== undefined) return { repository, kind, reference };
  }
  return undefined;
}

/** The distribution API behind the door: pull, push of whole blobs, tags. */
export function serve(store: Store, route: Route, request: ApiRequest): ApiAnswer {
  const reading = request.method === "GET" || request.method === "HEAD";
  switch (route.kind) {
    case "manifests":
      if (request.method === "PUT") return putManifest(store, route, request);
      return reading ? getManifest(store, route) : METHOD_NOT_ALLOWED;
    case "blobs":
      return reading ? getBlob(store, route) : METHOD_NOT_ALLOWED;
    case "uploads":
      return upload(store, route, request);
    case "tags":
      return reading ? listTags(store, route) : METHOD_NOT_ALLOWED;
  }
}

/** An error body as the specification has it. */
export function refuse(status: number, code: string): ApiAnswer {
  return { status, body: { errors: [{ code, message: code.toLowerCase().replaceAll("_", " ") }] } };
}

const METHOD_NOT_ALLOWED = refuse(405, "UNSUPPORTED");

function getManifest(store: Store, { repository, reference }: Route): ApiAnswer {
  const manifest = store.manifest(repository, reference);
  if (manifest === undefined) return refuse(404, "MANIFEST_UNKNOWN");
  const headers = { "content-type": manifest.mediaType, "docker-content-digest": manifest.digest };
  return { status: 200, headers, body: manifest.bytes };
}

function putManifest(store: Store, { repository, reference }: Route, { contentType, body }: ApiRequest): ApiAnswer {
  const manifest = store.putManifest(repository, reference, contentType, body);
  if (manifest === null) return refuse(400, "DIGEST_INVALID");
  const location = `/v2/${repository}/manifests/${manifest.digest}`;
  return { status: 201, headers: { location, "docker-content-digest": manifest.digest } };
}

function getBlob(store: Store, { repository, reference }: Route): ApiAnswer {
  const bytes = store.blob(repository, reference);
  if (bytes === undefined) return refuse(404, "BLOB_UNKNOWN");
  const headers = { "content-type": "application/octet-stream", "docker-content-digest": reference };
  return { status: 200, headers, body: bytes };
}

/** POST opens an upload, PUT closes it with the whole content ("POST then PUT" of the specification). */
function upload(store: Store, { repository, reference }: Route, { method, url, body }: ApiRequest): ApiAnswer {
  if (method === "POST" && reference === "")
    return { status: 202, headers: { location: `/v2/${repository}/blobs/uploads/${randomUUID()}` } };
  if (method !== "PUT" || reference === "") return METHOD_NOT_ALLOWED;
  const digest = store.putBlob(repository, url.searchParams.get("digest") ?? "", body);
  if (digest === null) return refuse(400, "DIGEST_INVALID");
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}`, "docker-content-digest": digest } };
}

function listTags(store: Store, { repository }: Route): ApiAnswer {
  const tags = store.tags(repository);
  return tags === undefined ? refuse(404, "NAME_UNKNOWN") : { status: 200, body: { name: repository, tags } };
}
