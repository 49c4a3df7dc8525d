import { X509Certificate } from "node:crypto";
import { RegcredError } from "../errors.ts";

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, and nothing else of it: a key that stands beside them stays behind.
 *
 * @param source what the text was read from, in words.
 * @throws RegcredError `bad-certificate` when there is none, or one does not parse.
 */
export function readCertificates(text: string, source: string): string {
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0) throw bad(`${source} holds no certificate in PEM`);
  blocks.forEach((block, index) => {
    if (!parses(block)) throw bad(`certificate ${index + 1} of ${blocks.length} in ${source} cannot be parsed`);
  });
  return `${blocks.join("\n")}\n`;
}

function parses(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0;
  } catch {
    return false;
  }
}

function bad(message: string): RegcredError {
  const hint =
    "it should hold -----BEGIN CERTIFICATE----- and what follows; openssl x509 -in FILE -noout -subject shows one";
  return new RegcredError({ code: "bad-certificate", message, hint });
}
