import { describe, expect, it } from "vitest";
import { fileOf, load, notesOf, placesOf, problemsOf, wordsOf } from "./load.ts";

/** A file with one registry; the name is written as a person would, in single quotes. */
const file = (type: string, username: string) =>
  fileOf([`a: { type: ${type}, host: a.io, auth: { basic: { username: '${username}', password: { env: T } } } }`]);

const columnOfName = (text: string) => text.split("\n").map((line) => line.indexOf("'") + 1)[2];

describe("a user name", () => {
  it.each([
    ["harbor", "robot+ci", "a shell or `envsubst` took it"],
    ["harbor", "robot", "a shell or `envsubst` took it"],
    ["harbor", "robot$$acme+ci", "write one `$`"],
    ["harbor", "robot\\$acme+ci", "write one `$`"],
    ["harbor", "robot$acme ci", "where the registry's own name for it has `+`"],
    ["harbor", "robot%24acme%2bci", "encoded as in a URL"],
    ["quay", "acme ci", "where the registry's own name for it has `+`"],
    ["quay", "acme%2Bci", "encoded as in a URL"],
    ["quay", "oauthtoken", "has lost the `$`"],
    ["quay", "app", "has lost the `$`"],
    ["quay", "$oauth", "none of the three"],
    ["quay", "$$oauthtoken", "write one `$`"],
    ["gitlab", "gitlab deploy-token-7", "where the registry's own name for it has `+`"],
    ["gitlab", "gitlab%2Bdeploy-token-7", "encoded as in a URL"],
  ])("of %s that was spoilt is noted before anything is sent, and stops nobody: %s", (type, username, words) => {
    const text = file(type, username);
    expect(load(text).status).toBe("valid");
    expect(placesOf(notesOf(text))).toEqual([`3:${columnOfName(text)} doubtful-username`]);
    expect(wordsOf(text).join()).toContain(words);
  });

  it.each([
    ["harbor", "robot$acme+ci"],
    ["harbor", "robot$ci"],
    ["harbor", "robot-acme+ci"],
    ["harbor", "robotics"],
    ["quay", "acme+ci"],
    ["quay", "acme"],
    ["quay", "$oauthtoken"],
    ["quay", "$token"],
    ["quay", "$app"],
    ["gitlab", "gitlab+deploy-token-7"],
    ["gitlab", "gitlab-ci-token"],
    ["gitlab", "Jane Doe"],
    ["nexus", "robot+ci"],
    ["generic", "robot+ci"],
    ["generic", "%2B"],
  ])("of %s is taken as it is: %s", (type, username) => {
    expect(wordsOf(file(type, username))).toEqual([]);
  });

  it("that came out empty is an error", () => {
    expect(problemsOf(file("harbor", "")).map(({ code }) => code)).toEqual(["bad-value"]);
  });
});
