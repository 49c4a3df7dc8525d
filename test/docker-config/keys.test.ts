import { describe, expect, it } from "vitest";
import { helperHost, loginKeys } from "../../src/docker-config/index.ts";

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

  it("are the paths alone where two paths share a host, though nothing stands for the host itself", () => {
    const { keys, warnings } = loginKeys([target("a", "r.example.com", "a"), target("b", "r.example.com", "b")]);
    expect([...keys]).toEqual([
      ["a", ["r.example.com/a"]],
      ["b", ["r.example.com/b"]],
    ]);
    expect(warnings).toMatchObject([
      { code: "path-login", message: /^a: .+ since b has the same host/ },
      { code: "path-login", message: /^b: .+ since a has the same host/ },
    ]);
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

describe("what a credential helper is asked for", () => {
  it("is docker's own name of Docker Hub, and the host of all others", () => {
    const hub = { ...target("hub", "docker.io"), server: "https://index.docker.io/v1/" };
    expect(helperHost(hub)).toBe("https://index.docker.io/v1/");
    expect(helperHost(target("team", "r.example.com:8443", "team"))).toBe("r.example.com:8443");
    expect(helperHost(target("all", "r.example.com"))).toBe("r.example.com");
  });
});
