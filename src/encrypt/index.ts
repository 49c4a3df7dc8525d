// 6 encrypt: manifests -> sealed files, and back.
//
// To seal a pull secret:  parseRecipients or openRules -> seal
// To read a SOPS file:    readIdentities -> decryptSops -> document.get("key")
// To compare without it:  readFingerprintKey -> fingerprint, lockMac

export { parseRecipients, recipientProblems } from "./recipient.ts";
export { openRules } from "./rules.ts";
export { seal } from "./seal.ts";

export { readIdentities } from "./identity.ts";
export { decryptSops } from "./open.ts";

export { fingerprint, FINGERPRINT_KEY, lockMac, readFingerprintKey, verifyLockMac } from "./fingerprint.ts";
export type { FingerprintKey } from "./fingerprint.ts";
