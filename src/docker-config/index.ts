// Beside the stages: credentials -> the `config.json` of docker and its kin, and back.

export { loginKeys } from "./keys.ts"; // which keys each registry is written under
export type { LoginTarget } from "./keys.ts";
export type { NewLogin, Undone } from "./ledger.ts";
export { inspectFolder, removeLogins, writeLogins } from "./store.ts";
export type { LockedFolder } from "./store.ts";
