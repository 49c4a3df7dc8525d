import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gitBlobId } from "../../src/git-blob.ts";
import { createFiles } from "../../src/io/files.ts";
import type { Files } from "../../src/io/ports.ts";
import { SealedFile } from "../../src/model/sealed.ts";
import type { LockedFile } from "../../src/model.ts";
import { directoryHoldings, readCluster, writeCluster } from "../../src/publish/index.ts";
import type { ClusterUpdate } from "../../src/publish/index.ts";

const files = createFiles();
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "regcred-"));
});
afterEach(() => rm(root, { recursive: true }));

const TEXT = "metadata:\n    labels:\n        app.kubernetes.io/managed-by: regcred\n";
const KUSTOMIZATION = "resources: []\n";

function locked(text: string): LockedFile {
  return { blob: gitBlobId(text) };
}

function update(change: Partial<ClusterUpdate> = {}): ClusterUpdate {
  const paths = { "apps/regcred.sops.yaml": locked(TEXT), "kustomization.yaml": locked(KUSTOMIZATION) };
  return {
    path: "pull-secrets/prod",
    lock: { version: 1, owner: "platform", cluster: "prod", key: null, files: paths },
    before: {},
    sealed: [new SealedFile("apps/regcred.sops.yaml", TEXT)],
    kustomization: KUSTOMIZATION,
    removes: [],
    ...change,
  };
}

async function write(change: Partial<ClusterUpdate> = {}, through: Files = files): Promise<void> {
  await writeCluster(root, update(change), { files: through, lockKey: null, proceed: () => undefined });
}

async function read(...wanted: string[]) {
  const directory = { path: "pull-secrets/prod", owner: "platform", cluster: "prod" };
  return await readCluster(directory, wanted, { holdings: directoryHoldings(root, files), lockKey: null });
}

/** The disk, with each write and removal noted as it happens. */
function noting(notes: string[]): Files {
  const short = (path: string) => path.replace(`${root}/pull-secrets/prod/`, "");
  return {
    ...files,
    replace: async (below, path, bytes, options) => {
      const lock = path.endsWith(".lock") ? (Buffer.from(bytes).includes("pending") ? " (pending)" : " (final)") : "";
      notes.push(`write ${short(path)}${lock}${options?.durable === true ? " durably" : ""}`);
      return await files.replace(below, path, bytes, options);
    },
    remove: async (below, path) => {
      notes.push(`remove ${short(path)}`);
      return await files.remove(below, path);
    },
  };
}

describe("writing a cluster's directory", () => {
  it("writes the lock first and last, and removes only what nothing lists any longer", async () => {
    await write({ sealed: [new SealedFile("old/regcred.sops.yaml", TEXT)] });
    const notes: string[] = [];
    await write({ removes: ["old/regcred.sops.yaml"] }, noting(notes));
    expect(notes).toEqual([
      "write regcred.lock (pending) durably",
      "write apps/regcred.sops.yaml",
      "write kustomization.yaml",
      "remove old/regcred.sops.yaml",
      "write regcred.lock (final) durably",
    ]);
  });

  it("writes the lock alone when nothing else changes", async () => {
    const notes: string[] = [];
    await write({ sealed: [], kustomization: null }, noting(notes));
    expect(notes).toEqual(["write regcred.lock (final) durably"]);
  });

  it.each([1, 2, 3, 4])("stopped before write %i, leaves what the next run knows as its own", async (stop) => {
    let writes = 0;
    const proceed = () => {
      writes += 1;
      if (writes === stop) throw new Error("stopped");
    };
    await expect(writeCluster(root, update(), { files, lockKey: null, proceed })).rejects.toThrow("stopped");
    const { lock, files: found } = await read("apps/regcred.sops.yaml", "kustomization.yaml");
    expect(lock.kind).toBe(stop === 1 ? "none" : "ours");
    const pending = lock.kind === "ours" ? (lock.lock.pending ?? {}) : {};
    for (const [path, { blob }] of found) expect(pending[path]?.blob).toBe(blob);
    await write();
    expect(await read("apps/regcred.sops.yaml")).toMatchObject({ lock: { kind: "ours", lock: update().lock } });
  });
});

describe("reading a cluster's directory", () => {
  it("finds nothing where nothing is", async () => {
    expect(await read("apps/regcred.sops.yaml")).toEqual({ lock: { kind: "none" }, files: new Map() });
  });

  it("finds what is wanted and what the lock names, with its blob as Git counts it and our label", async () => {
    await write();
    const { files: found } = await read("absent.yaml");
    expect(found).toEqual(
      new Map([
        ["apps/regcred.sops.yaml", { blob: gitBlobId(TEXT), managed: true }],
        ["kustomization.yaml", { blob: gitBlobId(KUSTOMIZATION), managed: false }],
      ]),
    );
  });

  it("takes a symbolic link for what it is: not ours, whatever it leads to", async () => {
    await write();
    const path = join(root, "pull-secrets/prod/apps/regcred.sops.yaml");
    await writeFile(join(root, "elsewhere"), TEXT);
    await rm(path);
    await symlink(join(root, "elsewhere"), path);
    expect((await read()).files.get("apps/regcred.sops.yaml")).toEqual({ blob: null, managed: false });
    await expect(write()).rejects.toThrow(/symbolic link/);
    expect(await readFile(join(root, "elsewhere"), "utf8")).toBe(TEXT);
  });

  it.each([
    ['    app.kubernetes.io/managed-by: "regcred"', true],
    ["  app.kubernetes.io/managed-by: regcred", true],
    ["app.kubernetes.io/managed-by: regcred", false],
    ["    app.kubernetes.io/managed-by: regcred2", false],
    ["    # app.kubernetes.io/managed-by: regcred", false],
  ])("knows a file of ours by its label: %j", async (line, managed) => {
    await write({ sealed: [new SealedFile("apps/regcred.sops.yaml", `a: b\n${line}\nc: d\n`)] });
    expect((await read("apps/regcred.sops.yaml")).files.get("apps/regcred.sops.yaml")).toMatchObject({ managed });
  });
});
