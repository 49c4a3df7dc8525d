import type { HttpFailure } from "./ports.ts";

type Cause = HttpFailure["cause"];
type Words = readonly [cause: Cause, message: string, hint: string];

const NETWORK = "check host and port, and that this machine may reach it (firewall, VPN, private network)";
const TLS_CA = "name the authority in the registry's entry: tls: { ca: { file: ./ca.crt } }";
const PLAIN_HTTP = "use the port that speaks HTTPS, or say so in the registry's entry: tls: { plainHttp: true }";
const NO_REGISTRY =
  "check that host and port are those of the registry, and with tls.plainHttp that it does not want HTTPS";

const UNKNOWN_AUTHORITY: Words = [
  "tls",
  "shows a certificate that is self-signed or from an unknown authority",
  TLS_CA,
];
const NOT_TLS: Words = ["tls", "does not speak TLS on this port, but most likely plain HTTP", PLAIN_HTTP];
const OLD_TLS: Words = ["tls", "offers no TLS version from 1.2 on", "older versions are broken: update the server"];
const CLIENT_CERTIFICATE: Words = [
  "tls",
  "wants a client certificate",
  "regcred cannot present one yet (tls.clientCertificate): use an address of the registry that does not ask for it",
];
const RESET: Words = ["unreachable", "closed the connection without an answer", NETWORK];

// Codes of Node.js, OpenSSL and undici 7.
const BY_CODE: Readonly<Record<string, Words>> = {
  ENOTFOUND: ["dns", "has no address in DNS", "check the host's spelling, and that this machine's DNS knows it"],
  EAI_AGAIN: ["dns", "could not be looked up: DNS does not answer", "check this machine's DNS and network"],
  ECONNREFUSED: ["unreachable", "refused the connection: nothing listens on that port", NETWORK],
  EHOSTUNREACH: ["unreachable", "cannot be reached from this machine", NETWORK],
  ENETUNREACH: ["unreachable", "cannot be reached from this machine", NETWORK],
  ETIMEDOUT: ["unreachable", "did not accept a connection", NETWORK],
  ECONNRESET: RESET,
  EPIPE: RESET,
  UND_ERR_SOCKET: RESET,
  UND_ERR_HEADERS_OVERFLOW: ["oversized", "answered with headers over 16 KiB", NO_REGISTRY],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ["oversized", "answered with a body over 128 KiB", NO_REGISTRY],
  HTTPParserError: ["malformed", "does not answer in HTTP", NO_REGISTRY],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ["malformed", "sent a body of another length than it announced", NO_REGISTRY],
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: ["tls", "shows a certificate that has expired", "renew the server's certificate"],
  CERT_NOT_YET_VALID: ["tls", "shows a certificate that is not valid yet", "check this machine's clock"],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "tls",
    "shows a certificate for another name",
    "use a host that the certificate names, or name it in the registry's entry: tls: { serverName: NAME }",
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OLD_TLS,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OLD_TLS,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: CLIENT_CERTIFICATE,
};

/** The resolved addresses of a name are all refused (`address.ts`). */
export class RefusedAddress extends Error {
  override readonly name = "RefusedAddress";
  readonly kind: "private" | "forbidden";

  constructor(kind: "private" | "forbidden") {
    super("address refused");
    this.kind = kind;
  }
}

/** Puts what went wrong into words for the user; the other side's text, which OpenSSL and undici quote, is left out. */
export function explain(error: unknown, host: string, connected: boolean): HttpFailure {
  const [cause, message, hint] = error instanceof RefusedAddress ? wordsForAddress(error) : wordsForCode(codeOf(error));
  return { kind: "failure", cause, message: `${host} ${message}`, hint, connected };
}

/** The check's time is up. */
export function timedOut(host: string, connected: boolean): HttpFailure {
  const message = connected ? `${host} did not answer in time` : `${host} did not accept a connection in time`;
  return { kind: "failure", cause: "timeout", message, hint: `${NETWORK}, or raise the registry's timeout`, connected };
}

/** Compressed, though we asked for `identity`: 1,720 bytes of it can unpack to a gigabyte. */
export function compressed(host: string): HttpFailure {
  const message = `${host} answered with a compressed body, though we asked for none`;
  return { kind: "failure", cause: "malformed", message, hint: NO_REGISTRY, connected: true };
}

function wordsForAddress(error: RefusedAddress): Words {
  return error.kind === "forbidden"
    ? [
        "refused-address",
        "resolves to a link-local, metadata or reserved address",
        "no registry lives there: check DNS",
      ]
    : [
        "refused-address",
        "resolves to a private address, though the registry itself is public",
        "a public registry has no business in this network: check its realm, its redirects and DNS",
      ];
}

function wordsForCode(code: string): Words {
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  if (/^(ERR_SSL|ERR_TLS|CERT|EPROTO)/.test(code)) return ["tls", `failed the TLS handshake (${code})`, NETWORK];
  return ["unreachable", `cannot be reached${code === "" ? "" : ` (${code})`}`, NETWORK];
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (error.name === "HTTPParserError") return error.name; // undici 7.30 leaves its code undefined
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" && /^\w{1,60}$/.test(code) ? code : "";
}
