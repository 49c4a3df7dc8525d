import pLimit from "p-limit";
import { fingerprint, openPullSecret, readIdentities } from "../encrypt/index.ts";
import type { OpenedSecret } from "../encrypt/index.ts";
import { RegcredError } from "../errors.ts";
import type { Problem } from "../errors.ts";
import { gitBlobId } from "../git-blob.ts";
import type { DockerConfigEntry, OpenedFile, WantedSecret } from "../model.ts";
import { frameDigest } from "../render/index.ts";
import { maskLogin } from "./derived.ts";
import { NO_KEY, unopened } from "./keys.ts";
import type { Keys } from "./keys.ts";
import type { KnownSecrets } from "./known-secrets.ts";
import type { World } from "./world.ts";

/** Files that are opened side by side: each may have 5 MiB. */
const AT_ONCE = 8;

/** What is needed to open the pull secrets that are there. */
interface Opening {
  /** `name` of the configuration. */
  readonly owner: string;
  readonly keys: Keys;
  readonly secrets: KnownSecrets;
}

/** A file to open. */
interface Sealed {
  /** From the root of the GitOps repository. */
  readonly path: string;
  /** The git blob id that was judged. */
  readonly blob: string | null;
  readonly read: () => Promise<Uint8Array>;
}

/** Opens pull secrets that are there already with the age identities of the environment, where there are any. */
export class Opener {
  readonly #opening: Opening;
  readonly #world: World;
  readonly #limit = pLimit(AT_ONCE);
  readonly #warnings: Problem[] = [];
  readonly #unopened: string[] = [];
  /** By the git blob id of the file. */
  readonly #entries = new Map<string, readonly DockerConfigEntry[]>();
  #identities: ReturnType<typeof readIdentities> | undefined;

  constructor(opening: Opening, world: World) {
    this.#opening = opening;
    this.#world = world;
  }

  /**
   * What is in a file, compared under the run's first key; null where no identity opens it, or its MAC is wrong.
   *
   * @throws RegcredError what reading it throws
   */
  async open(wanted: WantedSecret, { path, blob, read }: Sealed): Promise<OpenedFile | null> {
    const identities = await this.#readIdentities();
    if (identities.length === 0) return null;
    return await this.#limit(async () => {
      const bytes = await read();
      try {
        // What changed since it was judged is not what was judged.
        if (gitBlobId(bytes) !== blob) return null;
        const opened = await openPullSecret(bytes, path, identities);
        this.#entries.set(blob, opened.entries);
        return openedFile(opened, wanted, this.#opening);
      } catch (error) {
        if (!(error instanceof RegcredError)) throw error;
        this.#unopened.push(path);
        return null;
      }
    });
  }

  /** A registry's entry in a file that was opened, to go into the one that takes its place. */
  oldEntry(blob: string, server: string | null): DockerConfigEntry | undefined {
    const entry = this.#entries.get(blob)?.find((item) => item.server === server);
    if (entry === undefined) return undefined;
    this.#opening.secrets.add(entry.password);
    maskLogin({ kind: "basic", username: entry.username, password: entry.password }, this.#world.mask);
    return entry;
  }

  /** What of all this the user has to know: above all, that nothing tells what changed. */
  async warnings(): Promise<readonly Problem[]> {
    if (this.#opening.keys.current !== null) return this.#warnings;
    const identities = await this.#readIdentities();
    if (identities.length === 0) return [...this.#warnings, NO_KEY];
    return this.#unopened.length === 0 ? this.#warnings : [...this.#warnings, unopened(this.#unopened)];
  }

  /** Read once, and only where they are needed: one that cannot be read must not stop a run that can do without. */
  #readIdentities(): ReturnType<typeof readIdentities> {
    return (this.#identities ??= this.#read());
  }

  async #read(): ReturnType<typeof readIdentities> {
    try {
      const identities = await readIdentities(this.#world.environment, this.#world.files);
      for (const { secret } of identities) this.#opening.secrets.add(secret);
      return identities;
    } catch (error) {
      if (!(error instanceof RegcredError)) throw error;
      this.#warnings.push(...error.problems);
      return [];
    }
  }
}

/** Fingerprints stand for the credentials from here on, so that a plan holds no secret. */
function openedFile(
  { recipients, frame, entries }: OpenedSecret,
  { cluster, namespace, name, entries: wanted }: WantedSecret,
  { owner, keys }: Opening,
): OpenedFile {
  const [key] = keys.comparing;
  const place = { owner, cluster, namespace, secret: name };
  const fingerprints = entries.map((entry) => {
    const registry = wanted.find(({ server }) => server === entry.server)?.registry ?? "";
    return [entry.server, fingerprint(key, { ...place, registry, ...entry })] as const;
  });
  return { recipients, frame: frame && frameDigest(frame), key: key.id, fingerprints: new Map(fingerprints) };
}
