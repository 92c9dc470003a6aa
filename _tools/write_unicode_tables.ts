/**
 * Writes `data/transforms/text/unicode_tables.ts` from the Unicode data of the engine that runs this:
 *
 *     deno run --allow-write=data/transforms/text --allow-read=data/transforms/text _tools/write_unicode_tables.ts
 *
 * Needed only to go to another version of Unicode, which changes what tokenisers give.
 *
 * @module
 */
import { versions } from "node:process";

const LAST = 0x10ffff;

/** Ranges of code points of a class, as pairs of a gap after the last range and a length, in base 36. */
function ranges(pattern: RegExp): string {
  const numbers: number[] = [];
  for (let code = 0, before = 0; code <= LAST; code++) {
    const start = code;
    while (code <= LAST && pattern.test(String.fromCodePoint(code))) code++;
    if (code === start) continue;
    numbers.push(start - before, code - start);
    before = code;
  }
  return numbers.map((number) => number.toString(36)).join(" ");
}

/** Runs of code points with the same distance to their lower-case form: gap, count, step, distance. */
function lowerCase(): string {
  const pairs: [number, number][] = [];
  for (let code = 0; code <= LAST; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const [lower, ...more] = String.fromCodePoint(code).toLowerCase();
    // U+0130 has two code points where case is kept, but one as its simple mapping.
    const to = code === 0x130 ? 0x69 : lower!.codePointAt(0)!;
    if (more.length > 0 && code !== 0x130) throw new Error(`U+${code.toString(16)} has no simple mapping`);
    if (to !== code) pairs.push([code, to]);
  }
  const numbers: number[] = [];
  for (let i = 0, before = 0; i < pairs.length;) {
    const [code, to] = pairs[i]!;
    const step = (pairs[i + 1]?.[0] ?? 0) - code <= 2 ? (pairs[i + 1]?.[0] ?? 0) - code : 1;
    let count = 1;
    while (
      i + count < pairs.length && pairs[i + count]![0] === code + count * step &&
      pairs[i + count]![1] - pairs[i + count]![0] === to - code
    ) count++;
    const run = count === 1 ? 1 : step;
    numbers.push(code - before, count, run, to - code);
    before = code;
    i += count;
  }
  return numbers.map((number) => number.toString(36)).join(" ");
}

/** A constant of several lines. */
function constant(name: string, comment: string, text: string): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1)!.length + word.length > 100) lines.push("");
    lines[lines.length - 1] += `${word} `;
  }
  return `/** ${comment} */\nexport const ${name} =\n${
    lines.map((line, i) => `  ${JSON.stringify(i === lines.length - 1 ? line.trimEnd() : line)}`).join(" +\n")
  };\n`;
}

const text = `/**
 * Classes and lower-case forms of code points in Unicode ${
  versions["unicode"]
}, so that no tokeniser depends on the version that
 * an engine brings along. Written by \`_tools/write_unicode_tables.ts\`; numbers in base 36.
 *
 * *Source* the Unicode Character Database, properties General_Category and Simple_Lowercase_Mapping.
 *
 * @module
 */

/** The version of Unicode. */
export const UNICODE_VERSION = "${versions["unicode"]}";

${
  constant(
    "LETTERS",
    "Letters and marks (L, M): for each range the gap after the last one, and its length.",
    ranges(/[\p{L}\p{M}]/u),
  )
}
${constant("NUMBERS", "Numbers (N), in the same form.", ranges(/\p{N}/u))}
${
  constant(
    "LOWER_CASE",
    "Code points with a lower-case form: the gap after the last run's first, count, step, and the distance to the form.",
    lowerCase(),
  )
}`;
await Deno.writeTextFile(new URL("../data/transforms/text/unicode_tables.ts", import.meta.url), text);
