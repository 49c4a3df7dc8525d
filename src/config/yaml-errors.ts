import type { ErrorCode as YamlErrorCode } from "yaml";
import type { Finding } from "./finding.ts";

type Words = Pick<Finding, "message" | "hint">;

const QUOTE_IT = "put the value in double quotes";

/** The library's codes in our words. Its own messages are not shown: some quote the text, which may be a secret. */
const WORDS: Readonly<Partial<Record<YamlErrorCode, Words>>> = {
  BAD_ALIAS: {
    message: "an unquoted `*` starts a YAML alias",
    hint: 'quote patterns that start with `*`, as in ["*-prod"]',
  },
  BAD_INDENT: { message: "this line is not indented like its neighbours", hint: "use the same number of spaces" },
  BAD_SCALAR_START: { message: "this value starts with a character that YAML keeps for itself", hint: QUOTE_IT },
  BAD_DQ_ESCAPE: {
    message: "a backslash in double quotes starts an escape that YAML does not know",
    hint: "double it, or use single quotes",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "a second `: ` stands where YAML expects a single value",
    hint: "put the value in double quotes, or move what belongs below it to its own line",
  },
  BLOCK_IN_FLOW: { message: "a list or mapping by lines cannot stand inside brackets or braces" },
  MISSING_CHAR: {
    message: "something is missing here: a closing quote, bracket or brace, a comma, or the space after a colon",
  },
  MULTILINE_IMPLICIT_KEY: { message: "a colon is missing on this line, or on the one before" },
  MULTIPLE_DOCS: {
    message: "a second YAML document starts here",
    hint: "keep one document per file: remove the `---`",
  },
  NON_STRING_KEY: { message: "a key must be plain text" },
  RESOURCE_EXHAUSTION: {
    message: "lists or mappings are nested too deep",
    hint: "no configuration needs more than ten levels",
  },
  TAB_AS_INDENT: { message: "a tab is used for indentation", hint: "YAML wants spaces" },
  TAG_RESOLVE_FAILED: {
    message: "a YAML tag (`!…`) means nothing here",
    hint: "remove it, or put the value in quotes",
  },
};

const OTHERWISE: Words = {
  message: "this is not valid YAML",
  hint: "look for a missing colon, quote or bracket here or just above",
};

const WORKFLOW_EXPRESSION: Words = {
  message: "`${{ … }}` means something in workflows only",
  hint: "set a variable under `env:` of the workflow's step, and say `{ env: NAME }` here",
};

const SHELL_VARIABLE: Words = {
  message: "`${…}` means something in shells only: this file has no variables to fill in",
  hint: "say `{ env: NAME }` where a secret is wanted",
};

export function yamlFinding(code: YamlErrorCode, offset: number, text: string): Finding {
  if (/^\$?\{\w/u.test(text.slice(Math.max(0, offset - 1), offset + 2)) && text.slice(0, offset + 1).includes("${"))
    return { code: "bad-yaml", at: offset, ...SHELL_VARIABLE };
  if (/^\$?\{\{/u.test(text.slice(Math.max(0, offset - 1), offset + 2)))
    return { code: "bad-yaml", at: offset, ...WORKFLOW_EXPRESSION };
  return { code: "bad-yaml", at: offset, ...OTHERWISE, ...WORDS[code] };
}
