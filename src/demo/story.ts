import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { IN_HOUSE, PARTNER } from "./configuration.ts";
import { newPassword } from "./scene.ts";
import type { Scene } from "./scene.ts";

/** What the story needs of whoever tells it. */
export interface Narrator {
  /** Runs `regcred apply` in the repository, prints its report, and says how it ended. */
  apply(): Promise<number>;
  /** Prints a heading: what happens next. */
  heading(text: string): void;
  say(text: string): void;
  /** Paths as a tree. */
  tree(paths: readonly string[]): string;
}

/**
 * The story of the demo:
 *
 * 1. apply: every namespace gets its encrypted pull secret
 * 2. apply again: nothing changes
 * 3. rotate one password: exactly the files that hold it change
 * 4. break one credential: its files are held, the others go on
 *
 * @throws when a run ends otherwise than the story says.
 */
export async function tellStory(scene: Scene, narrator: Narrator): Promise<void> {
  await first(scene, narrator);
  await again(scene, narrator);
  await rotate(scene, narrator);
  await breakOne(scene, narrator);
}

async function first({ repository }: Scene, narrator: Narrator): Promise<void> {
  narrator.heading("1. Apply: check both registries, then write one encrypted pull secret for each namespace");
  expectExit(await narrator.apply(), 0);
  await repository.commit("Deliver the pull secrets");
  narrator.say(`What Flux finds in Git:\n\n${narrator.tree(await repository.files())}`);
  const path = "pull-secrets/prod-eu/apps/regcred.sops.yaml";
  narrator.say(`One sealed file, ${path}:\n\n${await excerpt(join(repository.path, path))}`);
}

async function again({ repository }: Scene, narrator: Narrator): Promise<void> {
  narrator.heading("2. Apply again: nothing changed, so nothing is written");
  expectExit(await narrator.apply(), 0);
  narrator.say(`git status: ${(await repository.isClean()) ? "clean" : "NOT CLEAN"}`);
}

async function rotate({ repository, partner, variables }: Scene, narrator: Narrator): Promise<void> {
  narrator.heading("3. The partner's token is rotated: exactly the file that holds it changes");
  renew(partner, PARTNER, variables);
  expectExit(await narrator.apply(), 0);
  await showCommit(repository, "Rotate the partner's token", narrator);
}

async function breakOne({ repository, inHouse, variables }: Scene, narrator: Narrator): Promise<void> {
  narrator.heading("4. A mistyped token, and a rotation elsewhere: what holds the bad one is held, the rest goes on");
  variables.set(PARTNER.variable, "mistyped");
  renew(inHouse, IN_HOUSE, variables);
  expectExit(await narrator.apply(), 1);
  await showCommit(repository, "Rotate the in-house password", narrator);
}

/** Changes a password at the registry and where regcred reads it. */
function renew(
  registry: Scene["partner"],
  { user, variable }: { readonly user: string; readonly variable: string },
  variables: Map<string, string>,
): void {
  const password = newPassword();
  registry.setPassword(user, password);
  variables.set(variable, password);
}

async function showCommit(repository: Scene["repository"], message: string, narrator: Narrator): Promise<void> {
  await repository.commit(message);
  narrator.say(`The commit:\n\n${(await repository.lastChange()).join("\n")}`);
}

const SHOWN_COLUMNS = 96;

/** A sealed file with its long lines cut, and the middle of each age file left out. */
async function excerpt(path: string): Promise<string> {
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  const shown = lines.filter((line) => !/^ {12}[A-Za-z0-9+/=]+$/.test(line));
  return shown.map((line) => (line.length > SHOWN_COLUMNS ? `${line.slice(0, SHOWN_COLUMNS - 1)}…` : line)).join("\n");
}

function expectExit(exitCode: number, expected: number): void {
  if (exitCode !== expected) throw new Error(`apply ended with ${exitCode}, and the story wants ${expected}`);
}
