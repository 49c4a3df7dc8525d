import { describe, expect, it } from "vitest";
import { judgeTrust, mayRun, untrusted } from "../../src/action/trust.ts";
import type { WorkflowEvent } from "../../src/action/trust.ts";

const MAIN = "1111111111111111111111111111111111111111";
const OTHER = "2222222222222222222222222222222222222222";

/** A workflow on the default branch; a test says what is different. */
function event(change: Partial<WorkflowEvent>): WorkflowEvent {
  return {
    name: "push",
    ref: "refs/heads/main",
    commit: MAIN,
    repository: "acme/gitops",
    defaultBranch: "main",
    headRepository: null,
    checkedOut: MAIN,
    ...change,
  };
}

/** `full`; or `login` where login alone may run, `nothing` where that may not either. */
function judged(change: Partial<WorkflowEvent>, ...trustedRefs: readonly string[]): "full" | "login" | "nothing" {
  const trust = judgeTrust(event(change), trustedRefs);
  if (trust.mode === "full") return "full";
  expect(trust.reason).not.toBe("");
  expect(trust.hint).not.toBe("");
  return trust.mayLogin ? "login" : "nothing";
}

describe("secrets are resolved", () => {
  it("on a push to the default branch", () => {
    expect(judged({ name: "push" })).toBe("full");
    expect(judged({ name: "push", ref: "refs/heads/trunk", defaultBranch: "trunk" })).toBe("full");
  });

  it("on a push to another branch only where that is listed", () => {
    const push = { name: "push", ref: "refs/heads/release/1.0" };
    expect(judged(push)).toBe("nothing");
    expect(judged(push, "other", "release/*")).toBe("full");
    expect(judged(push, "refs/heads/release/*")).toBe("full");
    expect(judged(push, "hotfix/*", "releas", "*")).toBe("nothing");
  });

  it("on a tag only where that is listed in full", () => {
    const push = { name: "push", ref: "refs/tags/v1.2" };
    expect(judged(push)).toBe("nothing");
    expect(judged(push, "v*", "tags/v*", "**")).toBe("nothing");
    expect(judged(push, "refs/tags/v*")).toBe("full");
  });

  it("never on a pull request of the same repository, where login may run", () => {
    const own = { name: "pull_request", ref: "refs/pull/7/merge", headRepository: "acme/gitops" };
    expect(judged(own)).toBe("login");
    expect(judged(own, "**", "refs/**", "refs/pull/*/merge")).toBe("login");
  });

  it("never on a pull request from a fork, where login may not run either", () => {
    const fork = { name: "pull_request", ref: "refs/pull/7/merge", headRepository: "mallory/gitops" };
    expect(judged(fork)).toBe("nothing");
    expect(judged(fork, "**", "refs/**")).toBe("nothing");
  });

  it("never on pull_request_target, whosever pull request it is, though its ref is the default branch", () => {
    const target = { name: "pull_request_target", headRepository: "acme/gitops" };
    expect(judged(target)).toBe("nothing");
    expect(judged(target, "main", "**", "refs/**")).toBe("nothing");
    expect(judged({ ...target, headRepository: "mallory/gitops" })).toBe("nothing");
  });

  it("on workflow_run only where the default branch is what was checked out", () => {
    expect(judged({ name: "workflow_run" })).toBe("full");
    expect(judged({ name: "workflow_run", checkedOut: OTHER })).toBe("nothing");
    expect(judged({ name: "workflow_run", checkedOut: null })).toBe("nothing");
  });

  it("on issue_comment only where the default branch is what was checked out", () => {
    expect(judged({ name: "issue_comment" })).toBe("full");
    expect(judged({ name: "issue_comment", checkedOut: OTHER })).toBe("nothing");
    expect(judged({ name: "issue_comment", checkedOut: null })).toBe("nothing");
  });

  it("on workflow_dispatch as on a push", () => {
    const dispatch = { name: "workflow_dispatch", ref: "refs/heads/feature" };
    expect(judged({ name: "workflow_dispatch" })).toBe("full");
    expect(judged(dispatch)).toBe("nothing");
    expect(judged(dispatch, "feature")).toBe("full");
  });

  it("on schedule, which runs on the default branch alone, told or not", () => {
    expect(judged({ name: "schedule" })).toBe("full");
    expect(judged({ name: "schedule", defaultBranch: null })).toBe("full");
  });

  it("never in a merge queue", () => {
    const queue = { name: "merge_group", ref: "refs/heads/gh-readonly-queue/main/pr-7-abc" };
    expect(judged(queue)).toBe("nothing");
    expect(judged(queue, "**", "refs/**")).toBe("nothing");
  });

  it.each(["pull_request_review", "pull_request_review_comment"])("never on %s", (name) => {
    const review = { name, ref: "refs/pull/7/merge", headRepository: "acme/gitops" };
    expect(judged(review, "**", "refs/**")).toBe("nothing");
  });

  it.each(["repository_dispatch", "release", "issues", "discussion_comment", "tomorrow's", ""])(
    "on %j only where a trusted ref is what was checked out",
    (name) => {
      expect(judged({ name })).toBe("full");
      expect(judged({ name, checkedOut: OTHER })).toBe("nothing");
      expect(judged({ name, ref: "refs/heads/feature" })).toBe("nothing");
      expect(judged({ name, ref: "refs/heads/feature" }, "feature")).toBe("full");
    },
  );
});

