import { execFileSync } from "node:child_process";
import { createCipheriv, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { seal } from "../src/encrypt/index.ts";
import type { Manifest } from "../src/model.ts";
import { Secret } from "../src/secret.ts";
import type { Measurement } from "./measurement.ts";

const FILES = 1000;
/** Enough of a process each to measure; the loop over all is extrapolated from them. */
const SOPS_FILES = 30;

const recipient = await identityToRecipient(await generateX25519Identity());
const dockerConfig = Buffer.from(
  JSON.stringify({ auths: { "harbor.example": { auth: randomBytes(60).toString("hex") } } }),
);

function manifest(index: number): Manifest {
  const wanted = {
    cluster: "prod",
    namespace: `team-${index}`,
    name: "regcred",
    path: `team-${index}/regcred.sops.yaml`,
  };
  return {
    wanted: { ...wanted, recipients: [recipient], frame: "", key: null, keys: [], entries: [] },
    labels: { "app.kubernetes.io/managed-by": "regcred" },
    annotations: {},
    dockerConfigJson: new Secret(dockerConfig.toString("base64")),
  };
}

async function millisecondsEach(count: number, work: (index: number) => unknown): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < count; index++) await work(index);
  return (performance.now() - start) / count;
}

/** What cannot be left out for one file: two X25519 operations, three keys, two sealed chunks, two sealed values. */
function bareCryptography(key: ReturnType<typeof generateKeyPairSync>["publicKey"]): void {
  const ephemeral = generateKeyPairSync("x25519");
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: key });
  for (const info of ["wrap", "header", "payload"]) hkdfSync("sha256", shared, "", info, 32);
  for (const length of [16, 32]) encrypt("chacha20-poly1305", 12, randomBytes(length));
  for (const bytes of [dockerConfig, randomBytes(128)]) encrypt("aes-256-gcm", 32, bytes);
}

function encrypt(cipher: "chacha20-poly1305" | "aes-256-gcm", ivBytes: number, bytes: Uint8Array): void {
  const key = randomBytes(32);
  const iv = randomBytes(ivBytes);
  const sealing =
    cipher === "aes-256-gcm" ? createCipheriv(cipher, key, iv) : createCipheriv(cipher, key, iv, { authTagLength: 16 });
  sealing.update(bytes);
  sealing.final();
}

function sopsLoop(folder: string): Promise<number> {
  const { metadata, data } = {
    metadata: { name: "regcred" },
    data: { ".dockerconfigjson": dockerConfig.toString("base64") },
  };
  const plain = join(folder, "plain.json");
  writeFileSync(plain, JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata, data }));
  const args = ["-e", "--age", recipient, "--encrypted-regex", "^(data|stringData)$", "--output-type", "yaml", plain];
  return millisecondsEach(SOPS_FILES, () => execFileSync("sops", args));
}

/**
 * How long it takes to seal pull secrets, beside the real sops (on the PATH) and beside the bare cryptography, in one
 * run.
 */
export async function measureEncrypt(): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "regcred-bench-"));
  try {
    const now = new Date();
    const { publicKey } = generateKeyPairSync("x25519");
    const first = await millisecondsEach(1, () => seal(manifest(0), now));
    await millisecondsEach(50, (index) => seal(manifest(index), now));
    const ours = await millisecondsEach(FILES, (index) => seal(manifest(index), now));
    await millisecondsEach(50, () => bareCryptography(publicKey));
    const bare = await millisecondsEach(FILES, () => bareCryptography(publicKey));
    const loop = await sopsLoop(folder);
    return [
      { what: "the first SOPS file, start-up of the libraries included", value: first, unit: "ms" },
      { what: `each of ${FILES} SOPS files, one recipient`, value: ours, unit: "ms", reach: 0.5 },
      { what: "  beside the bare cryptography of one", value: bare, unit: "ms" },
      { what: `  beside one \`sops -e\`, mean of a loop of ${SOPS_FILES}`, value: loop, unit: "ms" },
      { what: "  faster than that loop", value: loop / ours, unit: "times", reach: 50 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
