import { isAbsolute, posix, relative, resolve } from "node:path";
import type { Finding } from "./finding.ts";

type Refusal = Pick<Finding, "code" | "message" | "hint">;

/** A cluster's directory in its shortest form, `/`-separated; or why it cannot be one. */
export function parseDirectory(text: string): { readonly directory: string } | Refusal {
  if (text.includes("\\") || text !== text.trim())
    return { code: "bad-value", message: "has a backslash or a blank at an end", hint: "separate folders by `/`" };
  const directory = posix.normalize(text).replace(/\/$/u, "");
  if (posix.isAbsolute(text) || /^[A-Za-z]:/u.test(text) || directory === ".." || directory.startsWith("../"))
    return {
      code: "path-escapes",
      message: "leaves the GitOps repository",
      hint: "give a directory relative to its root, such as `pull-secrets/prod-eu`",
    };
  if (isInGit(directory))
    return { code: "forbidden-path", message: "lies in `.git`", hint: "choose another directory" };
  if (directory === ".")
    return { code: "bad-value", message: "is the root itself", hint: "give the cluster a directory of its own" };
  return { directory };
}

/** Where `file` sources may lie. All absolute. */
export interface Reach {
  readonly folder: string;
  readonly root: string;
  readonly allowFiles: readonly string[];
}

/** Why a source file may not be read; undefined when it may. Symbolic links are judged when it is read. */
export function refuseFile(file: string, { folder, root, allowFiles }: Reach): Refusal | undefined {
  const path = resolve(folder, file);
  if (allowFiles.some((allowed) => isWithin(resolve(folder, allowed), path))) return undefined;
  if (file.startsWith("~/") || !isWithin(root, path))
    return {
      code: "path-escapes",
      message: "lies outside the configuration's repository",
      hint: "move it inside, or allow it on the command line with `--allow-file PATH`",
    };
  if (isInGit(relative(root, path)))
    return { code: "forbidden-path", message: "lies in `.git`", hint: "keep it elsewhere" };
  return undefined;
}

function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return !isAbsolute(below) && below.split(/[/\\]/u)[0] !== "..";
}

/** Some file systems ignore case, and Windows the dots and blanks at a name's end. */
function isInGit(path: string): boolean {
  return path.split(/[/\\]/u).some((part) => /^(?:\.git|git~1)[. ]*$/iu.test(part));
}
