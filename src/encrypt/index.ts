// 6 encrypt: manifests -> sealed files, and back.
//
// To seal a pull secret:  parseRecipients or openRules -> seal
// To read a SOPS file:    readIdentities -> decryptSops -> document.get("key")
// To compare with one:    readIdentities -> openPullSecret
// To compare without it:  readFingerprintKeys -> fingerprint, lockMac

export { parseRecipients, recipientProblems } from "./recipient.ts";
export { openRules } from "./rules.ts";
export { seal } from "./seal.ts";

export { readIdentities } from "./identity.ts";
export { decryptSops } from "./open.ts";
export { openPullSecret } from "./pull-secret.ts";
export type { OpenedSecret } from "./pull-secret.ts";

export {
  fingerprint,
  ephemeralFingerprintKey,
  FINGERPRINT_KEY,
  lockMac,
  PREVIOUS_FINGERPRINT_KEY,
  readFingerprintKeys,
  verifyLockMac,
} from "./fingerprint.ts";
export type { FingerprintKey } from "./fingerprint.ts";
