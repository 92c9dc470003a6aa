/**
 * Letters as strokes, for text inside pictures: a picture of pixels cannot ask the reader's system for a font, and an
 * SVG with embedded pictures is not shown everywhere. Printable ASCII; accents are dropped, and any other character is
 * a box.
 *
 * @module
 */

/** A polyline in pixels: x to the right from the start of the line, y up from the baseline. */
export type Stroke = readonly { readonly x: number; readonly y: number }[];

/**
 * A glyph is its width, a hexadecimal digit, then its strokes. A point is two hexadecimal digits, x and y, on a grid where
 * the baseline is y = 3, small letters reach a, capitals reach d, and descenders go down to 0. "~" before a stroke rounds
 * it: a Catmull-Rom spline through its points, instead of straight lines.
 */
// deno-fmt-ignore
const GLYPHS: Readonly<Record<string, string>> = {
  " ": "2", "!": "0 0d06 0303", '"': "2 0d0a 2d2a", "#": "7 2d03 6d43 0a7a 0676",
  "$": "7 ~7b5d2d0b19486775532305 4e42", "%": "8 7d13 ~1d2c2a190a0c1d ~77868473646677",
  "&": "7 ~73291b2d4d4b280614335477", "'": "0 0d0a", "(": "2 ~2e0b0521", ")": "2 ~0e2b2501",
  "*": "4 2d27 0b49 094b", "+": "6 3b35 0868", ",": "1 1301", "-": "4 0848", ".": "0 0303", "/": "5 015e",
  "0": "6 ~3d5b68553315081b3d", "1": "6 1b3d33 1353", "2": "6 ~0b1c3d5c6a582503 0363",
  "3": "6 ~0b1c3d5c5a3828 ~2838576554331405", "4": "6 5d0666 5d53", "5": "6 5d1d18 ~1839586654331405",
  "6": "6 ~5c3d1b071433546658391806", "7": "6 0d6d23", "8": "6 ~3d5c5a381a1c3d ~385765543314051738",
  "9": "6 ~143355695c3d1c0a1837586a", ":": "0 0909 0303", ";": "1 1919 1301", "<": "5 5b0753", "=": "6 0969 0565",
  ">": "5 0b5703", "?": "6 ~0b1c3d5c6a593736 3333",
  "@": "9 ~68492725345567 6966 ~667586987c4d1b07144272",
  "A": "8 034d83 1676", "B": "7 030d ~0d4d6c694808 ~08486775644303", "C": "7 ~7b6c4d1b0815436475",
  "D": "8 030d ~0d3d6c8987643303", "E": "6 6d0d0363 0858", "F": "6 6d0d03 0858", "G": "7 ~7b6c4d1b0815436475 757848",
  "H": "7 030d 737d 0878", "I": "0 030d", "J": "5 ~5d5955331405", "K": "7 030d 7d07 2973", "L": "6 0d0363",
  "M": "8 030d468d83", "N": "7 030d737d", "O": "8 ~4d7b88754315081b4d", "P": "6 030d ~0d4d6c694707",
  "Q": "8 ~4d7b88754315081b4d 5682", "R": "7 030d ~0d4d6c694707 4773", "S": "7 ~7b5d2d0b19486775532305",
  "T": "8 0d8d 4d43", "U": "8 ~0d0a07144374878a8d", "V": "8 0d438d", "W": "a 0d235b83ad", "X": "7 0d73 037d",
  "Y": "8 0d488d 4843", "Z": "7 0d7d0373",
  "[": "2 2e0e0121", "\\": "5 0e51", "]": "2 0e2e2101", "^": "4 0a2d4a", "_": "6 0262", "`": "1 0d1b",
  "a": "5 5a53 ~583a190706143355", "b": "5 0d03 ~082a495756442305", "c": "5 ~583a190706143354",
  "d": "5 5d53 ~583a190706143355", "e": "5 0757 ~57583a190706143354", "f": "3 ~4d2d1b19 1913 0a3a",
  "g": "5 ~5a575451301001 ~583a190706143355", "h": "5 0d03 ~07193a5856 5653", "i": "0 0a03 0d0d",
  "j": "2 ~2a26221000 2d2d", "k": "5 0d03 5a06 2853", "l": "0 0d03", "m": "8 0a03 ~07192a4846 4643 ~47596a8886 8683",
  "n": "5 0a03 ~07193a5856 5653", "o": "6 ~3a5967665433140607193a", "p": "5 0a00 ~082a495756442305",
  "q": "5 5a50 ~583a190706143355", "r": "4 0a03 ~07193a4a", "s": "5 ~593a1a08174655431304", "t": "4 ~1d19152343 0a4a",
  "u": "5 070a 5a53 ~5644230507", "v": "6 0a336a", "w": "8 0a2349638a", "x": "5 0a53 035a", "y": "6 0a33 6a20",
  "z": "5 0a5a0353", "{": "3 ~3e1d1a08161331", "|": "0 0e01", "}": "3 ~0e2d2a38262301", "~": "6 ~07195769",
};

