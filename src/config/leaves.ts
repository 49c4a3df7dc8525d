import { parseCanary } from "./canary.ts";
import { parseDirectory, refuseFile } from "./directory.ts";
import type { Confinement } from "./directory.ts";
import { pathText, quote } from "./finding.ts";
import type { Finding, Path } from "./finding.ts";
import { FIXED_HOSTS, hostText, isExactHost, isHost, parseHost } from "./host.ts";
import { isObject, valueAt } from "./raw.ts";
import { inlineSecret, schemaBelow, SCHEMA_ROOT } from "./schema/index.ts";
import type { SchemaPlace } from "./schema/index.ts";
import { doubtUsername } from "./usernames.ts";
import { refuseVariable } from "./variables.ts";
import { parseDate, parseTimeout } from "./time.ts";

/** A text of the document. What is said of one that the schema refuses is dropped: the schema says it better. */
interface Leaf {
  readonly path: Path;
  readonly text: string;
  readonly document: unknown;
  readonly confinement: Confinement;
}

/** What the schema cannot say of a single text, by the name of its definition there. */
const RULES: Readonly<Record<string, (leaf: Leaf) => Omit<Finding, "at"> | undefined>> = {
  variable: ({ path, text, document }) => refuseVariable(text, valueAt(document, [...path.slice(0, 2), "type"])),
  username: ({ path, text, document }) =>
    named(path, doubtUsername(text, valueAt(document, [...path.slice(0, 2), "type"]))),
  file: ({ path, text, confinement }) => named(path, refuseFile(text, confinement)),
  pem: ({ path, text }) => (text.includes("PRIVATE KEY") ? inlineSecret(path) : undefined),
  directory: ({ path, text }) => {
    const parsed = parseDirectory(text);
    return "directory" in parsed ? undefined : named(path, parsed);
  },
  date: ({ path, text }) =>
    parseDate(text) === undefined
      ? {
          code: "bad-value",
          message: `${pathText(path)} is a day that no calendar has`,
          hint: "write it as `2027-03-01`",
        }
      : undefined,
  duration: judgeDuration,
  host: judgeHost,
  tokenHost: ({ path, text }) =>
    isExactHost(text)
      ? undefined
      : {
          code: "bad-host",
          message: `${pathText(path)} is no host`,
          hint: "say `host` or `host:port`, such as `auth.example.com`",
        },
  imageReference: judgeCanary,
  secretName: ({ path, text, document }) =>
    text.includes("{registry}") && valueAt(document, [...path.slice(0, -1), "layout"]) !== "per-registry"
      ? {
          code: "bad-value",
          message: `${pathText(path)} has a \`{registry}\``,
          hint: "it goes with `layout: per-registry` only",
        }
      : undefined,
};

/** Judges every text on its own. */
export function judgeLeaves(document: unknown, confinement: Confinement): readonly Finding[] {
  return leavesOf(document, [], SCHEMA_ROOT).flatMap(({ path, text, definition }) => {
    const rule = definition === undefined ? undefined : RULES[definition];
    const found = rule?.({ path, text, document, confinement });
    return found === undefined ? [] : [{ at: path, ...found }];
  });
}

type Text = Pick<Leaf, "path" | "text"> & Pick<SchemaPlace, "definition">;

function leavesOf(value: unknown, path: Path, place: SchemaPlace | undefined): readonly Text[] {
  // What the schema does not know (`x-…`) is nobody's business.
  if (place === undefined) return [];
  if (typeof value === "string") return [{ path, text: value, definition: place.definition }];
  if (!isObject(value)) return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([step, inner]) => leavesOf(inner, [...path, step], schemaBelow(place, step)));
}

function named(path: Path, refusal: Omit<Finding, "at"> | undefined): Omit<Finding, "at"> | undefined {
  return refusal && { ...refusal, message: `${pathText(path)} ${refusal.message}` };
}

function judgeDuration({ path, text }: Leaf): Omit<Finding, "at"> | undefined {
  if (path.at(-1) !== "timeout" || parseTimeout(text) !== null) return undefined;
  return {
    code: "bad-value",
    message: `${pathText(path)} is out of range`,
    hint: "say 1 second to 1 hour, such as `15s`",
  };
}

function judgeHost({ path, text, document }: Leaf): Omit<Finding, "at"> | undefined {
  const [, name = ""] = path;
  const parsed = parseHost(text, String(valueAt(document, ["registries", name, "type"])));
  if (!isHost(parsed)) return named(path, { code: "bad-host", ...parsed });
  const read = hostText(parsed);
  if (read === text) return undefined;
  const isHttps = valueAt(document, ["registries", name, "tls", "plainHttp"]) !== true;
  const plain = isHttps && /^http:/iu.test(text) ? "; it stays HTTPS unless you add `tls: { plainHttp: true }`" : "";
  return {
    code: "normalised",
    message: `${pathText(path)} is read as ${quote(read, "its plain form")}`,
    hint: `write it that way${plain}`,
  };
}

function judgeCanary({ path, text, document }: Leaf): Omit<Finding, "at"> | undefined {
  const [, name = ""] = path;
  const type = String(valueAt(document, ["registries", name, "type"]));
  const said = valueAt(document, ["registries", name, "host"]);
  const host = parseHost(typeof said === "string" ? said : (FIXED_HOSTS.get(type) ?? ""), type);
  if (!isHost(host) || parseCanary(text, type, host) !== undefined) return undefined;
  return {
    code: "bad-value",
    message: `${pathText(path)} names another registry`,
    hint: "give the repository without a host: `acme/api:latest`",
  };
}
