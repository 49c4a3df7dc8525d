import { didYouMean } from "../../nearest.ts";
import { enumerate, pathText, quote } from "../finding.ts";
import type { Finding, Path } from "../finding.ts";
import { keySchemaAt, knownKeys, schemaAt, authMethods } from "./place.ts";
import type { SchemaPlace } from "./place.ts";
import { missingHint, SECRET_HINT } from "./hints.ts";
import { explainType } from "./types.ts";
import { valueAt } from "../raw.ts";
import type { Mistake } from "./mistake.ts";

/** An error of the schema in words for the user; undefined where another one tells the same better. */
export function explain(mistake: Mistake): Finding | undefined {
  const { keyword, path } = mistake;
  const explanation = EXPLANATIONS[keyword];
  return explanation === undefined
    ? {
        code: "bad-value",
        message: `${pathText(path)} is not valid`,
        hint: "see its description in the schema",
        at: path,
      }
    : explanation(mistake);
}

const EXPLANATIONS: Readonly<Record<string, (mistake: Mistake) => Finding | undefined>> = {
  additionalProperties: (mistake) =>
    mistake.schemaPath.includes("/then/") ? explainMethod(mistake) : explainUnknownKey(mistake),
  required: explainMissing,
  type: (mistake) => explainType(mistake, schemaAt(mistake.path)?.definition),
  enum: explainChoice,
  const: ({ path }) => ({
    code: "bad-value",
    message: `${pathText(path)} is not one that this regcred reads`,
    hint: "say `version: 1`; a file of a later version needs a later regcred",
    at: path,
  }),
  pattern: ({ path, value }) => explainForm(path, schemaAt(path), "value", value),
  propertyNames: ({ path, params }) => {
    const key = String(params["propertyName"]);
    return explainForm([...path, key], keySchemaAt(path), "key", key);
  },
  minProperties: ({ path }) => {
    const choices = knownKeys(schemaAt(path) ?? NOWHERE);
    return {
      code: "missing-key",
      message: `${pathText(path)} is empty`,
      hint: `say ${enumerate(choices, "or")}`,
      at: path,
      on: "key",
    };
  },
  maxProperties: ({ path, value }) => {
    const choices = knownKeys(schemaAt(path) ?? NOWHERE);
    const said = choices.filter((key) => typeof value === "object" && value !== null && Object.hasOwn(value, key));
    return {
      code: "bad-value",
      message: `${pathText(path)} says ${enumerate(said)}, and only one of them can be meant`,
      hint: "keep one",
      at: path,
      on: "key",
    };
  },
  minItems: ({ path }) => ({
    code: "bad-value",
    message: `${pathText(path)} is an empty list`,
    hint: "name at least one",
    at: path,
    on: "key",
  }),
  uniqueItems: ({ path, params }) => ({
    code: "bad-value",
    message: `${pathText(path)} names the same thing twice`,
    hint: "remove one of the two",
    at: [...path, Math.max(Number(params["i"]), Number(params["j"]))],
  }),
  dependentRequired: ({ path, params }) => ({
    code: "missing-key",
    message: `${pathText(path)} says \`${String(params["property"])}\` without \`${String(params["missingProperty"])}\``,
    hint: "the two belong together",
    at: [...path, String(params["property"])],
    on: "key",
  }),
  not: ({ path }) => ({
    code: "bad-value",
    message: `${pathText(path)} says both \`remote\` and \`repository\``,
    hint: "keep `repository` for GitHub, or `remote` for any other Git server",
    at: [...path, "remote"],
    on: "key",
  }),
};

const NOWHERE: SchemaPlace = { schema: {}, definition: undefined };
/** Where even a key may be a secret: somebody writes `password: { hunter2 }`. */
const SECRETIVE = new Set(["secret", "certificate", "sealingCertificate"]);

