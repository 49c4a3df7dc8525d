import { isAbsolute, posix, relative, resolve } from "node:path";
import { isInGit } from "../git-folder.ts";
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
export interface Confinement {
  readonly folder: string;
  readonly root: string;
  /** Single files, never folders, that may be named wherever they lie. */
  readonly allowFiles: readonly string[];
}

/**
 * Why a source file may not be read; undefined when it may. Goes by the path alone; the same rule is applied once more
 * when the file is read, to where its symbolic links lead.
 */
export function refuseFile(file: string, { folder, root, allowFiles }: Confinement): Refusal | undefined {
  const path = resolve(folder, file);
  if (allowFiles.includes(path)) return undefined;
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
