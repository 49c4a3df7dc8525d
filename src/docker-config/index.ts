// Beside the stages: credentials -> the `config.json` of docker and its kin, and back.

export { helpersIn, recordedIn } from "./folder.ts";
export type { LockedFolder } from "./folder.ts";
export { helperHost, loginKeys } from "./keys.ts"; // which keys each registry is written under
export type { LoginKeys, LoginTarget } from "./keys.ts";
export type { NewLogin, Undone } from "./ledger.ts";
export { LOCK } from "./names.ts";
export { removeLogins, writeLogins } from "./store.ts";
