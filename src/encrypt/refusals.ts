import type { Location } from "../errors.ts";
import { RegcredError } from "../errors.ts";

// Why a SOPS file is not read. None of these repeats text of the file but its key names and recipients, which are no
// secrets.

/** Not what sops writes. */
export function malformed(reason: string, location: Location, cause?: unknown): RegcredError {
  const message = `${location.file} is no SOPS file that regcred can read: ${reason}`;
  const hint = "make it with sops and leave it as sops wrote it; sops -d tells whether sops itself can read it";
  return new RegcredError({ code: "sops-malformed", message, hint, location }, { cause });
}

/** Changed after it was sealed, or not authenticated at all. */
export function wrongMac(reason: string, location: Location): RegcredError {
  const message = `${location.file} is not as sops sealed it: ${reason}`;
  const hint =
    "somebody or something (a merge, a formatter, kustomize edit) changed it: restore it from Git, and change it with sops edit only";
  return new RegcredError({ code: "sops-wrong-mac", message, hint, location });
}

/** Something of the format that regcred leaves to sops. */
export function notSupported(feature: string, location: Location): RegcredError {
  const message = `${location.file} uses ${feature}, which regcred does not read`;
  const hint = "encrypt it for age recipients in one key group";
  return new RegcredError({ code: "not-supported-yet", message, hint, location });
}
