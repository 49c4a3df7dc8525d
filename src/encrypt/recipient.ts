import { bech32 } from "@scure/base";
import type { Location, Problem } from "../errors.ts";
import { RegcredError } from "../errors.ts";
import { encryptAgeFile, x25519Recipient } from "./age-file.ts";

/** Makes the armored age file of a few bytes for one recipient. */
type Encrypt = (bytes: Uint8Array) => string | Promise<string>;

/**
 * Parsing checks a checksum and builds a key, and many files have the same few recipients. It holds public keys alone,
 * and no more of them than the files of one run name.
 */
const parsed = new Map<string, Encrypt>();

/**
 * The recipients of a list, without blanks at their ends and without repetitions, each a native age recipient whose
 * checksum is right.
 *
 * @throws RegcredError `bad-recipient`, one problem for each that is none.
 */
export function parseRecipients(list: readonly string[], location: Location): readonly string[] {
  const [first, ...rest] = recipientProblems(list, location);
  if (first !== undefined) throw new RegcredError([first, ...rest]);
  return namesOf(list);
}

/** Why a list of recipients cannot be used; none when it can. */
export function recipientProblems(list: readonly string[], location: Location): readonly Problem[] {
  const names = namesOf(list);
  return names.length === 0 ? [noRecipient(location)] : names.flatMap((name) => problemOf(name, location));
}

function namesOf(list: readonly string[]): readonly string[] {
  return [...new Set(list.map((text) => text.trim()))];
}

/** The armored age file of a data key for one recipient. */
export async function wrapDataKey(dataKey: Uint8Array, recipient: string): Promise<string> {
  return await encryptFor(recipient)(dataKey);
}

function encryptFor(name: string): Encrypt {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const encrypt = parse(name);
  parsed.set(name, encrypt);
  return encrypt;
}

const X25519_BYTES = 32;
/** An ML-KEM-768 encapsulation key and an X25519 point (C2SP.org/age, "The hybrid recipient type"). */
const HYBRID_BYTES = 1184 + 32;

/** @throws when the name is no native recipient, or its checksum is wrong. */
function parse(name: string): Encrypt {
  // Without the limit of 90 characters, which is Bitcoin's: age has none.
  const { prefix, words } = bech32.decode(name, false);
  const bytes = bech32.fromWords(words);
  if (prefix === "age1pq" && bytes.length === HYBRID_BYTES) return (plaintext) => encryptHybrid(plaintext, name);
  if (prefix !== "age" || bytes.length !== X25519_BYTES) throw new RangeError("neither kind of recipient");
  const x25519 = x25519Recipient(bytes);
  // A point of low order shares the same secret with everybody; OpenSSL refuses it, but only when it is used.
  encryptAgeFile(new Uint8Array(), x25519);
  return (plaintext) => armored(encryptAgeFile(plaintext, x25519));
}

/** Post-quantum recipients are the library's, which is large and loaded for them alone. */
async function encryptHybrid(plaintext: Uint8Array, name: string): Promise<string> {
  const { armor, Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.addRecipient(name);
  return armor.encode(await encrypter.encrypt(plaintext));
}

/** The strict PEM of RFC 7468: lines of 64 characters. */
function armored(file: Uint8Array): string {
  const lines =
    Buffer.from(file)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN AGE ENCRYPTED FILE-----", ...lines, "-----END AGE ENCRYPTED FILE-----", ""].join("\n");
}

function problemOf(name: string, location: Location): Problem[] {
  const reason = refusal(name);
  return reason === null ? [] : [{ code: "bad-recipient", location, ...reason }];
}

const NATIVE = "name a public key that age-keygen printed: age1… or, post-quantum, age1pq1…";

/** Why a text is no recipient of ours; null when it is one. An identity is a private key and is never shown. */
function refusal(name: string): { message: string; hint: string } | null {
  if (/AGE-|PRIVATE KEY/i.test(name)) return privateKey();
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  if (name.startsWith("ssh-")) return { message: "an SSH key is not supported as a recipient", hint: NATIVE };
  if (!/^age1[a-z0-9]+$/.test(name))
    return { message: `${JSON.stringify(shown)} is not an age recipient`, hint: NATIVE };
  const plugin = /^age1(?!pq1)([a-z0-9]+)1/.exec(name)?.[1];
  if (plugin !== undefined) return { message: `the recipient ${shown} needs the age plugin ${plugin}`, hint: NATIVE };
  try {
    encryptFor(name);
    return null;
  } catch {
    return { message: `the recipient ${shown} is mistyped: its checksum is wrong`, hint: "copy it again, as a whole" };
  }
}

function privateKey(): { message: string; hint: string } {
  return {
    message: "a private key stands where a recipient belongs; it is not shown",
    hint: "put its public key there (age-keygen -y), and if the file was committed make a new pair: this one is known now",
  };
}

function noRecipient(location: Location): Problem {
  return { code: "bad-recipient", message: "the list of recipients is empty", hint: NATIVE, location };
}
