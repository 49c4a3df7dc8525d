import { resolve } from "node:path";
import type { Location, Problem } from "../errors.ts";
import { RegcredError } from "../errors.ts";
import type { CertificateSource, SecretSource } from "../model.ts";
import { Secret } from "../secret.ts";
import { readCertificates } from "./certificates.ts";
import { confine } from "./confinement.ts";
import type { Environment, Files } from "./ports.ts";

/** Reads what a configuration's sources name. */
export interface SecretReader {
  /**
   * A secret, without line feeds at its end.
   *
   * @throws RegcredError with the location of the source: `variable-missing`, `empty-secret`, `bad-secret`,
   *   `path-escapes`, `forbidden-path`, and what files and SOPS files can be refused for.
   */
  secret(source: SecretSource): Promise<Secret>;
  /** One or more certificates in PEM. @throws RegcredError the same, and `bad-certificate` */
  certificate(source: CertificateSource): Promise<string>;
  /** What was trimmed on the way. */
  notes(): readonly Problem[];
}

/** A decrypted SOPS file. */
interface Decrypted {
  get(key: string): Secret;
}

export interface SecretReaderOptions {
  readonly environment: Environment;
  readonly files: Files;
  /** The configuration's folder, which paths are relative to; absolute. */
  readonly folder: string;
  /** What paths must not leave: the configuration's repository, or its folder; absolute. */
  readonly root: string;
  /** Files elsewhere that may be read even so; absolute. */
  readonly allowFiles: readonly string[];
  /** Told of every secret before it is handed out. */
  readonly onRead: (secret: Secret) => void;
  /** Decrypts a SOPS file, once for each file. */
  readonly decrypt: (bytes: Uint8Array, file: string) => Promise<Decrypted>;
}

export function createSecretReader(options: SecretReaderOptions): SecretReader {
  const notes = new Map<string, Problem>();
  const decrypted = new Map<string, Promise<Decrypted>>();

  async function read(source: SecretSource): Promise<Secret> {
    switch (source.from) {
      case "env":
        return variable(source.name, options.environment);
      case "file":
        return new Secret(decode(await readConfined(source.path, options), source));
      case "sops":
        return (await document(source.path)).get(source.key);
    }
  }

  function document(path: string): Promise<Decrypted> {
    const opened = decrypted.get(path) ?? readConfined(path, options).then((bytes) => options.decrypt(bytes, path));
    decrypted.set(path, opened);
    return opened;
  }

  function trim(secret: Secret, source: SecretSource): Secret {
    const trimmed = secret.map((value) => value.replace(/(?:\r?\n)+$/, ""));
    const { file, line, column } = source.location;
    if (trimmed.length < secret.length) notes.set(`${file}:${line}:${column}`, trimmedNote(source));
    if (trimmed.map((value) => value.trim()).length === 0) throw empty(source);
    options.onRead(trimmed);
    return trimmed;
  }

  return {
    secret: (source) => located(source.location, async () => trim(await read(source), source)),
    certificate: (source) =>
      located(source.location, async () => readCertificates(await certificateText(source, options), describe(source))),
    notes: () => [...notes.values()],
  };
}

/** Every problem of the work gets the location of the source, which is what the user can change. */
async function located<T>(location: Location, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RegcredError)) throw error;
    const [first, ...rest] = error.problems;
    const problems = [{ ...first, location }, ...rest.map((problem) => ({ ...problem, location }))] as const;
    throw new RegcredError(problems, { exitCode: error.exitCode, cause: error });
  }
}

async function readConfined(
  path: string,
  { files, folder, root, allowFiles }: SecretReaderOptions,
): Promise<Uint8Array> {
  return files.read(await confine(resolve(folder, path), { shown: path, files, root, allowFiles }));
}

async function certificateText(source: CertificateSource, options: SecretReaderOptions): Promise<string> {
  switch (source.from) {
    case "env":
      return variable(source.name, options.environment).reveal();
    case "file":
      return Buffer.from(await readConfined(source.path, options)).toString("latin1");
    case "pem":
      return source.pem;
  }
}

function variable(name: string, environment: Environment): Secret {
  const value = environment.get(name);
  if (value !== undefined) return new Secret(value);
  throw new RegcredError({
    code: "variable-missing",
    message: `the environment variable ${name} is not set`,
    hint: `in a workflow, add \`${name}: \${{ secrets.${name} }}\` to the step under \`env:\`; in a shell, export it`,
  });
}

function decode(bytes: Uint8Array, source: SecretSource): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const message = `${describe(source)} is not UTF-8 text`;
    throw new RegcredError({ code: "bad-secret", message, hint: "save it as UTF-8 without anything else in it" });
  }
}

function describe(source: SecretSource | CertificateSource): string {
  switch (source.from) {
    case "env":
      return `the environment variable ${source.name}`;
    case "file":
      return `the file ${source.path}`;
    case "sops":
      return `the value ${source.key} of ${source.path}`;
    case "pem":
      return "the text under pem";
  }
}

function empty(source: SecretSource): RegcredError {
  const message = `${describe(source)} is empty`;
  const hint = "GitHub hands over nothing for a secret that is not there, and to workflows of forks and of Dependabot";
  return new RegcredError({ code: "empty-secret", message, hint: source.from === "env" ? hint : "put the value in" });
}

function trimmedNote(source: SecretSource): Problem {
  const message = `a line feed at the end of ${describe(source)} was removed`;
  return { code: "trimmed", message, hint: "store it without one (printf, not echo)", location: source.location };
}
