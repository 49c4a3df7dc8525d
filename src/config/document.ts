import { LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { Problem } from "../errors.ts";
import { nestsTooDeeply } from "../nesting.ts";
import type { Finding } from "./finding.ts";
import { Places } from "./places.ts";
import { judgeStructure } from "./structure.ts";
import type { Structure } from "./structure.ts";
import { yamlFinding } from "./yaml-errors.ts";

/** What a text turned out to be: its value, if it has one, and where everything stands in it. */
export interface Source {
  /** Undefined when the text is no readable YAML. */
  readonly value: unknown;
  readonly places: Places;
  readonly findings: readonly Finding[];
}

/** Far above any real configuration (500 registries are about 100 KiB); keeps hostile ones from costing time. */
export const MOST_BYTES = 1024 * 1024;

/** Reads YAML 1.2 with merge keys. Never throws, whatever the text. */
export function readDocument(text: string, file: string): Source {
  const lines = new LineCounter();
  try {
    if (nestsTooDeeply(text)) throw new RangeError("nested too deeply");
    // Keys that stand twice are judged with the structure: the library compares every key with every other.
    const options = { merge: true, stringKeys: true, uniqueKeys: false, prettyErrors: false } as const;
    const document = parseDocument(text, { ...options, lineCounter: lines, logLevel: "error" });
    const structure = judgeStructure(document);
    const places = new Places(file, lines, document, structure.targets);
    return { places, ...valueOf(document, structure, text) };
  } catch {
    // The library is recursive; what else it may throw at a text this odd would mean nothing to a user.
    const findings = [yamlFinding("RESOURCE_EXHAUSTION", 0, text)];
    return { value: undefined, places: new Places(file, lines), findings };
  }
}

function valueOf(document: Document.Parsed, { findings }: Structure, text: string): Pick<Source, "value" | "findings"> {
  // Only the first: what the parser says after it has lost its way is noise.
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (error !== undefined) return { value: undefined, findings: [yamlFinding(error.code, error.pos[0], text)] };
  // A document with a key twice can still be judged; one with a broken alias has no value.
  if (findings.some(({ code }) => code !== "duplicate-key")) return { value: undefined, findings };
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  return { value: value ?? null, findings };
}

/** Findings as problems, each with line and column. */
export function toProblems(findings: readonly Finding[], places: Places): readonly Problem[] {
  return findings.map(({ code, message, hint, at, on }) => ({ code, message, hint, location: places.locate(at, on) }));
}
