// What regcred knows of in a docker config folder.

/** docker's own (docker/cli, cli/config/config.go, `ConfigFileName`). */
export const CONFIG = "config.json";
/** What was there before, so that a login can be undone. */
export const RECORD = "regcred-login.json";
/** Held by a run of regcred that is at work in the folder. */
export const LOCK = "regcred-login.lock";
