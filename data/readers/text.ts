import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("text");

/**
 * Reads UTF-8, strictly: what is no UTF-8 is an error and not a replacement character. A byte order mark at the start is
 * dropped.
 *
 * @throws {MalformedFileError} if it is not UTF-8, or longer than the limit of bytes.
 *
 * @example
 * ```ts
 * import { readText } from "@verbatim/data";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(readText(Uint8Array.of(0xc3, 0xa9)), "é");
 * assertThrows(() => readText(Uint8Array.of(0xe9)), RangeError, "Cannot read text: expected UTF-8, got other bytes");
 * ```
 */
export function readText(bytes: Uint8Array, limits: Limits = {}): string {
  new Budget(limits, fail).takeBytes(bytes.length);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return fail("UTF-8", "other bytes");
  }
}

/**
 * Reads UTF-8 text line by line, without the line ends. A line ends with LF or CRLF, and nothing else: a text may hold
 * other characters that break lines on screens. The last line may lack its end.
 *
 * @throws {MalformedFileError} if it is not UTF-8, or the limits do not suffice: `items` bounds the lines.
 *
 * @example
 * ```ts
 * import { readLines } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readLines(new TextEncoder().encode("one\r\n\ntwo\u2028\n")), ["one", "", "two\u2028"]);
 * ```
 */
export function readLines(bytes: Uint8Array, limits: Limits = {}): readonly string[] {
  const text = readText(bytes, limits);
  const budget = new Budget(limits, fail);
  const lines: string[] = [];
  for (let start = 0; start < text.length;) {
    budget.takeItems(1);
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    lines.push(text.slice(start, found > start && text.charCodeAt(found - 1) === 0x0d ? end - 1 : end));
    start = end + 1;
  }
  return lines;
}
