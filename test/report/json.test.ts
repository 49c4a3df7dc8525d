import { describe, expect, it } from "vitest";
import { renderJson } from "../../src/report/index.ts";
import { at, change, check, report } from "./sample.ts";

describe("the JSON document", () => {
  it("is the envelope of the design, key for key, with a newline at its end", () => {
    const document = renderJson(
      report({
        ok: false,
        errors: [{ code: "unknown-key", message: "no key `pasword`", hint: "write `password`", location: at(12, 5) }],
        warnings: [{ code: "no-fingerprint-key", message: "nothing can be compared" }],
        checks: [check({ milliseconds: 41.4, rateLimit: { limit: 200, remaining: 187, windowSeconds: 21600 } })],
        changed: true,
        changes: [change()],
        published: { kind: "directory", path: "deploy" },
      }),
    );
    expect(document).toBe(`{
  "version": 1,
  "command": "apply",
  "ok": false,
  "errors": [
    {
      "code": "unknown-key",
      "message": "no key \`pasword\`",
      "hint": "write \`password\`",
      "location": {
        "file": "registries.yaml",
        "line": 12,
        "column": 5
      }
    }
  ],
  "warnings": [
    {
      "code": "no-fingerprint-key",
      "message": "nothing can be compared",
      "hint": "",
      "location": null
    }
  ],
  "checks": [
    {
      "name": "docker-hub",
      "type": "docker-hub",
      "host": "docker.io",
      "credential": "auth",
      "status": "ok",
      "stage": "pull",
      "proved": "pull",
      "milliseconds": 41,
      "requests": 3,
      "expiresAt": null,
      "canPush": null,
      "rateLimit": {
        "limit": 200,
        "remaining": 187,
        "windowSeconds": 21600
      },
      "message": "",
      "hint": "",
      "location": {
        "file": "registries.yaml",
        "line": 5,
        "column": 3
      }
    }
  ],
  "changed": true,
  "changes": [
    {
      "action": "create",
      "reason": "new",
      "path": "pull-secrets/prod-eu/apps/regcred.sops.yaml",
      "cluster": "prod-eu",
      "namespace": "apps",
      "secret": "regcred",
      "registries": [
        "docker-hub"
      ],
      "expiresAt": null
    }
  ],
  "published": {
    "kind": "directory",
    "path": "deploy"
  }
}
`);
  });

  it.each([
    ["validate", ["version", "command", "ok", "errors", "warnings"]],
    ["check", ["version", "command", "ok", "errors", "warnings", "checks"]],
    ["plan", ["version", "command", "ok", "errors", "warnings", "checks", "changed", "changes"]],
    ["apply", ["version", "command", "ok", "errors", "warnings", "checks", "changed", "changes", "published"]],
  ] as const)("of %s has its keys even when the run ended before there was anything to say", (command, keys) => {
    const document: unknown = JSON.parse(renderJson(report({ command })));
    expect(Object.keys(Object(document))).toEqual(keys);
  });

  it("makes every message and hint one printable line", () => {
    const evil = "::error::a\n##[group]\u001b[31mb";
    const document = renderJson(
      report({
        errors: [{ code: "check-failed", message: evil, hint: evil }],
        checks: [check({ message: evil, hint: evil })],
      }),
    );
    expect(document.split('": :error::a # #[group]b"')).toHaveLength(5);
  });

  it("leaves out what the envelope does not know", () => {
    const problem = { code: "internal", message: "x", cause: "hunter2" } as const;
    expect(renderJson(report({ errors: [problem] }))).not.toContain("hunter2");
  });
});
