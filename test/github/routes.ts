import type { Need } from "./access.ts";
import { refusal } from "./answers.ts";
import type { Answer } from "./answers.ts";
import type { Call, Route } from "./front.ts";
import { createRef, createTree, deleteRef, getBranch, getRef, listTree, updateRef } from "./git.ts";
import type { GitRules } from "./git.ts";
import type { Pulls } from "./pulls.ts";

const READ: Need = { area: "contents", right: "read" };
const WRITE: Need = { area: "contents", right: "write" };
const READ_PULLS: Need = { area: "pull_requests", right: "read" };
const WRITE_PULLS: Need = { area: "pull_requests", right: "write" };

/** Every endpoint that there is; whatever else is asked for is not found. */
export function routesOf(rules: GitRules, pulls: Pulls): readonly Route[] {
  const git = (answer: (call: Call, rules: GitRules) => Promise<Answer>) => async (call: Call) => {
    await refuseEmpty(call);
    return answer(call, rules);
  };
  const moving = (answer: (call: Call, rules: GitRules) => Promise<Answer>) => async (call: Call) => {
    const answered = await git(answer)(call);
    await pulls.settle();
    return answered;
  };
  return [
    { method: "GET", path: /^$/, need: { area: "metadata", right: "read" }, answer: pass },
    { method: "GET", path: /^\/branches\/./, need: READ, answer: (call) => getBranch(call, rules) },
    { method: "GET", path: /^\/compare\/./, need: READ, answer: pass },
    { method: "GET", path: /^\/commits(\/|$)/, need: READ, answer: git(pass) },
    { method: "GET", path: /^\/contents(\/|$)/, need: READ, answer: pass },
    { method: "GET", path: /^\/git\/ref\/./, need: READ, answer: git(getRef) },
    { method: "GET", path: /^\/git\/trees\/./, need: READ, answer: git(listTree) },
    { method: "GET", path: /^\/git\/(matching-refs|commits|blobs)\/./, need: READ, answer: git(pass) },
    { method: "POST", path: /^\/git\/trees$/, need: WRITE, answer: git(createTree) },
    { method: "POST", path: /^\/git\/(commits|blobs)$/, need: WRITE, answer: git(pass) },
    { method: "POST", path: /^\/git\/refs$/, need: WRITE, answer: moving(createRef) },
    { method: "PATCH", path: /^\/git\/refs\/./, need: WRITE, answer: moving(updateRef) },
    { method: "DELETE", path: /^\/git\/refs\/./, need: WRITE, answer: moving(deleteRef) },
    ...pullRoutes(pulls),
  ];
}

function pullRoutes(pulls: Pulls): readonly Route[] {
  const number = ({ rest }: Call) => Number(/^\/pulls\/(\d+)/.exec(rest)?.[1]);
  const one = async (call: Call) => ({ status: 200, headers: {}, body: await pulls.one(number(call)) });
  return [
    { method: "GET", path: /^\/pulls$/, need: READ_PULLS, answer: (call) => pulls.list(call) },
    { method: "POST", path: /^\/pulls$/, need: WRITE_PULLS, answer: (call) => pulls.create(call) },
    { method: "GET", path: /^\/pulls\/\d+$/, need: READ_PULLS, answer: one },
    { method: "PATCH", path: /^\/pulls\/\d+$/, need: WRITE_PULLS, answer: (call) => pulls.edit(number(call), call) },
    { method: "GET", path: /^\/pulls\/\d+\/(commits|files)$/, need: READ_PULLS, answer: (call) => parts(pulls, call) },
    { method: "PUT", path: /^\/pulls\/\d+\/merge$/, need: WRITE, answer: (call) => merge(pulls, number(call), call) },
    { method: "POST", path: /^\/pulls\/\d+\/requested_reviewers$/, need: WRITE_PULLS, answer: pass },
    { method: "GET", path: /^\/issues\/\d+\/labels$/, need: READ_PULLS, answer: pass },
    { method: "POST", path: /^\/issues\/\d+\/labels$/, need: WRITE_PULLS, answer: pass },
  ];
}

/** What the emulator does right. */
async function pass({ repository, method, rest, search, body, login }: Call): Promise<Answer> {
  const path = repository.path(rest, search);
  if (method === "GET") return repository.emulator.send(method, path);
  return {
    status: rest.endsWith("/labels") ? 200 : 201,
    headers: {},
    body: await repository.emulator.ask(method, path, body, login),
  };
}

async function refuseEmpty({ repository }: Call): Promise<void> {
  if ((await repository.refs()).size === 0) throw refusal(409, "Git Repository is empty.");
}

async function parts(pulls: Pulls, { repository, rest }: Call): Promise<Answer> {
  const [, number, part] = /(\d+)\/(commits|files)$/.exec(rest) ?? [];
  const { head, base } = await pulls.one(Number(number));
  const comparison = await repository.compare(base.ref, head.sha);
  return { status: 200, headers: {}, body: (part === "files" ? comparison?.files : comparison?.commits) ?? [] };
}

async function merge(pulls: Pulls, number: number, { body, login }: Call): Promise<Answer> {
  const { head } = await pulls.one(number);
  if (body.sha !== undefined && body.sha !== head.sha)
    throw refusal(409, "Head branch was modified. Review and try the merge again.");
  const sha = await pulls.merge(number, body.merge_method === "squash" ? "squash" : "merge", login);
  return { status: 200, headers: {}, body: { sha, merged: true, message: "Pull Request successfully merged" } };
}
