import { expect, it } from "vitest";
import { REGISTRY_TYPES } from "../../src/model/config.ts";
import { describeConformance } from "./conformance.ts";
import type { Row } from "./conformance.ts";

const error = (code: string, message: string) => ({ errors: [{ code, message }] });
const UNAUTHORIZED = { status: 401, body: error("UNAUTHORIZED", "authentication required") };
const DENIED = { status: 403, body: error("DENIED", "requested access to the resource is denied") };
/** distribution's own answer to a token that does not reach. */
const insufficient = (realm: string) => ({ ...UNAUTHORIZED, challenge: `${realm},error="insufficient_scope"` });
const bearer = (realm: string, service: string) => `Bearer realm="${realm}",service="${service}"`;
const token = (text: string) => ({ token: text });

const HUB = bearer("https://auth.docker.io/token", "registry.docker.io");
const GITLAB = bearer("https://gitlab.com/jwt/auth", "container_registry");
const OWN_GITLAB = bearer("https://gitlab.example.com:8443/jwt/auth", "container_registry");
const QUAY = bearer("https://quay.io/v2/auth", "quay.io");
const NEXUS = "https://nexus.internal:5000/v2/token";

const gitlab = {
  type: "gitlab",
  username: "gitlab+deploy-token-7",
  refusal: { status: 401, body: error("UNAUTHORIZED", "HTTP Basic: Access denied.") },
  hint: /read_registry/,
} as const;

const nexus = {
  type: "nexus",
  entry: "host: nexus.internal:5000",
  username: "acme-ci",
  server: "nexus.internal:5000",
  api: "https://nexus.internal:5000",
  refusal: UNAUTHORIZED,
  denial: DENIED,
  hint: /reset/,
} as const;

const OTHER = "https://registry.example.com:5000/auth";
const generic = {
  type: "generic",
  entry: "host: registry.example.com:5000/acme",
  username: "acme-ci",
  server: "registry.example.com:5000/acme",
  api: "https://registry.example.com:5000",
  refusal: UNAUTHORIZED,
  denial: DENIED,
  hint: /wrong, expired or revoked/,
} as const;

const ROWS: Readonly<Record<string, Row>> = {
  "Docker Hub": {
    type: "docker-hub",
    entry: "",
    username: "acme-ci",
    server: "https://index.docker.io/v1/",
    api: "https://registry-1.docker.io",
    challenge: HUB,
    tokens: {
      url: "https://auth.docker.io/token",
      service: "registry.docker.io",
      answer: (text) => ({ token: text, access_token: text, expires_in: 300, issued_at: "2026-11-21T12:00:00Z" }),
    },
    refusal: { status: 401, body: { details: "incorrect username or password" } },
    denial: insufficient(HUB),
    hint: /organisation's access token/,
  },
  "GitHub's registry": {
    type: "ghcr",
    entry: "",
    username: "octocat",
    server: "ghcr.io",
    api: "https://ghcr.io",
    challenge: `${bearer("https://ghcr.io/token", "ghcr.io")},scope="repository:user/image:pull"`,
    tokens: { url: "https://ghcr.io/token", service: "ghcr.io", answer: token },
    refusal: { status: 403, body: error("DENIED", "denied") },
    denial: DENIED,
    hint: /read:packages/,
  },
  "gitlab.com": {
    ...gitlab,
    entry: "host: registry.gitlab.com",
    server: "registry.gitlab.com",
    api: "https://registry.gitlab.com",
    challenge: GITLAB,
    tokens: { url: "https://gitlab.com/jwt/auth", service: "container_registry", answer: token },
    denial: insufficient(GITLAB),
  },
  "a GitLab of one's own": {
    ...gitlab,
    entry: "host: registry.example.com, tokenHosts: [gitlab.example.com:8443]",
    server: "registry.example.com",
    api: "https://registry.example.com",
    challenge: OWN_GITLAB,
    tokens: { url: "https://gitlab.example.com:8443/jwt/auth", service: "container_registry", answer: token },
    denial: insufficient(OWN_GITLAB),
  },
  Quay: {
    type: "quay",
    entry: "host: quay.io",
    username: "acme+ci",
    server: "quay.io",
    api: "https://quay.io",
    challenge: QUAY,
    tokens: { url: "https://quay.io/v2/auth", service: "quay.io", answer: token },
    refusal: { status: 401, body: { error: "Could not find robot with specified username" } },
    denial: { ...UNAUTHORIZED, challenge: `${QUAY},scope="repository:acme/locked:pull"` },
    hint: /ORGANISATION\+ROBOT/,
  },
  Harbor: {
    type: "harbor",
    entry: "host: harbor.internal:8443",
    username: "robot$acme+ci",
    server: "harbor.internal:8443",
    api: "https://harbor.internal:8443",
    challenge: bearer("https://harbor.internal:8443/service/token", "harbor-registry"),
    tokens: {
      url: "https://harbor.internal:8443/service/token",
      service: "harbor-registry",
      answer: (text) => ({ token: text, access_token: "", expires_in: 1800, issued_at: "2026-11-21T12:00:00Z" }),
      forgiving: true,
    },
    refusal: UNAUTHORIZED,
    denial: { ...UNAUTHORIZED, challenge: 'Basic realm="harbor"' },
    requests: 4, // the login is proved apart
    hint: /robot\$PROJECT\+NAME/,
  },
  Artifactory: {
    type: "jfrog",
    entry: "host: acme.jfrog.io",
    username: "acme-ci",
    server: "acme.jfrog.io",
    api: "https://acme.jfrog.io",
    challenge: bearer("https://acme.jfrog.io/artifactory/api/docker/docker/v2/token", "acme.jfrog.io"),
    tokens: {
      url: "https://acme.jfrog.io/artifactory/api/docker/docker/v2/token",
      service: "acme.jfrog.io",
      answer: (text) => ({ token: text, expires_in: 3600 }),
    },
    refusal: UNAUTHORIZED,
    denial: DENIED,
    hint: /identity token/,
  },
  "Nexus with Basic": { ...nexus, challenge: 'BASIC realm="Sonatype Nexus Repository Manager"' },
  "Nexus with its token realm": {
    ...nexus,
    challenge: bearer(NEXUS, NEXUS),
    tokens: { url: NEXUS, service: NEXUS, answer: token },
  },
  Gitea: {
    type: "gitea",
    entry: "host: git.example.com",
    username: "acme-ci",
    server: "git.example.com",
    api: "https://git.example.com",
    challenge: `${bearer("https://git.example.com/v2/token", "container_registry")},scope="*"`,
    tokens: { url: "https://git.example.com/v2/token", service: "container_registry", answer: token },
    refusal: UNAUTHORIZED,
    denial: UNAUTHORIZED,
    hint: /read:package/,
  },
  "any other registry with Basic": { ...generic, challenge: 'Basic realm="Registry"' },
  "any other registry with tokens": {
    ...generic,
    challenge: bearer(OTHER, "registry"),
    tokens: { url: OTHER, service: "registry", answer: (text) => ({ access_token: text }) },
  },
};

it("asks every registry type", () => {
  expect(new Set(Object.values(ROWS).map(({ type }) => type))).toEqual(new Set(REGISTRY_TYPES));
});

for (const [name, row] of Object.entries(ROWS)) describeConformance(name, row);
