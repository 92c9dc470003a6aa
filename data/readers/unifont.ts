import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("a Unifont file");

/** The picture of a character. */
export interface Glyph {
  /** The character's number in Unicode. */
  readonly codePoint: number;
  /** Columns; there always are 16 rows. */
  readonly width: 8 | 16;
  /** Row by row from the top: 1 for ink, 0 for none. */
  readonly pixels: Uint8Array;
}

/** A code point, and two hexadecimal digits for each eight pixels. */
const LINE = /^([0-9A-Fa-f]{4,6}):([0-9A-Fa-f]+)$/;

/**
 * Reads the glyphs of a bitmap font in the format of GNU Unifont (.hex): 16 rows of 8 or 16 pixels.
 *
 * *Shapes* pixels [16, width].
 * *Source* GNU Unifont's manual, "The .hex format".
 * @throws {MalformedFileError} if a line is no glyph, a character has two, or the limits do not suffice: `items` bounds
 * the glyphs, `bytes` their pixels.
 *
 * @example
 * ```ts
 * import { readUnifont } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const [glyph] = readUnifont(new TextEncoder().encode("0041:0000000018242442427E424242420000\n"));
 * const rows = Array.from({ length: 16 }, (_, i) => glyph!.pixels.subarray(8 * i, 8 * i + 8));
 * const picture = rows.map((row) => [...row].map((pixel) => " #"[pixel]).join("")).slice(4, 10);
 * assertEquals(picture, ["   ##   ", "  #  #  ", "  #  #  ", " #    # ", " #    # ", " ###### "]);
 * ```
 */
export function readUnifont(bytes: Uint8Array, limits: Limits = {}): readonly Glyph[] {
  const budget = new Budget(limits, fail);
  const glyphs: Glyph[] = [];
  const seen = new Set<number>();
  for (const line of new TextDecoder("windows-1252").decode(bytes).split(/\r?\n/)) {
    if (line === "") continue;
    const [, code, digits] = LINE.exec(line) ?? [];
    if (digits === undefined || (digits.length !== 32 && digits.length !== 64)) {
      return fail("lines of a code point and 32 or 64 hexadecimal digits", `"${line.slice(0, 80)}"`);
    }
    const codePoint = parseInt(code!, 16);
    if (codePoint > 0x10ffff) fail("a code point of Unicode", code!);
    if (seen.has(codePoint)) fail("one glyph for each character", `two for ${code}`);
    seen.add(codePoint);
    budget.takeItems(1);
    budget.takeBytes(digits.length * 4);
    const pixels = new Uint8Array(digits.length * 4);
    for (let i = 0; i < digits.length; i++) {
      const four = parseInt(digits[i]!, 16);
      for (let bit = 0; bit < 4; bit++) pixels[4 * i + bit] = (four >> (3 - bit)) & 1;
    }
    glyphs.push({ codePoint, width: digits.length === 32 ? 8 : 16, pixels });
  }
  return glyphs;
}
