import { RegcredError } from "../errors.ts";

/** Why the system refused, in words; `code` is errno's name. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "operation not permitted"],
  ["EROFS", "the file system is read-only"],
  ["EISDIR", "a directory stands there"],
  ["ENOTDIR", "a part of the path is no directory"],
  ["ENAMETOOLONG", "a name is too long"],
  ["ELOOP", "too many symbolic links"],
  ["EMFILE", "too many open files"],
  ["EIO", "the disk failed"],
]);

/** A failed system call has an errno's name. */
export function errno(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

export function readError(path: string, cause: unknown): RegcredError {
  const code = errno(cause);
  if (code === "ENOENT" || code === "ENOTDIR") return missing(path, cause);
  const message = `${path} cannot be read: ${reason(code)}`;
  const hint = "see to its permissions, and to those of the folders above it";
  return new RegcredError({ code: "file-unreadable", message, hint }, { cause });
}

export function missing(path: string, cause?: unknown): RegcredError {
  const hint = "see to its spelling, and that the step that makes it ran before";
  return new RegcredError({ code: "file-missing", message: `${path} is not there`, hint }, { cause });
}

export function notRegular(path: string): RegcredError {
  const hint = "name the file itself: neither a directory nor a device or pipe is read";
  return new RegcredError({ code: "file-not-regular", message: `${path} is not a regular file`, hint });
}

export function tooLarge(path: string, limit: number): RegcredError {
  const message = `${path} is larger than ${limit} bytes`;
  return new RegcredError({ code: "file-too-large", message, hint: "is it the file that was meant?" });
}

const FULL: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "no space is left on the device"],
  ["EDQUOT", "the disk quota is used up"],
  ["EFBIG", "the process may write no larger file"],
]);

/** Part of the run may be done by now, which the exit code says. */
export function writeError(path: string, cause: unknown): RegcredError {
  const code = errno(cause);
  const full = FULL.get(code);
  if (full === undefined) return writeFailed(path, reason(code), cause);
  const message = `${path} cannot be written: ${full}`;
  const hint = "make room and run again: what is there is whole, old or new";
  return new RegcredError({ code: "disk-full", message, hint }, { exitCode: 1, cause });
}

function writeFailed(path: string, why: string, cause: unknown): RegcredError {
  const message = `${path} cannot be written: ${why}`;
  const hint = "see to its permissions, and to what stands in its place";
  return new RegcredError({ code: "write-failed", message, hint }, { exitCode: 1, cause });
}

export function escapes(path: string, why: string): RegcredError {
  const hint =
    "regcred writes only below its directory and follows no symbolic links there: replace the link by what it points to";
  return new RegcredError({ code: "path-escapes", message: `${path} is not written: ${why}`, hint }, { exitCode: 1 });
}

function reason(code: string): string {
  return REASONS.get(code) ?? (code === "" ? "the system gives no reason" : `the system says ${code}`);
}
