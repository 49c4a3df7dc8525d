// Changes one member of an object inside a JSON text and leaves every other byte as it is: a docker config belongs to
// its user, with its order, its indentation and its numbers that JavaScript could not hold. The texts are valid JSON.

/** A member of an object. Offsets into the text, in UTF-16 code units. */
export interface Member {
  readonly key: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

interface ObjectSpan {
  readonly members: readonly Member[];
  /** Just behind the opening brace. */
  readonly open: number;
  /** The closing brace. */
  readonly close: number;
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A string, a mark, or another value that is one word. */
export const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gu;

function* tokensFrom(text: string, start: number): Generator<Token> {
  const pattern = new RegExp(TOKEN);
  pattern.lastIndex = start;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text))
    yield { text: found[0], start: found.index, end: pattern.lastIndex };
}

/** The object whose opening brace is the first token from an offset on. */
export function objectAt(text: string, from: number): ObjectSpan {
  const members: Member[] = [];
  let member: Token[] = [];
  let [depth, open] = [0, from];
  const finish = (): void => {
    const [key, , value] = member;
    if (key !== undefined && value !== undefined)
      members.push({
        key: String(JSON.parse(key.text)),
        start: key.start,
        valueStart: value.start,
        end: member.at(-1)?.end ?? value.end,
      });
    member = [];
  };
  for (const token of tokensFrom(text, from)) {
    if (token.text === "}" || token.text === "]") depth -= 1;
    if (depth === 0 && token.text === "}") {
      finish();
      return { members, open, close: token.start };
    }
    if (depth === 0) open = token.end;
    else if (depth === 1 && token.text === ",") finish();
    else member.push(token);
    if (token.text === "{" || token.text === "[") depth += 1;
  }
  throw new TypeError("no object stands there");
}

/** The member of a name; of several, the last, which is what every parser takes. */
export function memberOf(text: string, object: number, key: string): Member | undefined {
  return objectAt(text, object).members.findLast((member) => member.key === key);
}

/** Gives a member of an object another value, or adds it as the last one in the style of the text. */
export function withMember(text: string, object: number, key: string, value: string): string {
  const { members, open, close } = objectAt(text, object);
  const old = members.findLast((member) => member.key === key);
  if (old !== undefined) return splice(text, old.valueStart, old.end, value);
  const last = members.at(-1);
  const { newline, unit, colon } = styleOf(text);
  const name = `${JSON.stringify(key)}${colon}`;
  if (last !== undefined) {
    const gap = text
      .slice(members.length === 1 ? open : (members.at(-2)?.end ?? open), last.start)
      .replace(/^\s*,/u, "");
    return splice(text, last.end, last.end, `,${gap}${name}${value}`);
  }
  const outer = indentationAt(text, open);
  return splice(
    text,
    open,
    close,
    newline === "" ? name + value : `${newline}${outer}${unit}${name}${value}${newline}${outer}`,
  );
}

/** Takes a member out, with the comma that parted it from the others. */
export function withoutMember(text: string, object: number, key: string): string {
  const { members, open, close } = objectAt(text, object);
  const index = members.findLastIndex((member) => member.key === key);
  const [before, member, after] = [members[index - 1], members[index], members[index + 1]];
  if (member === undefined) return text;
  if (after !== undefined) return splice(text, member.start, after.start, "");
  return before === undefined ? splice(text, open, close, "") : splice(text, before.end, member.end, "");
}

/** A value as the text would have it inside an object whose members stand `depth` levels in. */
export function valueText(text: string, value: object, depth: number): string {
  const { newline, unit } = styleOf(text);
  return JSON.stringify(value, null, unit).replaceAll("\n", newline + unit.repeat(depth));
}

function splice(text: string, from: number, to: number, between: string): string {
  return text.slice(0, from) + between + text.slice(to);
}

/** How the text is laid out; docker's own way, with tabs, where it does not tell. */
function styleOf(text: string): { readonly newline: string; readonly unit: string; readonly colon: string } {
  if (!text.trim().includes("\n") && objectAt(text, 0).members.length > 0) return { newline: "", unit: "", colon: ":" };
  const unit = /\n([ \t]+)"/u.exec(text)?.[1] ?? "\t";
  return { newline: text.includes("\r\n") ? "\r\n" : "\n", unit, colon: ": " };
}

/** The white space at the start of the line that an offset is in. */
function indentationAt(text: string, offset: number): string {
  return /(?:^|\n)([ \t]*)[^\n]*$/u.exec(text.slice(0, offset))?.[1] ?? "";
}
