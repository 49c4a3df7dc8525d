import * as core from "@actions/core";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readCall } from "../../src/action/inputs.ts";
import type { Call } from "../../src/action/inputs.ts";
import { DEFAULTS } from "../../src/commands/options.ts";
import { RegcredError } from "../../src/errors.ts";
import type { Problem } from "../../src/errors.ts";
import { step } from "./runner.ts";

afterEach(() => vi.unstubAllEnvs());

function call(inputs: Readonly<Record<string, string>>): Call {
  return readCall(step(inputs).runner);
}

/** What is wrong with the inputs. */
function problems(inputs: Readonly<Record<string, string>>): readonly Problem[] {
  try {
    call(inputs);
  } catch (error) {
    if (error instanceof RegcredError) return error.problems;
    throw error;
  }
  return [];
}

/** What the runner hands over where a step gives no input. */
const FILLED_IN = { command: "apply", "dry-run": "false", adopt: "false", "allow-removals": "false", check: "false" };

describe("a step without inputs", () => {
  it.each([
    ["and nothing at all", {}],
    ["and the defaults of action.yml", FILLED_IN],
    ["and empty ones", { command: "", config: "", registries: "", "dry-run": " ", timeout: "", check: "" }],
  ])("%s applies, with what an option is by default", (_, inputs) => {
    expect(call(inputs)).toEqual({
      command: "apply",
      dryRun: false,
      options: DEFAULTS,
      trustedRefs: [],
      login: { dockerConfig: undefined, check: false },
      warnings: [],
    });
  });
});

describe("an input", () => {
  it("becomes the option of the same name", () => {
    const { options, trustedRefs, dryRun } = call({
      config: "team/registries.yaml",
      registries: "hub, quay\n\n  harbor ,",
      clusters: "prod",
      dir: "gitops",
      "dry-run": "true",
      repository: "acme/gitops",
      base: "main",
      "trusted-refs": "release/*\nrefs/tags/v*",
      "fail-on": "changes,warning",
      timeout: "1m",
      concurrency: "3",
      "allow-file": "/run/keys/a\n/run/keys/b",
      adopt: "True",
      "allow-removals": "TRUE",
    });
    expect({ options, trustedRefs, dryRun }).toEqual({
      options: {
        ...DEFAULTS,
        config: "team/registries.yaml",
        scope: { registries: ["hub", "quay", "harbor"], clusters: ["prod"] },
        dir: "gitops",
        repository: "acme/gitops",
        base: "main",
        failOn: ["warning", "changes"],
        timeout: 60_000,
        concurrency: 3,
        allowFiles: ["/run/keys/a", "/run/keys/b"],
        adopt: true,
        allowRemovals: true,
      },
      trustedRefs: ["release/*", "refs/tags/v*"],
      dryRun: true,
    });
  });

  it("for login is read too", () => {
    const { command, login } = call({ command: "login", "docker-config": "/tmp/docker", check: "true" });
    expect({ command, login }).toEqual({ command: "login", login: { dockerConfig: "/tmp/docker", check: true } });
  });

  it("with a token is a secret, which does not print", () => {
    const { token } = call({ token: "ghp_secret" }).options;
    expect(token?.reveal()).toBe("ghp_secret");
    expect(JSON.stringify(call({ token: "ghp_secret" }))).not.toContain("ghp_secret");
  });

  it("that is a boolean is understood as by @actions/core, but empty", () => {
    const words = ["true", "True", "TRUE", "false", "False", "FALSE"];
    const others = ["yes", "no", "on", "off", "1", "0", "tRUE", "truefalse", "y", "null", "~", "true\nfalse"];
    for (const word of [...words, ...others, ...words.map((text) => ` ${text}\n`)]) {
      vi.stubEnv("INPUT_ADOPT", word);
      let expected: boolean | null = null;
      try {
        expected = core.getBooleanInput("adopt");
      } catch {
        expect(problems({ adopt: word })).toMatchObject([{ message: "the input adopt is not true or false" }]);
        continue;
      }
      expect(call({ adopt: word }).options.adopt).toBe(expected);
    }
    expect.assertions(others.length + 2 * words.length);
  });

  it("that is a list has the lines that @actions/core finds, but empty ones, and parts them at commas too", () => {
    const name = fc.string({ unit: "grapheme" }).map((value) => value.replaceAll(/[\0,]/g, ""));
    fc.assert(
      fc.property(fc.array(name), (names) => {
        vi.stubEnv("INPUT_CLUSTERS", names.join("\n"));
        const expected = core.getMultilineInput("clusters").filter((line) => line !== "");
        expect(call({ clusters: names.join("\n") }).options.scope.clusters).toEqual(expected);
        expect(call({ clusters: names.join(",\n") }).options.scope.clusters).toEqual(expected);
      }),
    );
  });
});

describe("a wrong input", () => {
  it.each([
    [{ command: "aply" }, "the input command is not one of apply, plan, check, validate, login"],
    [{ "dry-run": "yes" }, "the input dry-run is not true or false"],
    [{ timeout: "5" }, "the input timeout is not a duration from 1s to 1h, such as 15s"],
    [{ concurrency: "0" }, "the input concurrency is not a whole number from 1 to 9999"],
    [{ "fail-on": "rain" }, "the input fail-on is not one of held, warning, expiring, changes"],
    [
      { command: "login", "dry-run": "true" },
      "the input dry-run means nothing to login, which would write its credentials",
    ],
  ])("as in %j is refused by name", (inputs, message) => {
    expect(problems(inputs)).toMatchObject([{ code: "bad-usage", message }]);
  });

  it("does not hide another, and none is repeated: it may be a password", () => {
    const found = problems({ timeout: "hunter2", concurrency: "hunter2", adopt: "hunter2", command: "hunter2" });
    expect(found).toHaveLength(4);
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  it.each([
    [{ "app-client-id": "x" }, "the input app-client-id is not built yet"],
    [{ "app-private-key": "x" }, "the input app-private-key is not built yet"],
    [{ policy: "x" }, "the input policy is not built yet"],
    [{ command: "images" }, "the command images is not built yet"],
    [{ command: "audit" }, "the command audit is not built yet"],
  ])("of a later version, as in %j, is refused by name", (inputs, message) => {
    expect(problems(inputs)).toMatchObject([{ code: "not-supported-yet", message }]);
  });
});

describe("an input that does nothing", () => {
  it.each([
    ["registry", "did you mean registries?"],
    ["trusted_refs", "did you mean trusted-refs?"],
    ["dryrun", "did you mean dry-run?"],
    [
      "quite-another-thing",
      "secrets go under `env:`, everything else into registries.yaml; action.yml lists the inputs",
    ],
  ])("because there is no %s is warned of, with the nearest", (name, hint) => {
    const message = `there is no input ${name}, so nothing reads it`;
    expect(call({ [name]: "x" }).warnings).toEqual([{ code: "unknown-input", message, hint }]);
  });

  it("because the command does not read it is warned of", () => {
    const { warnings } = call({
      command: "validate",
      clusters: "prod",
      "docker-config": "d",
      check: "True",
      adopt: "False",
    });
    expect(warnings.map(({ message }) => message)).toEqual([
      "the command validate does not read the input clusters",
      "the command validate does not read the input docker-config",
      "the command validate does not read the input check",
    ]);
  });

  it.each(["apply", "plan", "check", "validate", "login"])("is not what the runner fills in for %s", (command) => {
    expect(call({ ...FILLED_IN, token: "ghs_x", command }).warnings).toEqual([]);
  });
});
