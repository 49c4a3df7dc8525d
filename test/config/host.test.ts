import { describe, expect, it } from "vitest";
import { hostText, isHost, parseHost } from "../../src/config/host.ts";
import { fileOf, load, notesOf, wordsOf } from "./load.ts";

const read = (text: string, type = "generic") => {
  const parsed = parseHost(text, type);
  return isHost(parsed) ? hostText(parsed) : parsed.message;
};

describe("parseHost", () => {
  it.each([
    ["a.io", "a.io"],
    ["https://A.io/", "a.io"],
    ["http://a.io:5000", "a.io:5000"],
    ["oci://a.io/Team/App/", "a.io/team/app"],
    ["https://a.io/v2/", "a.io"],
    ["a.io/v1", "a.io"],
    ["localhost:5000", "localhost:5000"],
    ["127.0.0.1:5000", "127.0.0.1:5000"],
    ["[::1]:5000", "[::1]:5000"],
    ["[0:0:0::1]", "[::1]"],
    ["a.io:443", "a.io:443"],
    ["123456789012.dkr.ecr.eu-west-1.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"],
  ])("reads %s as %s", (text, host) => {
    expect(read(text)).toBe(host);
  });

  it.each([
    "docker.io",
    "https://index.docker.io/v1/",
    "registry-1.docker.io",
    "https://registry.hub.docker.com",
    "docker.io:443",
  ])("knows %s as Docker Hub", (text) => {
    expect(read(text, "docker-hub")).toBe("docker.io");
    expect(read(text)).toContain("is Docker Hub");
  });

  it.each([
    ["user:hunter2@a.io", "user name or password"],
    ["https://hunter2@a.io/x", "user name or password"],
    ["::1", "without brackets"],
    ["[::1", "is no host"],
    ["[:::1]", "is no host"],
    ["127.1", "is no host"],
    ["0x7f.0.0.1", "is no host"],
    ["1.2.3.400", "is no host"],
    ["a..io", "is no host"],
    ["a_b.io", "is no host"],
    ["a.io.", "is no host"],
    ["-a.io", "is no host"],
    ["bücher.de", "is no host"],
    ["a.io:0", "is no host"],
    ["a.io:65536", "is no host"],
    ["a.io:http", "is no host"],
    ["ftp://a.io", "is no host"],
    ["https://https://a.io", "is no host"],
    ["a.io?x=1", "is no host"],
    ["", "is no host"],
    ["a.io/team/app:latest", "has a path that no repository can have"],
    ["a.io/../b", "has a path that no repository can have"],
  ])("refuses %s", (text, message) => {
    expect(read(text)).toContain(message);
    expect(read(text)).not.toContain("hunter2");
  });

  it("refuses another host than its own for GitHub's registry, and GitLab's web host for its registry", () => {
    expect(read("https://GHCR.io/acme/", "ghcr")).toBe("ghcr.io/acme");
    for (const host of ["github.com", "docker.pkg.github.com", "ghcr.io:443"])
      expect(read(host, "ghcr")).toBe("is not `ghcr.io`");
    expect(read("gitlab.com", "gitlab")).toContain("is GitLab itself");
    expect(read("registry.gitlab.com", "gitlab")).toBe("registry.gitlab.com");
  });

  it("refuses another host, or a path, for Docker Hub", () => {
    expect(read("a.io", "docker-hub")).toBe("is not Docker Hub");
    expect(read("docker.io/acme", "docker-hub")).toContain("takes one login for all of it");
  });
});

describe("a host that had to be read", () => {
  const entry = (host: string, rest = "") =>
    fileOf([`a: { type: generic, host: "${host}", auth: { anonymous: }${rest} }`]);

  it("is noted, and used in its plain form", () => {
    const text = entry("https://A.io/");
    expect(notesOf(text)).toMatchObject([{ code: "normalised", message: "`registries.a.host` is read as `a.io`" }]);
    expect(load(text)).toMatchObject({ status: "valid", config: { registries: [{ host: "a.io", path: "" }] } });
    expect(load(entry("a.io/team"))).toMatchObject({
      notes: [],
      config: { registries: [{ host: "a.io", path: "team" }] },
    });
  });

  it("does not silently mean HTTP", () => {
    expect(wordsOf(entry("http://a.io"))[0]).toContain("it stays HTTPS unless you add");
    expect(wordsOf(entry("http://a.io", ", tls: { plainHttp: true }"))[0]).not.toContain("it stays HTTPS");
  });
});
