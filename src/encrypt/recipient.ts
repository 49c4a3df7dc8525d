import { armor, Encrypter } from "age-encryption";
import type { Location, Problem } from "../errors.ts";
import { RegcredError } from "../errors.ts";
import { encryptAgeFile, x25519Recipient } from "./age-file.ts";

/** Somebody who can decrypt. */
interface Recipient {
  /** The armored age file of the data key for this recipient alone. */
  wrap(dataKey: Uint8Array): Promise<string>;
}

/** Parsing checks a checksum and builds a key; many files have the same few recipients. */
const parsed = new Map<string, Recipient>();

/**
 * The recipients of a list, without blanks at their ends and without repetitions, each a native age recipient whose checksum is right.
 *
 * @throws RegcredError `bad-recipient`, one problem for each that is none.
 */
export function parseRecipients(list: readonly string[], location: Location): readonly string[] {
  const names = [...new Set(list.map((text) => text.trim()))];
  if (names.length === 0) throw new RegcredError(noRecipient(location));
  const problems = names.flatMap((name) => problemOf(name, location));
  const [first, ...rest] = problems;
  if (first !== undefined) throw new RegcredError([first, ...rest]);
  return names;
}

/** The armored age file of a data key for one recipient. */
export function wrapDataKey(dataKey: Uint8Array, recipient: string): Promise<string> {
  return recipientOf(recipient).wrap(dataKey);
}

function recipientOf(name: string): Recipient {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const recipient = parse(name);
  parsed.set(name, recipient);
  return recipient;
}

function parse(name: string): Recipient {
  const encrypter = new Encrypter();
  encrypter.addRecipient(name);
  if (isHybrid(name)) return { wrap: async (dataKey) => armor.encode(await encrypter.encrypt(dataKey)) };
  const x25519 = x25519Recipient(pointOf(name));
  // A point of low order shares the same secret with everybody; OpenSSL refuses it, but only when it is used.
  encryptAgeFile(new Uint8Array(), x25519);
  return { wrap: (dataKey) => Promise.resolve(armor.encode(encryptAgeFile(dataKey, x25519))) };
}

function isHybrid(name: string): boolean {
  return name.startsWith("age1pq1");
}

const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECKSUM_CHARACTERS = 6;

/** The 32 bytes of an X25519 recipient whose checksum is known to be right: five bits a character (BIP 173), the last four bits being padding. */
function pointOf(name: string): Uint8Array {
  const data = name.slice("age1".length, -CHECKSUM_CHARACTERS);
  const bits = Array.from(data, (character) => BECH32.indexOf(character).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from({ length: 32 }, (_, index) => parseInt(bits.slice(index * 8, index * 8 + 8), 2));
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
    recipientOf(name);
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
