// How long it takes to seal pull secrets with SOPS, beside the real sops and beside the bare cryptography, in one run.
//
//   PATH="$(test/conformance/install-tools.sh)" node bench/encrypt.ts
import { execFileSync } from "node:child_process";
import { createCipheriv, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { seal } from "../src/encrypt/index.ts";
import type { Manifest } from "../src/model.ts";
import { Secret } from "../src/secret.ts";

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
    wanted: { ...wanted, recipients: [recipient], frame: "", key: null, entries: [] },
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

const folder = mkdtempSync(join(tmpdir(), "regcred-bench-"));
try {
  const now = new Date();
  const { publicKey } = generateKeyPairSync("x25519");
  const first = await millisecondsEach(1, () => seal(manifest(0), now));
  await millisecondsEach(50, (index) => seal(manifest(index), now));
  const ours = await millisecondsEach(FILES, (index) => seal(manifest(index), now));
  await millisecondsEach(50, () => bareCryptography(publicKey));
  const bare = await millisecondsEach(FILES, () => bareCryptography(publicKey));
  const sops = await sopsLoop(folder);
  const row = (name: string, value: number, note: string) =>
    console.log(`${name.padEnd(28)}${value.toFixed(3).padStart(9)} ms  ${note}`);
  row("regcred, the first file", first, "start-up of the libraries' code included");
  row("regcred, each of 1,000", ours, `one recipient; ${(ours / bare).toFixed(1)} x the bare cryptography`);
  row("bare cryptography", bare, "node:crypto alone");
  row(
    "sops -e, each",
    sops,
    `a process each, mean of ${SOPS_FILES}; 1,000 would take ${sops.toFixed(0)} s (extrapolated)`,
  );
  console.log(
    `regcred is ${(sops / ours).toFixed(0)} times faster than the loop (target: 50), and needs at most 0.5 ms: ${ours <= 0.5}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
