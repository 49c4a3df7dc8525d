import { RegcredError } from "../errors.ts";
import type { Environment, Files } from "../io/ports.ts";
import { Secret } from "../secret.ts";

/** An age private key. */
export interface Identity {
  readonly secret: Secret;
  /** The public key that belongs to it. */
  readonly recipient: string;
}

const KEY = "SOPS_AGE_KEY";
const KEY_FILE = "SOPS_AGE_KEY_FILE";

/**
 * Where identities are looked for, in words. Unlike sops we look nowhere else: neither in home folders nor in the
 * output of programs.
 */
export const IDENTITY_SOURCES = `${KEY}, or into a file that ${KEY_FILE} names`;

/**
 * The age identities of the environment: those in `SOPS_AGE_KEY`, separated by blanks or lines, and those in the file
 * that `SOPS_AGE_KEY_FILE` names, one a line. Lines that start with `#` are comments. None is no error.
 *
 * @throws RegcredError `bad-identity`, which never shows the text, or what the file port throws.
 */
export async function readIdentities(environment: Environment, files: Files): Promise<readonly Identity[]> {
  const path = environment.get(KEY_FILE) ?? "";
  const sources = [
    { source: KEY, text: environment.get(KEY) ?? "" },
    {
      source: `the file that ${KEY_FILE} names`,
      text: path === "" ? "" : Buffer.from(await files.read(path)).toString(),
    },
  ];
  const words = sources.flatMap(({ source, text }) => wordsOf(text).map((word) => ({ source, word })));
  return Promise.all(words.map(({ source, word }) => parse(word, source)));
}

function wordsOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).filter((line) => !line.trimStart().startsWith("#"));
  return lines.flatMap((line) => line.split(/\s+/)).filter((word) => word !== "");
}

async function parse(word: string, source: string): Promise<Identity> {
  const foreign = foreignKind(word);
  if (foreign !== null)
    throw badIdentity(
      `${source} holds ${foreign}`,
      "name a key that age-keygen printed: AGE-SECRET-KEY-1… or AGE-SECRET-KEY-PQ-1…",
    );
  try {
    const { Decrypter, identityToRecipient } = await import("age-encryption");
    const recipient = await identityToRecipient(word);
    new Decrypter().addIdentity(word);
    return { secret: new Secret(word), recipient };
  } catch {
    throw badIdentity(
      `${source} holds an age identity that is mistyped: its checksum is wrong`,
      "copy it again, as a whole",
    );
  }
}

/** What a text is, when it is no native age identity. */
function foreignKind(word: string): string | null {
  if (word.startsWith("AGE-SECRET-KEY-1") || word.startsWith("AGE-SECRET-KEY-PQ-1")) return null;
  if (word.startsWith("AGE-PLUGIN-")) return "an identity of an age plugin, which regcred does not run";
  if (word.startsWith("age1")) return "an age recipient (a public key), where an identity (a private key) belongs";
  if (word.startsWith("-----BEGIN")) return "a PEM or armored key (SSH, or an identity behind a passphrase)";
  return "something that is no age identity";
}

function badIdentity(message: string, hint: string): RegcredError {
  return new RegcredError({ code: "bad-identity", message, hint });
}
