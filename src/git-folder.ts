/**
 * Whether a relative path leads into a `.git`, where Git keeps credentials of its own; under any name that a file
 * system takes for it: some ignore case, Windows also the dots and blanks at a name's end, and `git~1` is short for it.
 */
export function isInGit(path: string): boolean {
  return path.split(/[/\\]/u).some((name) => /^(?:\.git|git~1)[. ]*$/iu.test(name));
}
