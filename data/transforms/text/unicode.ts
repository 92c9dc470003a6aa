import { LETTERS, LOWER_CASE, NUMBERS } from "./unicode_tables.ts";

/** What a code point is, for tokenisers. */
export const OTHER = 0;
/** Letters and marks. */
export const LETTER = 1;
/** Numbers. */
export const NUMBER = 2;
/** White space. */
export const SPACE = 3;

/** The property White_Space, which Unicode does not change. */
const SPACES = [
  ...[0x9, 0xa, 0xb, 0xc, 0xd, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005],
  ...[0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
];

const numbersOf = (text: string) => text.split(" ").map((word) => parseInt(word, 36));

let classes: Uint8Array | undefined;

function expandClasses(): Uint8Array {
  const table = new Uint8Array(0x110000);
  for (const [text, value] of [[LETTERS, LETTER], [NUMBERS, NUMBER]] as const) {
    const numbers = numbersOf(text);
    for (let i = 0, code = 0; i < numbers.length; i += 2) {
      code += numbers[i]!;
      table.fill(value, code, code + numbers[i + 1]!);
      code += numbers[i + 1]!;
    }
  }
  for (const code of SPACES) table[code] = SPACE;
  return table;
}

/** The class of every code point: LETTER, NUMBER, SPACE or OTHER. */
export function classTable(): Uint8Array {
  return classes ??= expandClasses();
}

let lower: Map<number, string> | undefined;

function expandLowerCase(): Map<number, string> {
  const forms = new Map<number, string>();
  const numbers = numbersOf(LOWER_CASE);
  for (let i = 0, code = 0; i < numbers.length; i += 4) {
    const [gap, count, step, distance] = numbers.slice(i, i + 4) as [number, number, number, number];
    code += gap;
    for (let k = 0; k < count; k++) {
      forms.set(code + k * step, String.fromCodePoint(code + k * step + distance));
    }
  }
  return forms;
}

/**
 * A text in lower case, by rules that are the same on every engine: each code point becomes its simple lower-case form in
 * Unicode 17.0. So the Greek sigma is σ at the end of a word too, and no language has rules of its own.
 *
 * @example
 * ```ts
 * import { lowerCase } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(lowerCase("ÄPFEL und Straße, ΟΔΟΣ"), "äpfel und straße, οδοσ");
 * ```
 */
export function lowerCase(text: string): string {
  lower ??= expandLowerCase();
  let result = "";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 128) result += code >= 65 && code <= 90 ? String.fromCharCode(code + 32) : character;
    else result += lower.get(code) ?? character;
  }
  return result;
}
