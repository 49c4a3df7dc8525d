import type { Decrypter } from "age-encryption";
import { RegcredError } from "../errors.ts";
import type { Identity } from "./identity.ts";
import { IDENTITY_SOURCES } from "./identity.ts";
import type { Metadata } from "./metadata.ts";
import { malformed } from "./refusals.ts";

const DATA_KEY_BYTES = 32;

/**
 * The data key of a file, by the first identity that opens an entry. The recipient that an entry names is a label and
 * no proof: entries that name one of ours are tried first, the others after them.
 *
 * @throws RegcredError `sops-no-identity`, `sops-malformed` (an entry that names ours does not open)
 */
export async function openDataKey(metadata: Metadata, identities: readonly Identity[]): Promise<Uint8Array> {
  const ours = new Set(identities.map(({ recipient }) => recipient));
  const named = metadata.age.filter(({ recipient }) => ours.has(recipient));
  const { armor, Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  for (const { secret } of identities) decrypter.addIdentity(secret.reveal());
  for (const { enc } of [...named, ...metadata.age.filter((entry) => !named.includes(entry))]) {
    const key = await open(() => armor.decode(enc), decrypter);
    if (key !== null) return key;
  }
  if (named[0] !== undefined) throw malformed(`its data key for ${named[0].recipient} is damaged`, metadata.location);
  throw noIdentity(metadata, identities);
}

/** A passphrase never opens an entry: no one is asked for, so that no scrypt of a stranger's cost is run. */
async function open(file: () => Uint8Array, decrypter: Decrypter): Promise<Uint8Array | null> {
  try {
    const key = await decrypter.decrypt(file());
    return key.length === DATA_KEY_BYTES ? key : null;
  } catch {
    return null;
  }
}

function noIdentity({ age, location }: Metadata, identities: readonly Identity[]): RegcredError {
  const have =
    identities.length === 0 ? "there is no age identity" : "none of the age identities at hand is one of them";
  const message = `${location.file} is encrypted for ${readersOf(age)}, and ${have}`;
  const hint = `put the private key of one of them into ${IDENTITY_SOURCES}`;
  return new RegcredError({ code: "sops-no-identity", message, hint, location });
}

const SHOWN_RECIPIENTS = 3;

/**
 * The first few recipients; a post-quantum one, which has 2,000 characters, by its start. Anybody may have written
 * them.
 */
function readersOf(age: Metadata["age"]): string {
  const names = age.map(({ recipient }) => (/^[a-z0-9]+$/.test(recipient) ? recipient : "an unknown recipient"));
  const shown = names.slice(0, SHOWN_RECIPIENTS).map((name) => (name.length > 80 ? `${name.slice(0, 24)}…` : name));
  const more = names.length - shown.length;
  if (names.length === 0) return "nobody with an age key";
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
