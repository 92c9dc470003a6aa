import { Heap } from "./_heap.ts";
import { checkWellFormed, MAX_TOKENS, pairKey, piecesOf, tokensOf } from "./_pieces.ts";
import { type BytePairEncoding, bytePairEncoding } from "./byte_pair_encoding.ts";

/** How a byte-pair encoding is trained. */
export interface BytePairOptions {
  /** The most merges: the number of tokens that are neither bytes nor special. */
  readonly merges: number;
  /** Pairs that occur less often are not merged. Default 2. */
  readonly minimumCount?: number;
  /** Tokens that stand for no text. Default none. */
  readonly specials?: readonly string[];
}

/**
 * Learns a byte-pair encoding from texts: again and again, the pair of neighbouring tokens that occurs most often is
 * merged into a new token.
 *
 * Texts are cut into pieces that no pair crosses: runs of letters and marks, of numbers, and of other characters (by
 * Unicode 17.0), each with one space before it if there is one, and runs of white space. A pair is counted at each place,
 * overlapping ones (aaa has two of aa) too; it is merged from the left.
 *
 * *Order* the highest count; of equal counts the pair with the smaller left token, then the smaller right token.
 * *Source* Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units" (2016). *Differs*
 * from it: bytes for characters, and pieces that keep their space for words with a mark at the end.
 * @throws {RangeError} if a text is not well-formed Unicode, or a number is not a whole one from 0, 1 for the minimum.
 *
 * @example
 * ```ts
 * import { trainBytePairs } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "low low lower lowest";
 * const encoding = trainBytePairs([text], { merges: 3 });
 * const tokens = encoding.encode(text);
 * const word = (token: number) => new TextDecoder().decode(encoding.bytesOf(token));
 * assertEquals([256, 257, 258].map(word), ["lo", "low", " low"]);
 * assertEquals([...tokens].map(word), ["low", " low", " low", "e", "r", " low", "e", "s", "t"]);
 * assertEquals(encoding.decode(tokens), text);
 * ```
 */
export function trainBytePairs(texts: Iterable<string>, options: BytePairOptions): BytePairEncoding {
  const { merges, minimumCount = 2, specials = [] } = options;
  const most = MAX_TOKENS - 256 - specials.length;
  if (!Number.isInteger(merges) || merges < 0 || merges > most) {
    throw new RangeError(`Cannot train byte pairs: expected 0 to ${most} merges, got ${merges}`);
  }
  if (!Number.isInteger(minimumCount) || minimumCount < 1) {
    throw new RangeError(`Cannot train byte pairs: expected a minimum count from 1, got ${minimumCount}`);
  }
  const counts = new Map<string, number>();
  for (const text of texts) {
    checkWellFormed(text);
    for (const piece of piecesOf(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  }
  return bytePairEncoding({ merges: learnMerges(counts, merges, minimumCount), specials });
}

/** A distinct piece: its tokens now, and how often it occurs. */
interface Word {
  tokens: Int32Array;
  readonly count: number;
}

/** How often a pair occurs, and the words in which it did since it was made. */
interface Pair {
  count: number;
  readonly words: Set<Word>;
}

/** Hears that a pair occurs so much more, or less, often in a word. */
type PairListener = (left: number, right: number, difference: number, word: Word) => void;

function learnMerges(
  counts: ReadonlyMap<string, number>,
  most: number,
  minimumCount: number,
): [left: number, right: number][] {
  const encoder = new TextEncoder();
  const pairs = new Map<number, Pair>();
  /** Pairs that are new or more frequent since the last merge. */
  const risen = new Set<number>();
  const change: PairListener = (left, right, difference, word) => {
    const key = pairKey(left, right);
    let pair = pairs.get(key);
    if (pair === undefined) {
      pair = { count: 0, words: new Set() };
      pairs.set(key, pair);
    }
    pair.count += difference;
    if (difference < 0) return;
    pair.words.add(word);
    risen.add(key);
  };
  for (const [piece, count] of counts) {
    const word = { tokens: Int32Array.from(encoder.encode(piece)), count };
    for (let i = 1; i < word.tokens.length; i++) change(word.tokens[i - 1]!, word.tokens[i]!, count, word);
  }

  // Counts in the heap may be out of date, then they are too high: a count that rises is pushed anew.
  const heap = new Heap<{ readonly key: number; readonly count: number }>((a, b) =>
    a.count > b.count || (a.count === b.count && a.key < b.key)
  );
  const merges: [number, number][] = [];
  while (merges.length < most) {
    for (const key of risen) {
      const count = pairs.get(key)?.count ?? 0;
      if (count >= minimumCount) heap.push({ key, count });
    }
    risen.clear();
    const best = heap.pop();
    if (best === undefined || best.count < minimumCount) break;
    const { key } = best;
    const pair = pairs.get(key);
    if (pair === undefined) continue;
    if (pair.count !== best.count) {
      if (pair.count < best.count) heap.push({ key, count: pair.count });
      continue;
    }
    const [left, right] = tokensOf(key);
    for (const word of pair.words) mergePair(word, left, right, 256 + merges.length, change);
    merges.push([left, right]);
    pairs.delete(key);
    risen.delete(key);
  }
  return merges;
}

/** Merges every pair of a word, from the left, and tells what that does to its neighbours. */
function mergePair(word: Word, left: number, right: number, merged: number, change: PairListener): void {
  const { tokens, count } = word;
  let kept = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token !== left || tokens[i + 1] !== right) {
      tokens[kept++] = token;
      continue;
    }
    if (kept > 0) {
      const before = tokens[kept - 1]!;
      change(before, left, -count, word);
      change(before, merged, count, word);
    }
    if (i + 2 < tokens.length) {
      const behind = tokens[i + 2]!;
      change(right, behind, -count, word);
      change(merged, behind, count, word);
    }
    tokens[kept++] = merged;
    i++;
  }
  word.tokens = tokens.subarray(0, kept);
}