function explainUnknownKey({ path, params }: Mistake): Finding {
  const key = String(params["additionalProperty"]);
  const place = schemaAt(path) ?? NOWHERE;
  const known = knownKeys(place);
  const at = [...path, key];
  if (isSecretive(path)) {
    const hint = didYouMean(key, known) ?? SECRET_HINT;
    return {
      code: "unknown-key",
      message: `${pathText(path)} has a key other than ${enumerate(known)}`,
      hint,
      at,
      on: "key",
    };
  }
  const owner = path.length === 0 ? "the file" : pathText(path);
  const hint = didYouMean(key, known) ?? (known.length === 0 ? "it takes no keys" : `it takes ${enumerate(known)}`);
  return { code: "unknown-key", message: `${owner} has no key ${quote(key, "of this name")}`, hint, at, on: "key" };
}

function isSecretive(path: Path): boolean {
  return path.some((_, index) => SECRETIVE.has(schemaAt(path.slice(0, index + 1))?.definition ?? ""));
}

/** A method that there is, but not for this type; a key that is no method at all is reported as unknown. */
function explainMethod({ path, params, document }: Mistake): Finding | undefined {
  const method = String(params["additionalProperty"]);
  if (!knownKeys(schemaAt(path) ?? NOWHERE).includes(method)) return undefined;
  const type = valueAt(document, [...path.slice(0, -1), "type"]);
  return {
    code: "bad-value",
    message: `a registry of type ${quote(type, "this")} does not log in with \`${method}\``,
    hint: `it takes ${enumerate(authMethods(type), "or")}`,
    at: [...path, method],
    on: "key",
  };
}

function explainMissing({ path, params }: Mistake): Finding {
  const key = String(params["missingProperty"]);
  return {
    code: "missing-key",
    message: `${path.length === 0 ? "the file" : pathText(path)} has no \`${key}\``,
    hint: missingHint(key),
    at: path,
    on: "key",
  };
}

function explainChoice({ path, value, params }: Mistake): Finding {
  const choices = Array.isArray(params["allowedValues"]) ? params["allowedValues"].map(String) : [];
  const { definition } = schemaAt(path) ?? NOWHERE;
  const lists = definition === "clusterSelection" || definition === "namespaceSelection";
  const otherwise = lists
    ? "say `all`, `none`, or a list: even a single name goes in brackets"
    : `say ${enumerate(choices, "or")}`;
  const typed = quote(value, "something else");
  return {
    code: "bad-value",
    message: `${pathText(path)} is ${typed}, which is none of its values`,
    hint: (lists ? undefined : didYouMean(String(value), choices)) ?? otherwise,
    at: path,
  };
}

/** What has the wrong form: the schema's own description says which form it needs. */
function explainForm(path: Path, place: SchemaPlace | undefined, on: "key" | "value", value: unknown): Finding {
  const { description, examples } = place?.schema ?? {};
  const example: unknown = Array.isArray(examples) ? examples[0] : undefined;
  const such = typeof example === "string" ? ` (such as \`${example}\`)` : "";
  if (place?.definition === "ageRecipient") return explainRecipient(path, value, String(description));
  return {
    code: place?.definition === "host" ? "bad-host" : "bad-value",
    message: `${pathText(path)} ${on === "key" ? "has a name that it cannot have" : "has the wrong form"}`,
    hint: `expected: ${String(description).replace(/\.$/u, "")}${such}`,
    at: path,
    on,
  };
}

function explainRecipient(path: Path, value: unknown, description: string): Finding {
  if (/AGE-|PRIVATE KEY/iu.test(String(value)))
    return {
      code: "inline-secret",
      message: `${pathText(path)} is a private key (identity), which must never stand in a file like this one`,
      hint: "make a new pair with `age-keygen`, give its public key (`age1…`) here, and treat this one as leaked",
      at: path,
    };
  return {
    code: "bad-recipient",
    message: `${pathText(path)} is no age recipient`,
    hint: `expected: ${description}`,
    at: path,
  };
}
