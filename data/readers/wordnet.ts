import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("a WordNet data file");

/** A relation from a synset to another, or from one word to another. */
export interface WordnetPointer {
  /** Its kind: "@" hypernym, "@i" instance of, "~" hyponym, "#p" part of, "%p" has part, "!" antonym ... */
  readonly symbol: string;
  /** The other synset, by its place in the data file of `pos`. */
  readonly offset: number;
  /** The other's part of speech. */
  readonly pos: string;
  /** Number of the word that it goes from, counted from 1; 0 for the synset as a whole. */
  readonly source: number;
  /** Number of the word that it goes to, likewise. */
  readonly target: number;
}

/** A set of words with one meaning. */
export interface Synset {
  /** Its place in the file, in bytes, which is its name. */
  readonly offset: number;
  /** Number of its lexicographer file: an index of {@linkcode LEXICOGRAPHER_FILES}. */
  readonly file: number;
  /** Part of speech: n, v, a, r, or s for an adjective around another. */
  readonly pos: string;
  /** The words; an underscore stands for a space, adjectives may end in (p), (a) or (ip). */
  readonly words: readonly string[];
  /** What tells a word from an equal one in the same lexicographer file. */
  readonly lexIds: readonly number[];
  /** Relations to others. */
  readonly pointers: readonly WordnetPointer[];
  /** Sentence frames of verbs: [frame, word], word 0 for all. */
  readonly frames: readonly (readonly [number, number])[];
  /** Definition and examples. */
  readonly gloss: string;
}

/**
 * The names of the lexicographer files, in the order of their numbers.
 *
 * *Source* WordNet's manual page lexnames(5WN).
 */
export const LEXICOGRAPHER_FILES: readonly string[] = [
  ...["adj.all", "adj.pert", "adv.all", "noun.Tops", "noun.act", "noun.animal", "noun.artifact"],
  ...["noun.attribute", "noun.body", "noun.cognition", "noun.communication", "noun.event", "noun.feeling"],
  ...["noun.food", "noun.group", "noun.location", "noun.motive", "noun.object", "noun.person"],
  ...["noun.phenomenon", "noun.plant", "noun.possession", "noun.process", "noun.quantity", "noun.relation"],
  ...["noun.shape", "noun.state", "noun.substance", "noun.time", "verb.body", "verb.change"],
  ...["verb.cognition", "verb.communication", "verb.competition", "verb.consumption", "verb.contact"],
  ...["verb.creation", "verb.emotion", "verb.motion", "verb.perception", "verb.possession", "verb.social"],
  ...["verb.stative", "verb.weather", "adj.ppl"],
];

/**
 * Reads the synsets of a data file of WordNet (data.noun, data.verb, data.adj, data.adv).
 *
 * *Source* WordNet's manual page wndb(5WN).
 * @throws {MalformedFileError} if a line is not a synset that stands where it says, or the limits do not suffice:
 * `items` bounds the synsets.
 *
 * @example
 * ```ts
 * import { LEXICOGRAPHER_FILES, readWordnet } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const line = "00000000 03 n 02 thing 0 small_object a 001 @ 00001930 n 0102 | a separate entity  \n";
 * const [synset] = readWordnet(new TextEncoder().encode(line));
 * assertEquals(LEXICOGRAPHER_FILES[synset!.file], "noun.Tops");
 * assertEquals([synset!.words, synset!.lexIds], [["thing", "small_object"], [0, 10]]);
 * assertEquals(synset!.pointers, [{ symbol: "@", offset: 1930, pos: "n", source: 1, target: 2 }]);
 * assertEquals(synset!.gloss, "a separate entity");
 * ```
 */
export function readWordnet(bytes: Uint8Array, limits: Limits = {}): readonly Synset[] {
  const budget = new Budget(limits, fail);
  const synsets: Synset[] = [];
  for (let start = 0, end: number; start < bytes.length; start = end + 1) {
    end = bytes.indexOf(0x0a, start);
    if (end < 0) end = bytes.length;
    if (bytes[start] === 0x20) continue; // the licence, in lines that start with a blank
    budget.takeItems(1);
    const line = LATIN_1.decode(bytes.subarray(start, end));
    const synset = parseSynset(line);
    if (synset.offset !== start) fail(`a synset of number ${start} at that place`, synset.offset);
    synsets.push(synset);
  }
  return synsets;
}

function parseSynset(line: string): Synset {
  const bar = line.indexOf(" | ");
  if (bar < 0) fail("a synset and its gloss with a bar between", `"${line.slice(0, 80)}"`);
  const fields = line.slice(0, bar).split(" ");
  let at = 0;
  const next = (): string => fields[at++] ?? fail("more fields of a synset", `"${line.slice(0, 80)}"`);
  const number = (pattern: RegExp, radix: number): number => {
    const field = next();
    return pattern.test(field) ? parseInt(field, radix) : fail(`a number ${pattern.source}`, `"${field}"`);
  };
  const offset = number(OFFSET, 10);
  const file = number(/^\d\d$/, 10);
  if (file >= LEXICOGRAPHER_FILES.length) fail("the number of a lexicographer file", file);
  const pos = next();
  if (!/^[nvasr]$/.test(pos)) fail("a part of speech", `"${pos}"`);
  const words: string[] = [];
  const lexIds: number[] = [];
  for (let left = number(/^[0-9a-f]{2}$/, 16); left > 0; left--) {
    words.push(next());
    lexIds.push(number(/^[0-9a-f]$/, 16));
  }
  if (words.length === 0 || words.includes("")) fail("words in a synset", "none");
  const pointers: WordnetPointer[] = [];
  for (let left = number(/^\d{3}$/, 10); left > 0; left--) {
    const pointer = { symbol: next(), offset: number(OFFSET, 10), pos: next() };
    const numbers = number(/^[0-9a-f]{4}$/, 16);
    pointers.push({ ...pointer, source: numbers >> 8, target: numbers & 0xff });
  }
  const frames: [number, number][] = [];
  if (at < fields.length) {
    for (let left = number(/^\d\d$/, 10); left > 0; left--) {
      if (next() !== "+") fail('a sentence frame after "+"', `"${line.slice(0, 80)}"`);
      frames.push([number(/^\d\d$/, 10), number(/^[0-9a-f]{2}$/, 16)]);
    }
  }
  if (fields.length !== at) fail("the bar after the last field", `"${fields[at]}"`);
  return { offset, file, pos, words, lexIds, pointers, frames, gloss: line.slice(bar + 3).trim() };
}

const OFFSET = /^\d{8}$/;
const LATIN_1 = new TextDecoder("windows-1252");
