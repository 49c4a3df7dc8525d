import type { Secret } from "../secret.ts";

// What the stages may ask of the world. Each port has one adapter beside this file; stages get them as arguments.

export interface Environment {
  /** The value of a variable; undefined when it is not set. */
  get(name: string): string | undefined;
}

export interface Clock {
  now(): Date;
  /** Milliseconds on a clock that never jumps. */
  elapsed(): number;
  /** Ends early, and without an error, when the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Starts at once. The caller cancels it, or the process lives until it is over. */
  deadline(milliseconds: number): Deadline;
}

export interface Deadline {
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
  /** Milliseconds left; negative when it is over. */
  remaining(): number;
  /** The signal is then never aborted. */
  cancel(): void;
}

/** A regular file found below a directory. */
export interface FoundFile {
  /** `/`-separated, relative to the directory. */
  readonly path: string;
  readonly kind: "file" | "symlink" | "other";
}

export interface WriteOptions {
  /** Also syncs it to the disk. */
  readonly durable?: boolean;
  /** The permissions of the file, whatever those of the old one; 0o644 unless told. */
  readonly mode?: number;
  /** Whose the file is to be, as far as the system lets us give it away; the user's own unless told. */
  readonly owner?: FileOwner | undefined;
  /** What must still stand there right before the end, null for nothing; anything else is left alone. */
  readonly expected?: Uint8Array | null;
}

export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

export interface FileAttributes extends FileOwner {
  /** The permissions, nine bits. */
  readonly mode: number;
}

/** The disk. Every failure is a `RegcredError` that names the path. */
export interface Files {
  /** The bytes of a regular file. Refuses a directory, and a file over `limit` bytes (default 16 MiB). */
  read(path: string, limit?: number): Promise<Uint8Array>;
  /** The same, or null when nothing is there. */
  readIfThere(path: string, limit?: number): Promise<Uint8Array | null>;
  /**
   * Writes by temporary file and rename, making folders as needed. Refuses to go through a symbolic link below `root`.
   * False when something else stood there than was expected, and stays.
   */
  replace(root: string, path: string, bytes: Uint8Array, options?: WriteOptions): Promise<boolean>;
  /** Removes what a killed run left of {@link Files.replace} in a directory and, unless told not to, below it. */
  sweep(directory: string, options?: { readonly below?: boolean }): Promise<void>;
  /** Removes a file, and the folders below `root` that it leaves empty. False as with {@link Files.replace}. */
  remove(root: string, path: string, options?: Pick<WriteOptions, "expected">): Promise<boolean>;
  /** Every entry below a directory that is not itself a directory; none when the directory is absent. */
  list(directory: string): Promise<readonly FoundFile[]>;
  /** The path with every symbolic link resolved; null when nothing is there. */
  realPath(path: string): Promise<string | null>;
  /** Where a write to a path should land: the end of its symbolic links, whether or not anything is there. */
  destination(path: string): Promise<string>;
  /** Whose a file is, and who may do what with it; null when nothing is there. */
  attributesOf(path: string): Promise<FileAttributes | null>;
  /**
   * Makes a folder, and those above it, that nobody but the user may enter; gives the nearest that was there already,
   * or null when it was the folder itself.
   */
  makePrivate(path: string): Promise<string | null>;
  /** Removes a folder, and those above it below `root`, as far as they are empty. */
  removeIfEmpty(root: string, path: string): Promise<void>;
}

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The `Authorization` header. Revealed by the adapter alone; a redirect is never followed, so that it goes nowhere
   * else.
   */
  readonly authorization?: Secret | undefined;
  readonly body?: Secret | undefined;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly kind: "answer";
  readonly status: number;
  /** Lower-case names, each with its values in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** At most 128 KiB, decoded as UTF-8; a longer one is the failure `oversized`. Empty for `HEAD`. */
  readonly body: string;
}

/** Why there was no answer. `refused-address`: the name resolves to an address that must not be connected to. */
export interface HttpFailure {
  readonly kind: "failure";
  readonly cause: "unreachable" | "dns" | "timeout" | "tls" | "refused-address" | "oversized" | "malformed";
  /** What happened, in words for the user; never from the other side's text. */
  readonly message: string;
  readonly hint: string;
  /** Whether a connection (with TLS, where asked for) stood before it failed. */
  readonly connected: boolean;
}

export interface ConnectionOptions {
  /** PEM; trusted beside what Node.js trusts by default: its bundled list, and the file of NODE_EXTRA_CA_CERTS. */
  readonly ca?: string | undefined;
  /** The name that the certificate of the registry's own host is verified for. */
  readonly serverName?: string | undefined;
  /** Does not verify the certificate of the registry's own host; that of every other host always is. */
  readonly insecure: boolean;
  /** The registry's own address, which decides whether private and loopback addresses may be connected to. */
  readonly origin: URL;
}

/** One registry's connections: TLS settings and address rules apply to all that goes through. */
export interface Connection {
  send(request: HttpRequest): Promise<HttpAnswer | HttpFailure>;
  close(): Promise<void>;
}

export interface Http {
  connect(options: ConnectionOptions): Connection;
}

/** Where a run says what it does while it does it. Messages are made printable by whoever shows them. */
export interface Log {
  /** A stage of the pipeline begins. */
  stage(title: string): void;
  /** What a stage came to, one line for each thing. */
  info(message: string): void;
  /** With `--debug` alone. */
  debug(message: string): void;
}
