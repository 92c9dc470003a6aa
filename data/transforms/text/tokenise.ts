import { classTable, LETTER, lowerCase, NUMBER, SPACE } from "./unicode.ts";

/**
 * The characters of a text: its code points, in order. Joined they are the text again.
 *
 * *Differs* from what a reader sees as characters where several code points make one (é as e and an accent, flags): how
 * they are grouped changes with the version of Unicode.
 *
 * @example
 * ```ts
 * import { tokeniseCharacters } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tokeniseCharacters("a 🙂"), ["a", " ", "🙂"]);
 * ```
 */
export function tokeniseCharacters(text: string): string[] {
  return [...text];
}

/** How a text is cut into words. */
export interface WordOptions {
  /** Whether words are put in lower case first, by `lowerCase`. Default true. */
  readonly lowerCase?: boolean;
  /** Whether other characters than those of words are tokens of their own, or left out. Default "keep". */
  readonly punctuation?: "keep" | "drop";
}

/**
 * The words of a text: the longest runs of letters, marks and numbers, where an apostrophe (' or ’) between two letters
 * belongs to its word; every other character that is not white space is a token of its own. Letters, marks, numbers and
 * white space are those of Unicode 17.0, on every engine.
 *
 * *Differs* from splitting in languages that write no spaces: there a run may be a whole sentence.
 *
 * @example
 * ```ts
 * import { tokeniseWords } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tokeniseWords("Don't say “naïve”, 2 times!"), [
 *   ...["don't", "say", "“", "naïve", "”", ",", "2", "times", "!"],
 * ]);
 * assertEquals(tokeniseWords("It's  Ö.", { lowerCase: false, punctuation: "drop" }), ["It's", "Ö"]);
 * ```
 */
export function tokeniseWords(text: string, options: WordOptions = {}): string[] {
  const { punctuation = "keep" } = options;
  const source = options.lowerCase ?? true ? lowerCase(text) : text;
  const classes = classTable();
  const classAt = (at: number) => at < source.length ? classes[source.codePointAt(at)!]! : SPACE;
  const widthAt = (at: number) => source.codePointAt(at)! > 0xffff ? 2 : 1;
  const isWord = (kind: number) => kind === LETTER || kind === NUMBER;

  const tokens: string[] = [];
  for (let at = 0; at < source.length;) {
    const start = at;
    let kind = classAt(at);
    if (!isWord(kind)) {
      at += widthAt(at);
      if (kind !== SPACE && punctuation === "keep") tokens.push(source.slice(start, at));
      continue;
    }
    for (;;) {
      at += widthAt(at);
      const next = classAt(at);
      if (isWord(next)) kind = next;
      else if (kind === LETTER && isApostrophe(source, at) && classAt(at + 1) === LETTER) {
        at++;
        kind = LETTER;
      } else break;
    }
    tokens.push(source.slice(start, at));
  }
  return tokens;
}

function isApostrophe(text: string, at: number): boolean {
  const character = text[at];
  return character === "'" || character === "’";
}
