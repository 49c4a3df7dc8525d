import { gitBlobId } from "../../src/git-blob.ts";
import { LABEL } from "./specification.ts";

/** What a forger has at hand: texts of locks, but no key. */
export interface Locks {
  /** The lock as the last run left it. */
  readonly now: string;
  /** The one before. */
  readonly older: string;
  /** Of another cluster of the same configuration. */
  readonly edge: string;
  /** Of the same cluster of another configuration. */
  readonly other: string;
}

/** A text for `regcred.lock`, with how a run under a key and one without any take it. */
export interface Forgery {
  readonly name: string;
  readonly text: (locks: Locks) => string | null;
  /** The errors beside the one that the stranger at a wanted path is always worth. */
  readonly withKey: readonly string[];
  readonly withoutKey: readonly string[];
}

/** Files of ours in the cluster, all wanted. */
export const OURS = ["a", "b", "c"].map((name) => `prod/${name}/regcred.sops.yaml`);

const LABELLED = `kind: Secret\nmetadata:\n  labels:\n    ${LABEL}\n`;
/** Files of others, with and without our label: at a path that is wanted, at paths that look like ours, and elsewhere. */
export const STRANGERS: Readonly<Record<string, string>> = {
  "prod/w/regcred.sops.yaml": "kind: Secret # of another\n",
  "prod/d/regcred.sops.yaml": "kind: Secret # of nobody\n",
  "prod/notes.yaml": LABELLED,
  "secret.yaml": "kind: Secret # outside\n",
};

type Json = Record<string, unknown>;

/** The last lock with something changed behind the HMAC's back. */
function changing(change: (lock: Json, locks: Locks) => void): Forgery["text"] {
  return (locks) => {
    const lock = JSON.parse(locks.now);
    change(lock, locks);
    return JSON.stringify(lock, null, 2);
  };
}

function filesOf(lock: Json): Record<string, { blob: string; secret: Json }> {
  return Object(lock["files"]);
}

/** What a lock would say of a file if it were a pull secret of ours. */
function naming(path: string, content = STRANGERS[`prod/${path}`] ?? ""): Json {
  const secret = {
    namespace: path.split("/")[0],
    name: "regcred",
    recipients: [],
    frame: "f",
    expiresAt: null,
    key: null,
  };
  return { [path]: { blob: gitBlobId(content), secret: { ...secret, registries: { hub: null } } } };
}

const NONE: readonly string[] = [];
const rewritten = { withKey: NONE, withoutKey: NONE };
const stops = (code: string) => ({ withKey: [code], withoutKey: [code] });
/** Without a key, what it leaves out counts as a stranger's: it stays, and stays listed. */
const forgets = (files: number) => ({ withKey: NONE, withoutKey: Array.from({ length: files }, () => "foreign-file") });

function forgery(name: string, text: Forgery["text"], how: Omit<Forgery, "name" | "text">): Forgery {
  return { name, text, ...how };
}