const BOX = "6 030d6d6303";
/** Height of a capital, and the space between two glyphs, in units of the grid. */
const CAPITAL = 10;
const SPACE = 2.5;
/** Straight pieces of each part of a rounded stroke. */
const PIECES = 6;

/**
 * The strokes of a line of text.
 *
 * @param size height of a capital in pixels.
 */
export function strokesOf(content: string, size: number): Stroke[] {
  const unit = size / CAPITAL;
  const strokes: Stroke[] = [];
  let left = 0;
  for (const character of plain(content)) {
    const glyph = GLYPHS[character] ?? BOX;
    const [width, ...parts] = glyph.split(" ");
    for (const part of parts) {
      const points = pointsOf(part.replace("~", "")).map(({ x, y }) => ({
        x: (left + x) * unit,
        y: (y - 3) * unit,
      }));
      strokes.push(part.startsWith("~") ? rounded(points) : points);
    }
    left += parseInt(width ?? "0", 16) + SPACE;
  }
  return strokes;
}

/** Width of a line of text in pixels, for capitals of `size` pixels. */
export function letteringWidth(content: string, size: number): number {
  let width = 0;
  for (const character of plain(content)) width += parseInt((GLYPHS[character] ?? BOX)[0] ?? "0", 16) + SPACE;
  return Math.max(0, width - SPACE) * (size / CAPITAL);
}

/** The text, cut with two dots so that it is at most `width` pixels wide. */
export function fitLettering(content: string, size: number, width: number): string {
  if (letteringWidth(content, size) <= width) return content;
  const characters = [...content];
  while (characters.length > 1 && letteringWidth(characters.join("") + "..", size) > width) characters.pop();
  return characters.join("").trimEnd() + "..";
}

/** Without accents, and with the ASCII signs that look like typographic ones. */
function plain(content: string): string {
  return content.normalize("NFD").replace(/\p{M}/gu, "").replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"').replace(/\u2026/g, "...").replace(
      /\s/g,
      " ",
    );
}

function pointsOf(digits: string): Stroke {
  const points: { x: number; y: number }[] = [];
  for (let i = 0; i < digits.length; i += 2) {
    points.push({ x: parseInt(digits[i]!, 16), y: parseInt(digits[i + 1]!, 16) });
  }
  return points;
}

/** Catmull-Rom spline; a closed one (last point equal to the first) is smooth where it closes. */
function rounded(points: Stroke): Stroke {
  const n = points.length;
  const closed = points[0]!.x === points[n - 1]!.x && points[0]!.y === points[n - 1]!.y;
  const at = (i: number) => {
    if (i < 0) return closed ? points[n - 2]! : points[0]!;
    if (i >= n) return closed ? points[1]! : points[n - 1]!;
    return points[i]!;
  };
  const curve = [points[0]!];
  for (let i = 0; i + 1 < n; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      const spline = (p: number, q: number, r: number, s: number) =>
        q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
      curve.push({ x: spline(a.x, b.x, c.x, d.x), y: spline(a.y, b.y, c.y, d.y) });
    }
  }
  return curve;
}
