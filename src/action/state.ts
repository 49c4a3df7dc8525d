import type { Runner } from "../io/actions.ts";

/** A login of the main step, which the post step undoes. Nothing of it is secret. */
export interface SavedLogin {
  /** The docker config folder, absolute. */
  readonly folder: string;
  readonly loginId: string;
}

export function saveLogin({ folder, loginId }: SavedLogin, runner: Runner): void {
  runner.saveState("docker-config", folder);
  runner.saveState("login-id", loginId);
}

/** Null where the main step did not log in. */
export function savedLogin(runner: Runner): SavedLogin | null {
  const [folder, loginId] = [runner.state("docker-config"), runner.state("login-id")];
  return folder === "" || loginId === "" ? null : { folder, loginId };
}
