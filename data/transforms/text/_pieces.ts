import { classTable, SPACE } from "./unicode.ts";

/**
 * Cuts a text into pieces that byte pairs do not cross. Joined they are the text again.
 *
 * A piece is a run of letters and marks, of numbers, or of other characters that are no white space, each with one space
 * (U+0020) before it if there is one; or a run of white space without that one space.
 *
 * *Source* the rule of GPT-2's tokeniser, without its list of English endings.
 */
export function* piecesOf(text: string): Generator<string> {
  const classes = classTable();
  const { length } = text;
  for (let at = 0; at < length;) {
    const start = at;
    if (text.charCodeAt(at) === 0x20) at++;
    const kind = at < length ? classes[text.codePointAt(at)!]! : SPACE;
    if (kind === SPACE) {
      at = start;
      while (at < length && classes[text.charCodeAt(at)] === SPACE) at++;
      const goesOn = at < length && text.charCodeAt(at - 1) === 0x20;
      // More than the one space, or it would have begun the next piece above.
      if (goesOn) at--;
    } else {
      while (at < length) {
        const code = text.codePointAt(at)!;
        if (classes[code] !== kind) break;
        at += code > 0xffff ? 2 : 1;
      }
    }
    yield text.slice(start, at);
  }
}

/** A number for a pair of tokens, ascending by the left and then by the right one. */
export function pairKey(left: number, right: number): number {
  return left * 2097152 + right;
}

/** The most tokens that `pairKey` can tell apart. */
export const MAX_TOKENS = 2097152;

/** The two tokens of `pairKey`. */
export function tokensOf(key: number): [left: number, right: number] {
  return [Math.floor(key / 2097152), key % 2097152];
}

/** Throws for a text that UTF-8 cannot hold. @throws {RangeError} if the text is not well-formed Unicode. */
export function checkWellFormed(text: string): void {
  if (!text.isWellFormed()) {
    throw new RangeError(
      "Cannot tokenise a text: expected well-formed Unicode, got half of a pair of code units",
    );
  }
}
