import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { YAMLMap } from "yaml";
import type { Location } from "../errors.ts";
import { RegcredError } from "../errors.ts";
import { nestsTooDeeply } from "../nesting.ts";
import { parseRecipients } from "./recipient.ts";
import { searcher } from "./scope.ts";

interface Rule {
  readonly pathRegex: string;
  readonly matches: (path: string) => boolean;
  readonly recipients: () => readonly string[];
}

/**
 * Opens the creation rules of a `.sops.yaml` (sops, config/config.go): who can decrypt a file is told by the first rule
 * that matches it. Each rule has a `path_regex` (RE2, searched for anywhere in the path; none matches everything) and
 * age recipients. Other kinds of keys are refused by name, once their rule is the one that matches.
 *
 * @param file the `.sops.yaml`, as messages name it.
 * @returns the recipients of a file to encrypt, given its path, `/`-separated and relative to the folder of the
 *   `.sops.yaml`; throws RegcredError `bad-sops-rules`, `bad-recipient`.
 * @throws RegcredError `bad-sops-rules`
 */
export async function openRules(text: string, file: string): Promise<(target: string) => readonly string[]> {
  const rules = await parseRules(text, file);
  return (target) => {
    const rule = rules.find(({ matches }) => matches(target));
    if (rule !== undefined) return rule.recipients();
    const tried = rules.map(({ pathRegex }) => JSON.stringify(pathRegex)).join(", ");
    throw badRules(`no creation rule matches ${target}; tried: ${tried || "none"}`, { file, line: 1, column: 1 });
  };
}

async function parseRules(text: string, file: string): Promise<readonly Rule[]> {
  if (nestsTooDeeply(text)) throw badRules("it is nested too deeply", { file, line: 1, column: 1 });
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: "failsafe", lineCounter: lines });
  const at = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined) throw badRules(`it is no valid YAML (${error.code})`, at(error.pos[0]));
  const list = isMap(document.contents) ? document.contents.get("creation_rules") : undefined;
  if (!isSeq(list)) throw badRules("it has no list creation_rules", at(0));
  return Promise.all(list.items.map((item) => parseRule(item, at)));
}

async function parseRule(item: unknown, at: (offset: number) => Location): Promise<Rule> {
  if (!isMap(item)) throw badRules("a creation rule is no mapping", at(0));
  const location = at(item.range?.[0] ?? 0);
  const pathRegex = textOf(item.get("path_regex"));
  const recipients = () => recipientsOf(item, location);
  if (pathRegex === "") return { pathRegex, matches: () => true, recipients };
  try {
    return { pathRegex, matches: await searcher(pathRegex), recipients };
  } catch {
    throw badRules(`the path_regex ${JSON.stringify(pathRegex)} is no RE2 expression`, location);
  }
}

/** Keys of a rule or a key group that are no age recipients. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ["kms", "AWS KMS"],
  ["gcp_kms", "Google Cloud KMS"],
  ["hckms", "Huawei Cloud KMS"],
  ["azure_keyvault", "Azure Key Vault"],
  ["azure_kv", "Azure Key Vault"],
  ["hc_vault", "Vault"],
  ["hc_vault_transit_uri", "Vault"],
  ["pgp", "PGP"],
  ["merge", "merged key groups"],
  ["shamir_threshold", "a Shamir threshold"],
]);

function recipientsOf(rule: YAMLMap, location: Location): readonly string[] {
  refuseForeign(rule, location);
  const groups = rule.get("key_groups");
  if (!isSeq(groups) || groups.items.length === 0) return ageOf(rule, location);
  const [group] = groups.items;
  if (groups.items.length > 1) throw badRules(`its rule has ${groups.items.length} key groups`, location);
  if (!isMap(group)) throw badRules("its key group is no mapping", location);
  refuseForeign(group, location);
  return ageOf(group, location);
}

function refuseForeign(map: YAMLMap, location: Location): void {
  for (const { key, value } of map.items) {
    const kind = FOREIGN.get(textOf(key));
    if (kind !== undefined && !isEmpty(value)) throw badRules(`its rule uses ${kind} (${textOf(key)})`, location);
  }
}

function isEmpty(value: unknown): boolean {
  return isSeq(value) ? value.items.length === 0 : isScalar(value) && ["", "0", "null"].includes(textOf(value));
}

/** A list, or texts separated by commas; each text of a list may hold several too. */
function ageOf(map: YAMLMap, location: Location): readonly string[] {
  const age = map.get("age", true);
  const texts = isSeq(age) ? age.items.map(textOf) : [textOf(age)];
  const recipients = texts.flatMap((text) => text.split(",").map((part) => part.trim())).filter((part) => part !== "");
  if (recipients.length === 0) throw badRules("its rule names no age recipient", location);
  return parseRecipients(recipients, location);
}

function textOf(node: unknown): string {
  const value: unknown = isScalar(node) ? node.value : node;
  return typeof value === "string" ? value : "";
}

function badRules(reason: string, location: Location): RegcredError {
  const message = `${location.file} cannot be used: ${reason}`;
  const hint =
    "give it a creation rule with age recipients only for these files, or name the recipients under encrypt.sops.age";
  return new RegcredError({ code: "bad-sops-rules", message, hint, location });
}
