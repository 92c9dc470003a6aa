import { Heap } from "./_heap.ts";
import { checkWellFormed, MAX_TOKENS, pairKey, piecesOf } from "./_pieces.ts";

/** The tokens that are single bytes. */
const BYTES = 256;
/** Pieces whose tokens are remembered; no result depends on it. */
const REMEMBERED = 65536;

/** A byte-pair encoding as JSON keeps it. */
export interface BytePairJson {
  /** The pairs of tokens that were merged, in order: merge i makes token 256 + i. */
  readonly merges: readonly (readonly [left: number, right: number])[];
  /** Tokens that stand for no text, behind the others: "<start>", "<end>". */
  readonly specials: readonly string[];
}

/** A tokeniser of bytes and pairs: token b below 256 is the byte b, token 256 + i the pair that merge i joined. */
export interface BytePairEncoding {
  /** The number of tokens: bytes, merges and special ones. */
  readonly size: number;
  /** The bytes of a token; none of a special one. @throws {RangeError} if it is not below the size. */
  bytesOf(token: number): Uint8Array;
  /** The number of a special token. @throws {RangeError} if there is none of that name. */
  special(name: string): number;
  /** The tokens of a text; never special ones. @throws {RangeError} if the text is not well-formed Unicode. */
  encode(text: string): Uint32Array;
  /**
   * The text of tokens, the exact inverse of `encode`; special tokens give nothing. Bytes that are not UTF-8, as where
   * tokens were cut, become U+FFFD.
   *
   * @throws {RangeError} if a token is not below the size.
   */
  decode(tokens: ArrayLike<number>): string;
  /** The encoding for JSON, from which `bytePairEncoding` makes it again. */
  toJSON(): BytePairJson;
}

/**
 * The byte-pair encoding of given merges: a text is cut into pieces (runs of letters, of numbers, of others, each with a
 * space before it; see `trainBytePairs`), each piece starts as the bytes of its UTF-8, and neighbours are merged as long
 * as any merge applies, the earliest merge first and, of one merge, from the left. No text is unknown.
 *
 * *Source* Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units" (2016); on bytes,
 * Radford et al., "Language models are unsupervised multitask learners" (2019).
 * @throws {RangeError} if a merge joins tokens that are not there before it, a pair occurs twice, or a special token
 * occurs twice.
 *
 * @example
 * ```ts
 * import { bytePairEncoding } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const code = (letter: string) => letter.charCodeAt(0);
 * const merges = [[code("l"), code("o")], [256, code("w")]] as const; // lo, low
 * const encoding = bytePairEncoding({ merges, specials: ["<end>"] });
 * assertEquals(encoding.encode("low lo"), Uint32Array.of(257, code(" "), 256));
 * assertEquals(encoding.decode([257, code(" "), 256, encoding.special("<end>")]), "low lo");
 * ```
 */
export function bytePairEncoding({ merges, specials }: BytePairJson): BytePairEncoding {
  const size = BYTES + merges.length + specials.length;
  if (size > MAX_TOKENS) {
    throw new RangeError(`Cannot make a byte-pair encoding: expected up to 2^21 tokens, got ${size}`);
  }
  const ranks = new Map<number, number>();
  const bytes: Uint8Array[] = Array.from({ length: BYTES }, (_, byte) => Uint8Array.of(byte));
  merges.forEach(([left, right], rank) => {
    const [first, second] = [bytes[left], bytes[right]];
    if (first === undefined || second === undefined || ranks.has(pairKey(left, right))) {
      throw new RangeError(
        `Cannot make a byte-pair encoding: expected merge ${rank} to join two earlier tokens for the first time, got ` +
          `[${left}, ${right}]`,
      );
    }
    ranks.set(pairKey(left, right), rank);
    const joined = new Uint8Array(first.length + second.length);
    joined.set(first);
    joined.set(second, first.length);
    bytes.push(joined);
  });
  const specialIds = new Map<string, number>();
  for (const name of specials) {
    if (specialIds.has(name)) {
      throw new RangeError(
        `Cannot make a byte-pair encoding: expected each special token once, got "${name}" again`,
      );
    }
    specialIds.set(name, bytes.length);
    bytes.push(new Uint8Array());
  }
  const bytesOf = (token: number): Uint8Array => {
    const found = bytes[token];
    if (found === undefined) {
      throw new RangeError(`Cannot decode a token: expected a number below ${size}, got ${token}`);
    }
    return found;
  };
  const encoder = new TextEncoder();
  const remembered = new Map<string, Uint32Array>();
  const encodePiece = (piece: string): Uint32Array => {
    let tokens = remembered.get(piece);
    if (tokens === undefined) {
      tokens = mergeAll(encoder.encode(piece), ranks);
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(piece, tokens);
    }
    return tokens;
  };

  return {
    size,
    bytesOf: (token) => bytesOf(token).slice(),
    special(name) {
      const id = specialIds.get(name);
      if (id === undefined) {
        throw new RangeError(
          `Cannot find a special token: expected one of ${specials.join(", ")}, got "${name}"`,
        );
      }
      return id;
    },
    encode(text) {
      checkWellFormed(text);
      const parts: Uint32Array[] = [];
      let length = 0;
      for (const piece of piecesOf(text)) {
        const part = encodePiece(piece);
        parts.push(part);
        length += part.length;
      }
      const tokens = new Uint32Array(length);
      let place = 0;
      for (const part of parts) {
        tokens.set(part, place);
        place += part.length;
      }
      return tokens;
    },
    decode(tokens) {
      const parts = Array.from(tokens, bytesOf);
      const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
      let place = 0;
      for (const part of parts) {
        whole.set(part, place);
        place += part.length;
      }
      // A mark of byte order is a part of the text.
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole);
    },
    toJSON: () => ({ merges: merges.map(([left, right]) => [left, right]), specials: [...specials] }),
  };
}

/** A pair of neighbours that may be merged. */
interface Candidate {
  readonly rank: number;
  readonly at: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Merges the neighbours of one piece, by rank and from the left. A pair that a merge makes has a later rank than the
 * merge, so the candidates come out in the order in which whole passes would find them.
 */
function mergeAll(piece: Uint8Array, ranks: ReadonlyMap<number, number>): Uint32Array {
  const tokens = Int32Array.from(piece); // -1 where a token was merged into the one before
  const next = Int32Array.from(tokens, (_, i) => i + 1);
  const before = Int32Array.from(tokens, (_, i) => i - 1);
  const candidates = new Heap<Candidate>((a, b) => a.rank < b.rank || (a.rank === b.rank && a.at < b.at));
  const consider = (at: number) => {
    const [left, right] = [tokens[at], tokens[next[at]!]];
    if (left === undefined || right === undefined) return;
    const rank = ranks.get(pairKey(left, right));
    if (rank !== undefined) candidates.push({ rank, at, left, right });
  };
  for (let at = 0; at < tokens.length; at++) consider(at);
  let count = tokens.length;
  for (let candidate = candidates.pop(); candidate !== undefined; candidate = candidates.pop()) {
    const { rank, at, left, right } = candidate;
    const second = next[at]!;
    if (tokens[at] !== left || tokens[second] !== right) continue;
    tokens[at] = BYTES + rank;
    tokens[second] = -1;
    next[at] = next[second]!;
    if (next[at]! < tokens.length) before[next[at]!] = at;
    count--;
    if (before[at]! >= 0) consider(before[at]!);
    consider(at);
  }
  const result = new Uint32Array(count);
  for (let at = 0, i = 0; at < tokens.length; at = next[at]!) result[i++] = tokens[at]!;
  return result;
}
