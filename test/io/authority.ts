import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Certified {
  readonly key: string;
  readonly cert: string;
}

/** A throwaway certificate authority with server certificates of several kinds (`test/vectors/tls/make.sh`). */
export interface Authority {
  readonly ca: string;
  readonly good: Certified;
  readonly wrongName: Certified;
  readonly expired: Certified;
  readonly future: Certified;
  readonly selfSigned: Certified;
}

const FOLDER = join(import.meta.dirname, "../vectors/tls");

function read(file: string): string {
  return readFileSync(join(FOLDER, file), "utf8");
}

function certified(name: string): Certified {
  return { key: read(`${name}.key`), cert: read(`${name}.crt`) };
}

export const authority: Authority = {
  ca: read("ca.crt"),
  good: certified("good"),
  wrongName: certified("wrong-name"),
  expired: certified("expired"),
  future: certified("future"),
  selfSigned: certified("self-signed"),
};
