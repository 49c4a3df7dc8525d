import { readFileSync } from "node:fs";
import tls from "node:tls";
import { readCertificates } from "./certificates.ts";

/** The certificates (PEM) that Node.js trusts where it is not told which. */
export function defaultAuthorities(): readonly string[] {
  // Since Node.js 22.15; the list of `--use-system-ca` is in it too.
  if ("getCACertificates" in tls) return tls.getCACertificates("default");
  return bundledAuthorities(process.env["NODE_EXTRA_CA_CERTS"]);
}

/** The same as older versions make it: their bundled list, and the file that NODE_EXTRA_CA_CERTS names. */
export function bundledAuthorities(extra = ""): readonly string[] {
  if (extra === "") return tls.rootCertificates;
  try {
    return [...tls.rootCertificates, readCertificates(readFileSync(extra, "utf8"), extra)];
  } catch {
    return tls.rootCertificates; // Node.js has said at its start that it ignores that file
  }
}
