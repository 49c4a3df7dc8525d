/** What a secret field takes. */
export const SECRET_HINT =
  "say where it is read from: `{ env: NAME }`, `{ file: PATH }` or `{ sops: { file: PATH, key: KEY } }`";

const MISSING: Readonly<Record<string, string>> = {
  version: "start the file with `version: 1`",
  registries: "name at least one: `registries: { docker-hub: { type: docker-hub, auth: … } }`",
  type: "say what kind of registry it is, such as `type: docker-hub` or `type: generic`",
  host: "say where it is, such as `host: registry.example.com`; only types with one fixed host need none",
  auth: "say how to log in: `auth: { basic: { username: NAME, password: { env: NAME } } }`, or `auth: { anonymous: {} }`",
  username: "add `username: NAME`",
  password: SECRET_HINT,
  token: SECRET_HINT,
  namespaces: "list the namespaces that may get a pull secret: `namespaces: [apps]`",
  encrypt: "say who can decrypt: `encrypt: { sops: { age: [age1…] } }`, or `encrypt: { sops: { rules: .sops.yaml } }`",
  timeout: "give it a unit, such as `15s`",
  expiryWarning: "give it a unit, such as `14d`",
};

/** What to write for a key that is missing or empty; undefined for one that speaks for itself, or is no key of ours. */
export function missingHint(key: string): string | undefined {
  return Object.hasOwn(MISSING, key) ? MISSING[key] : undefined;
}