/** Those that are written by hand. */
export const FORGERIES: readonly Forgery[] = [
  forgery("missing", () => null, stops("foreign-file")),
  forgery("empty", () => "", stops("bad-lock")),
  forgery("a blank", () => " \n", stops("bad-lock")),
  forgery("null", () => "null", stops("bad-lock")),
  forgery("a number", () => "1", stops("bad-lock")),
  forgery("a list", () => "[]", stops("bad-lock")),
  forgery("no JSON", () => "version: 1\n", stops("bad-lock")),
  forgery("JSON with a comment", ({ now }) => `// mine\n${now}`, stops("bad-lock")),
  forgery("with a byte order mark", ({ now }) => `\uFEFF${now}`, stops("bad-lock")),
  forgery("with something behind it", ({ now }) => `${now}x`, stops("bad-lock")),
  forgery("twice over", ({ now }) => now + now, stops("bad-lock")),
  forgery(
    "with the marks of a merge",
    ({ now, older }) => `<<<<<<< HEAD\n${now}=======\n${older}>>>>>>> main\n`,
    stops("bad-lock"),
  ),
  forgery("deep", () => `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, stops("bad-lock")),
  forgery("huge", () => " ".repeat(17 * 1024 * 1024), stops("file-too-large")),
  forgery(
    "of version 2",
    changing((lock) => (lock["version"] = 2)),
    stops("newer-lock"),
  ),
  forgery(
    "of version 1.5",
    changing((lock) => (lock["version"] = 1.5)),
    stops("newer-lock"),
  ),
  forgery("of version 1e999", ({ now }) => now.replace('"version": 1', '"version": 1e999'), stops("newer-lock")),
  forgery(
    "of version 0",
    changing((lock) => (lock["version"] = 0)),
    stops("bad-lock"),
  ),
  forgery(
    "of version -1",
    changing((lock) => (lock["version"] = -1)),
    stops("bad-lock"),
  ),
  forgery(
    'of version "1"',
    changing((lock) => (lock["version"] = "1")),
    stops("bad-lock"),
  ),
  forgery("another cluster's", ({ edge }) => edge, stops("foreign-owner")),
  forgery("another cluster's, renamed", ({ edge }) => edge.replace('"edge"', '"prod"'), forgets(3)),
  forgery("another owner's", ({ other }) => other, stops("foreign-owner")),
  forgery("another owner's, renamed", ({ other }) => other.replace('"others"', '"platform"'), rewritten),
  forgery(
    "with a blank owner",
    changing((lock) => (lock["owner"] = "")),
    stops("foreign-owner"),
  ),
  forgery("an older one, replayed", ({ older }) => older, rewritten),
  forgery(
    "an older one under the new HMAC",
    changing((lock, { older }) => (lock["files"] = JSON.parse(older).files)),
    rewritten,
  ),
  forgery(
    "both sides of a merge",
    changing((lock, { older }) => (lock["files"] = { ...filesOf(JSON.parse(older)), ...filesOf(lock) })),
    rewritten,
  ),
  forgery(
    "without an HMAC",
    changing((lock) => delete lock["mac"]),
    rewritten,
  ),
  forgery(
    "with the HMAC null",
    changing((lock) => (lock["mac"] = null)),
    rewritten,
  ),
  forgery(
    "with an empty HMAC",
    changing((lock) => (lock["mac"] = "")),
    rewritten,
  ),
  forgery(
    "with an odd HMAC",
    changing((lock) => (lock["mac"] = { a: [1] })),
    rewritten,
  ),
  forgery(
    "with another lock's HMAC",
    changing((lock, { edge }) => (lock["mac"] = JSON.parse(edge).mac)),
    rewritten,
  ),
  forgery(
    "with its HMAC in capitals",
    changing((lock) => (lock["mac"] = String(lock["mac"]).toUpperCase())),
    rewritten,
  ),
  forgery(
    "of another key",
    changing((lock) => (lock["key"] = "0123456789abcdef")),
    rewritten,
  ),
  forgery(
    "of no key",
    changing((lock) => (lock["key"] = null)),
    rewritten,
  ),
  forgery(
    "without files",
    changing((lock) => (lock["files"] = {})),
    forgets(3),
  ),
  forgery(
    "without one of its files",
    changing((lock) => delete filesOf(lock)["a/regcred.sops.yaml"]),
    forgets(1),
  ),
  forgery("with every blob id wrong", ({ now }) => now.replaceAll(/"blob": "\w+"/g, '"blob": "00"'), rewritten),
  forgery("with every fingerprint wrong", ({ now }) => now.replaceAll(/"(hub|quay)": "\w+"/g, '"$1": "00"'), rewritten),
  forgery(
    "that names a stranger where our naming puts a file",
    changing((lock) => Object.assign(filesOf(lock), naming("d/regcred.sops.yaml"))),
    { withKey: ["foreign-file"], withoutKey: ["foreign-file"] },
  ),
  forgery(
    "that names a stranger elsewhere",
    changing((lock) => Object.assign(filesOf(lock), naming("notes.yaml"))),
    { withKey: ["foreign-file"], withoutKey: ["foreign-file"] },
  ),
  ...[
    "../secret.yaml",
    "../edge/shop/regcred.sops.yaml",
    "/etc/passwd",
    "..\\secret.yaml",
    "a\\b",
    "",
    ".",
    "d",
    "__proto__",
  ].map((path) =>
    forgery(
      `that names ${JSON.stringify(path)}`,
      changing((lock) => Object.assign(filesOf(lock), naming(path))),
      rewritten,
    ),
  ),
  forgery(
    "with a file called __proto__",
    ({ now }) => now.replace('"files": {', '"files": { "__proto__": { "blob": "b" },'),
    rewritten,
  ),
  forgery(
    "that is a prototype",
    ({ now }) => now.replace("{", '{ "__proto__": { "version": 2, "pending": {} },'),
    rewritten,
  ),
  forgery("with its version twice", ({ now }) => now.replace("{", '{ "version": 7,'), rewritten),
  forgery("with its files twice", ({ now }) => now.replace(/\}\s*$/, ', "files": {} }'), forgets(3)),
  forgery(
    "with keys that no lock has",
    changing((lock) => (lock["extra"] = { files: {} })),
    rewritten,
  ),
  forgery(
    "with a stranger pending",
    changing((lock) => (lock["pending"] = naming("d/regcred.sops.yaml"))),
    { withKey: NONE, withoutKey: ["foreign-file"] },
  ),
  forgery(
    "with all its files pending",
    changing((lock) => Object.assign(lock, { pending: lock["files"], files: {} })),
    rewritten,
  ),
  forgery(
    "with nothing pending",
    changing((lock) => (lock["pending"] = {})),
    rewritten,
  ),
  forgery(
    "with odd things pending",
    changing((lock) => (lock["pending"] = [])),
    stops("bad-lock"),
  ),
  forgery(
    "with a hundred thousand files",
    changing((lock) => {
      for (let index = 0; index < 100_000; index++) filesOf(lock)[`n${index}/x`] = { blob: "b", secret: {} };
    }),
    stops("bad-lock"),
  ),
  forgery("with other line ends", ({ now }) => now.replaceAll("\n", "\r\n"), rewritten),
];

/** Where a JSON text can be cut between two tokens. */
export function tokenEnds(text: string): readonly number[] {
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g);
  return [...tokens].map(({ index, 0: token }) => index + token.length).slice(0, -1);
}

/** The text with one bit of one of its bytes turned. */
export function flipped(text: string, bit: number): Buffer {
  const bytes = Buffer.from(text);
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return bytes;
}
