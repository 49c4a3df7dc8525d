import { expect, it } from "vitest";
import { explain } from "../../src/io/failure.ts";

it.each([
  ["ENOTFOUND", "dns", /no address in DNS/],
  ["EAI_AGAIN", "dns", /DNS does not answer/],
  ["ECONNREFUSED", "unreachable", /nothing listens/],
  ["EHOSTUNREACH", "unreachable", /cannot be reached/],
  ["ETIMEDOUT", "unreachable", /did not accept/],
  ["ECONNRESET", "unreachable", /closed the connection/],
  ["UND_ERR_HEADERS_OVERFLOW", "oversized", /16 KiB/],
  ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "malformed", /another length/],
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "tls", /client certificate/],
  ["CERT_REVOKED", "tls", /TLS handshake \(CERT_REVOKED\)/],
  ["ERR_SSL_SOMETHING_NEW", "tls", /TLS handshake \(ERR_SSL_SOMETHING_NEW\)/],
  ["ESOMETHING", "unreachable", /cannot be reached \(ESOMETHING\)/],
  ["not a\ncode", "unreachable", /cannot be reached$/],
] as const)("explains %s", (code, cause, message) => {
  const found = explain(Object.assign(new Error("text of the other side"), { code }), "r.example.com", true);
  expect(found).toMatchObject({ kind: "failure", cause, connected: true });
  expect(found.message).toMatch(message);
  expect(found.message).toMatch(/^r\.example\.com /);
  expect(found.hint).not.toBe("");
  expect(JSON.stringify(found)).not.toContain("other side");
});

it.each([new Error("text"), "text", undefined, Object.assign(new Error("text"), { code: 5 })])(
  "explains what is no known error (%#)",
  (error) => {
    expect(explain(error, "r.example.com", false)).toMatchObject({
      cause: "unreachable",
      message: "r.example.com cannot be reached",
    });
  },
);
