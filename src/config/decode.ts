import { isUtf8 } from "node:buffer";
import type { Problem } from "../errors.ts";

const NEWLINE = 0x0a;

/** The text of a file, without its byte order mark; or why it is none. */
export function decode(bytes: Uint8Array, file: string): { readonly text: string } | { readonly problem: Problem } {
  if (isUtf8(bytes)) return { text: new TextDecoder("utf-8").decode(bytes) };
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return {
    problem: {
      code: "not-utf8",
      message: isUtf16 ? "the file is encoded in UTF-16" : "the file is not valid UTF-8 from here on",
      hint: "save it as UTF-8; encrypted, compressed and binary files cannot be read as a configuration",
      location: { file, ...firstInvalid(bytes) },
    },
  };
}

/** No byte of a character longer than one looks like a newline, so the lines can be judged one by one. */
function firstInvalid(bytes: Uint8Array): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1 && isUtf8(bytes.subarray(start, end)); line += 1) {
    start = end + 1;
    end = bytes.indexOf(NEWLINE, start);
  }
  const rest = new TextDecoder("utf-8").decode(bytes.subarray(start));
  return { line, column: rest.indexOf("\uFFFD") + 1 };
}