describe("an attacker does not get them by", () => {
  it("deleting the fork", () => {
    expect(judged({ name: "pull_request", ref: "refs/pull/7/merge", headRepository: null }, "**")).toBe("nothing");
  });

  it("naming a fork's repository nearly alike", () => {
    const pull = { name: "pull_request", ref: "refs/pull/7/merge" };
    for (const headRepository of ["acme/gitops2", "ACME/gitops", "xacme/gitops", "acme/gitops/", ""])
      expect(judged({ ...pull, headRepository })).toBe("nothing");
  });

  it("naming a fork's branch like the default one", () => {
    const fork = { headRepository: "mallory/gitops" };
    expect(judged({ ...fork, name: "pull_request", ref: "refs/pull/7/merge" })).toBe("nothing");
    expect(judged({ ...fork, name: "workflow_run", checkedOut: OTHER })).toBe("nothing");
  });

  it("naming a tag like the default branch, or like a listed one", () => {
    expect(judged({ ref: "refs/tags/main" })).toBe("nothing");
    expect(judged({ ref: "refs/tags/release/1" }, "release/*", "main")).toBe("nothing");
  });

  it.each(["refs/heads/Main", "refs/Heads/main", "main", "refs/heads/main/", "refs/heads/x/main", "refs/heads/main\n"])(
    "spelling the default branch as %j",
    (ref) => {
      expect(judged({ ref }, "main")).toBe("nothing");
    },
  );

  it("naming a branch like a full ref", () => {
    expect(judged({ ref: "refs/heads/refs/heads/main" })).toBe("nothing");
    expect(judged({ ref: "refs/heads/refs/tags/v1" }, "refs/tags/v*", "**", "{refs/tags/*,main}")).toBe("nothing");
  });

  it("putting a listed name into a longer one", () => {
    expect(judged({ ref: "refs/heads/x/release/1" }, "release/*")).toBe("nothing");
    expect(judged({ ref: "refs/heads/release/1/x" }, "release/*")).toBe("nothing");
    expect(judged({ ref: "refs/heads/!main" }, "!feature")).toBe("nothing");
  });

  it("leaving the default branch unknown", () => {
    expect(judged({ defaultBranch: null })).toBe("nothing");
    expect(judged({ defaultBranch: null, ref: "refs/heads/null" })).toBe("nothing");
    expect(judged({ defaultBranch: null }, "main")).toBe("full");
  });

  it("leaving everything empty", () => {
    const empty = { name: "", ref: "", commit: "", repository: "", defaultBranch: null, checkedOut: null };
    expect(judged(empty, "**", "refs/**")).toBe("nothing");
    expect(judged({ ...empty, name: "push" }, "**", "refs/**")).toBe("nothing");
    expect(judged({ ...empty, name: "pull_request", headRepository: "" })).not.toBe("full");
    expect(judged({ name: "workflow_run", commit: "", checkedOut: null })).toBe("nothing");
  });
});

describe("who lists every branch", () => {
  it("gets it, for branches", () => {
    expect(judged({ ref: "refs/heads/feature/x" }, "**")).toBe("full");
    expect(judged({ ref: "refs/heads/.hidden" }, "**")).toBe("full");
    expect(judged({ ref: "refs/heads/feature/x" }, "*")).toBe("nothing");
  });

  it("still gets nothing of a commit that was not asked for", () => {
    expect(judged({ name: "issue_comment", checkedOut: OTHER }, "**", "refs/**")).toBe("nothing");
  });
});

describe("the reason", () => {
  it.each<[Partial<WorkflowEvent>, RegExp]>([
    [{ ref: "refs/heads/x" }, /refs\/heads\/x is neither the default branch \(main\) nor in trusted-refs/],
    [{ defaultBranch: null }, /nothing tells whether refs\/heads\/main is the default branch/],
    [{ ref: "" }, /nothing tells which ref/],
    [{ name: "pull_request", headRepository: null }, /from a repository that is gone/],
    [{ name: "pull_request", headRepository: "mallory/gitops" }, /from a fork/],
    [{ name: "pull_request", headRepository: "acme/gitops" }, /not merged yet/],
    [{ name: "pull_request_target" }, /pull_request_target runs for strangers/],
    [{ name: "merge_group" }, /merge_group runs for what is not merged yet/],
    [{ name: "issue_comment", checkedOut: OTHER }, /another commit than the workflow's is checked out/],
    [{ name: "issue_comment", checkedOut: null }, /nothing tells the commit/],
  ])("for %j is told in words", (change, reason) => {
    const trust = judgeTrust(event(change), []);
    expect(trust).toMatchObject({ mode: "validate-only", reason: expect.stringMatching(reason) });
  });
});

describe("where secrets are not resolved", () => {
  const fork = judgeTrust(event({ name: "pull_request", headRepository: "mallory/gitops" }), []);
  const own = judgeTrust(event({ name: "pull_request", headRepository: "acme/gitops" }), []);
  const full = judgeTrust(event({}), []);

  it("validate runs, and nothing is said", () => {
    expect(mayRun("validate", fork)).toBe(true);
    expect(untrusted("validate", fork)).toEqual([]);
  });

  it("no other command runs, and it is said why", () => {
    for (const command of ["apply", "plan", "check", "login"] as const) {
      expect(mayRun(command, fork)).toBe(false);
      expect(untrusted(command, fork)).toMatchObject([{ code: "untrusted-ref" }]);
    }
    expect(untrusted("apply", fork)[0]?.message).toMatch(/^apply did not run.+validate-only.+fork$/);
  });

  it("login runs for the repository's own pull request, and nothing else does", () => {
    expect(mayRun("login", own)).toBe(true);
    expect(untrusted("login", own)).toEqual([]);
    expect(mayRun("apply", own)).toBe(false);
  });

  it("is nothing to say where they are", () => {
    expect(mayRun("apply", full)).toBe(true);
    expect(untrusted("apply", full)).toEqual([]);
  });
});
