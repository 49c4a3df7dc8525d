import { dirname, join } from "node:path";
import { RegcredError } from "../errors.ts";
import type { Files } from "../io/ports.ts";

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/**
 * The commit that is checked out where a folder lies; null without a repository, or where it is laid out in another way
 * than a clone. Reads Git's own files: `git` would also take a folder for a repository that a stranger committed.
 *
 * @param folder absolute; need not exist.
 */
export async function checkedOutCommit(folder: string, files: Files): Promise<string | null> {
  const git = join(folder, ".git");
  if ((await files.realPath(git)) !== null) return await readHead(git, files);
  const parent = dirname(folder);
  return parent === folder ? null : await checkedOutCommit(parent, files);
}

async function readHead(git: string, files: Files): Promise<string | null> {
  const head = await readText(join(git, "HEAD"), files);
  const [, branch] = /^ref: (refs\/\S+)$/u.exec(head) ?? [];
  const commit = branch === undefined ? head : await readRef(git, branch, files);
  return COMMIT.test(commit) ? commit : null;
}

/** A ref has a file of its own, or a line among the packed ones. */
async function readRef(git: string, ref: string, files: Files): Promise<string> {
  if (ref.split("/").includes("..")) return "";
  const loose = await readText(join(git, ref), files);
  if (loose !== "") return loose;
  const packed = (await readText(join(git, "packed-refs"), files)).split("\n");
  return packed.find((line) => line.endsWith(` ${ref}`))?.split(" ")[0] ?? "";
}

/** What cannot be read tells nothing. */
async function readText(path: string, files: Files): Promise<string> {
  try {
    const bytes = await files.readIfThere(path);
    return bytes === null ? "" : Buffer.from(bytes).toString("utf8").trim();
  } catch (error) {
    if (error instanceof RegcredError) return "";
    throw error;
  }
}
