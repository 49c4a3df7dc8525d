import { describe, expect, it } from "vitest";
import { loginKeys } from "../../src/docker-config/index.ts";

function target(registry: string, host: string, path = "") {
  const server = path === "" ? host : `${host}/${path}`;
  return { registry, server, host, path, location: { file: "registries.yaml", line: 4, column: 3 } };
}

describe("the keys of a login", () => {
  it("are the host, or docker's own for Docker Hub", () => {
    const hub = { ...target("hub", "docker.io"), server: "https://index.docker.io/v1/" };
    const { keys, warnings } = loginKeys([hub, target("harbor", "harbor.internal:8443")]);
    expect([...keys]).toEqual([
      ["hub", ["https://index.docker.io/v1/"]],
      ["harbor", ["harbor.internal:8443"]],
    ]);
    expect(warnings).toEqual([]);
  });

  it("are both the path and the host where the credential is limited to a path", () => {
    const { keys, warnings } = loginKeys([target("team", "r.example.com", "team")]);
    expect(keys.get("team")).toEqual(["r.example.com/team", "r.example.com"]);
    expect(warnings).toEqual([]);
  });

  it("are the path alone where another registry has the same host, with a warning", () => {
    const { keys, warnings } = loginKeys([target("all", "r.example.com"), target("team", "r.example.com", "team")]);
    expect([...keys]).toEqual([
      ["all", ["r.example.com"]],
      ["team", ["r.example.com/team"]],
    ]);
    expect(warnings).toMatchObject([{ code: "path-login", message: /^team: .+ since all has the same host/ }]);
  });

  it("must not be those of another registry: then a name is wanted", () => {
    const twins = [
      target("prod", "r.example.com"),
      target("other", "o.example.com"),
      target("staging", "r.example.com"),
    ];
    expect(() => loginKeys(twins)).toThrow(
      expect.objectContaining({
        code: "same-host-twice",
        exitCode: 2,
        message: "prod and staging are both r.example.com, where a docker config has room for one login",
      }),
    );
  });
});
