import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("a text of the Brown corpus");

/** A sentence, its words beside their tags. */
export interface BrownSentence {
  /** The words as they stand, punctuation too; quotation marks are `` and ''. */
  readonly words: readonly string[];
  /** The tag of each word as it stands: "nn", "at-tl", "ppss+bem". {@linkcode parseBrownTag} takes it apart. */
  readonly tags: readonly string[];
}

/** What a tag says. */
export interface BrownTag {
  /** One tag, or for a contraction one for each of its words: "ppss", "bem"; "*" is "not". */
  readonly parts: readonly string[];
  /** Prefix fw: a foreign word. */
  readonly foreign: boolean;
  /** Suffix tl: a word of a title. */
  readonly title: boolean;
  /** Suffix hl: a word of a headline. */
  readonly headline: boolean;
  /** Suffix nc: a cited word. */
  readonly cited: boolean;
}

/**
 * Reads one text of the tagged Brown corpus (Form C): a line for each sentence, words and tags joined by the last
 * slash, blank lines between.
 *
 * *Source* W. N. Francis and H. Kucera, A Standard Corpus of Present-Day Edited American English (1964, revised 1979),
 * in the form of the Natural Language Toolkit's files, in Latin-1.
 * @throws {MalformedFileError} if a word has no tag, or the limits do not suffice: `items` bounds the words.
 *
 * @example
 * ```ts
 * import { readBrown } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const text = new TextEncoder().encode("\n\tThe/at jury/nn said/vbd 1/2/cd ./.\n\n");
 * assertEquals(readBrown(text), [
 *   { words: ["The", "jury", "said", "1/2", "."], tags: ["at", "nn", "vbd", "cd", "."] },
 * ]);
 * ```
 */
export function readBrown(bytes: Uint8Array, limits: Limits = {}): readonly BrownSentence[] {
  const budget = new Budget(limits, fail);
  const sentences: BrownSentence[] = [];
  for (const line of LATIN_1.decode(bytes).split("\n")) {
    const tokens = line.split(/[ \t\r]+/).filter((token) => token !== "");
    if (tokens.length === 0) continue;
    budget.takeItems(tokens.length);
    const words: string[] = [];
    const tags: string[] = [];
    for (const token of tokens) {
      const slash = token.lastIndexOf("/");
      if (slash <= 0 || slash === token.length - 1) fail("words with tags", `"${token}"`);
      words.push(token.slice(0, slash));
      tags.push(token.slice(slash + 1));
    }
    sentences.push({ words, tags });
  }
  return sentences;
}

/**
 * Takes a tag apart: foreign words ("fw-"), titles ("-tl"), headlines ("-hl"), cited words ("-nc"), contractions
 * ("ppss+bem") and negations ("md*"). Possessives keep their "$".
 *
 * *Source* the corpus's manual, "List of Tags".
 *
 * @example
 * ```ts
 * import { parseBrownTag } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const plain = { foreign: false, title: false, headline: false, cited: false };
 * assertEquals(parseBrownTag("np$-tl-hl"), { ...plain, parts: ["np$"], title: true, headline: true });
 * assertEquals(parseBrownTag("fw-in+nn"), { ...plain, parts: ["in", "nn"], foreign: true });
 * assertEquals(parseBrownTag("md*").parts, ["md", "*"]); // can't
 * assertEquals(parseBrownTag("--").parts, ["--"]); // a dash
 * ```
 */
export function parseBrownTag(tag: string): BrownTag {
  const [, prefix, body = tag, suffixes = ""] = /^(fw-)?(.+?)((?:-(?:tl|hl|nc))*)$/.exec(tag) ?? [];
  const parts = body.split("+").flatMap((part) => /^[^*]+\*$/.test(part) ? [part.slice(0, -1), "*"] : [part]);
  return {
    parts,
    foreign: prefix !== undefined,
    title: suffixes.includes("-tl"),
    headline: suffixes.includes("-hl"),
    cited: suffixes.includes("-nc"),
  };
}

/**
 * Reads the names of the genres from the corpus's file CONTENTS, by the letter that names its texts: ca01 to ca44 are
 * of genre A.
 *
 * @throws {MalformedFileError} if the file does not start with a list of them.
 *
 * @example
 * ```ts
 * import { readBrownGenres } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "CONTENTS\n\nA. PRESS: REPORTAGE\nK: FICTION: GENERAL\n\nLIST OF TEXTS\n\nA. PRESS: REPORTAGE\n";
 * const genres = readBrownGenres(new TextEncoder().encode(text));
 * assertEquals([...genres], [["a", "PRESS: REPORTAGE"], ["k", "FICTION: GENERAL"]]);
 * ```
 */
export function readBrownGenres(contents: Uint8Array): ReadonlyMap<string, string> {
  const genres = new Map<string, string>();
  for (const line of LATIN_1.decode(contents).split(/\r?\n/)) {
    const [, letter, name] = /^([A-Z])[.:] (\S.*)$/.exec(line.trimEnd()) ?? [];
    if (letter !== undefined) {
      if (genres.has(letter.toLowerCase())) fail("one name for each genre", `two for ${letter}`);
      genres.set(letter.toLowerCase(), name!);
    } else if (line.startsWith("LIST OF TEXTS")) break;
  }
  if (genres.size === 0) fail('lines of genres like "A. PRESS: REPORTAGE"', "none");
  return genres;
}

/** As browsers take Latin-1; the corpus keeps to what both have. */
const LATIN_1 = new TextDecoder("windows-1252");
