/** How tokens become the words of a vocabulary. */
export interface VocabularyOptions {
  /** Tokens that come first, whether they occur or not, in this order: "<pad>", "<unknown>", "<start>", "<end>". */
  readonly specials?: readonly string[];
  /** The token, one of `specials`, that stands for all that are not in the vocabulary. Without it they are refused. */
  readonly unknown?: string;
  /** Tokens that occur less often are left out. Default 1. */
  readonly minimumCount?: number;
  /** The most tokens, with the special ones; the most frequent stay. Default: any number. */
  readonly maximumSize?: number;
}

/** A vocabulary as JSON keeps it. */
export interface VocabularyJson {
  /** The tokens, by number. */
  readonly tokens: readonly string[];
  /** The token that stands for unknown ones, or null. */
  readonly unknown: string | null;
}

/** Tokens with numbers from 0 on. */
export interface Vocabulary {
  /** The tokens, by number. */
  readonly tokens: readonly string[];
  /** How many there are. */
  readonly size: number;
  /** The number of the token that stands for unknown ones, if there is one. */
  readonly unknown: number | undefined;
  /** The number of a token, or undefined if it is not in the vocabulary. */
  idOf(token: string): number | undefined;
  /** The numbers of tokens. @throws {RangeError} if one is not in the vocabulary, and none stands for unknown ones. */
  encode(tokens: readonly string[]): Uint32Array;
  /** The tokens of numbers. @throws {RangeError} if one is not below the size. */
  decode(ids: ArrayLike<number>): string[];
  /** The vocabulary for JSON, from which `vocabularyFromJson` makes it again. */
  toJSON(): VocabularyJson;
}

/**
 * How often each token occurs.
 *
 * @example
 * ```ts
 * import { countTokens } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(countTokens([["to", "be"], ["or", "to"]]), new Map([["to", 2], ["be", 1], ["or", 1]]));
 * ```
 */
export function countTokens(texts: Iterable<readonly string[]>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const tokens of texts) {
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  return counts;
}

/**
 * A vocabulary of the tokens that were counted in the training split: the special ones, then the others.
 *
 * *Order* descending counts; of equal counts, ascending by the bytes of UTF-8, which is by code points.
 * @throws {RangeError} if a special token occurs twice or there is no room for them, the unknown one is not special, a
 * count is not a positive whole number, or a limit is not one.
 *
 * @example
 * ```ts
 * import { buildVocabulary, countTokens } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const counts = countTokens(["the cat and the dog and the bird".split(" ")]);
 * const vocabulary = buildVocabulary(counts, { specials: ["<pad>", "<unknown>"], unknown: "<unknown>", maximumSize: 5 });
 * assertEquals(vocabulary.tokens, ["<pad>", "<unknown>", "the", "and", "bird"]);
 * assertEquals(vocabulary.encode(["the", "dog"]), Uint32Array.of(2, 1));
 * assertEquals(vocabulary.decode([2, 4]), ["the", "bird"]);
 * ```
 */
export function buildVocabulary(
  counts: ReadonlyMap<string, number>,
  { specials = [], unknown, minimumCount = 1, maximumSize = Infinity }: VocabularyOptions = {},
): Vocabulary {
  for (const [token, count] of counts) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(
        `Cannot build a vocabulary: expected positive whole counts, got ${count} of "${token}"`,
      );
    }
  }
  if (!(minimumCount >= 1)) {
    throw new RangeError(`Cannot build a vocabulary: expected a minimum count from 1, got ${minimumCount}`);
  }
  if (
    maximumSize !== Infinity &&
    !(Number.isInteger(maximumSize) && maximumSize >= Math.max(1, specials.length))
  ) {
    throw new RangeError(
      `Cannot build a vocabulary: expected room for ${specials.length} special tokens, got ${maximumSize}`,
    );
  }
  const special = new Set(specials);
  const kept = [...counts].filter(([token, count]) => count >= minimumCount && !special.has(token));
  kept.sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || compareCodePoints(a, b));
  const tokens = [...specials, ...kept.map(([token]) => token)].slice(0, maximumSize);
  if (unknown !== undefined && !special.has(unknown)) {
    throw new RangeError(
      `Cannot build a vocabulary: expected a special token for unknown ones, got "${unknown}"`,
    );
  }
  return vocabularyFromJson({ tokens, unknown: unknown ?? null });
}

/**
 * A vocabulary of given tokens, as `toJSON` gave them.
 *
 * @throws {RangeError} if a token occurs twice, or that for unknown ones does not occur.
 *
 * @example
 * ```ts
 * import { vocabularyFromJson } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const vocabulary = vocabularyFromJson({ tokens: ["a", "b"], unknown: null });
 * assertEquals(vocabulary.idOf("b"), 1);
 * assertEquals(JSON.stringify(vocabulary), '{"tokens":["a","b"],"unknown":null}');
 * ```
 */
export function vocabularyFromJson(json: VocabularyJson): Vocabulary {
  const tokens = [...json.tokens];
  const ids = new Map<string, number>();
  tokens.forEach((token, id) => {
    if (ids.has(token)) {
      throw new RangeError(`Cannot make a vocabulary: expected each token once, got "${token}" again`);
    }
    ids.set(token, id);
  });
  const unknown = json.unknown === null ? undefined : ids.get(json.unknown);
  if (json.unknown !== null && unknown === undefined) {
    throw new RangeError(
      `Cannot make a vocabulary: expected the unknown token among them, got "${json.unknown}"`,
    );
  }
  return {
    tokens,
    size: tokens.length,
    unknown,
    idOf: (token) => ids.get(token),
    encode: (list) =>
      Uint32Array.from(list, (token) => {
        const id = ids.get(token) ?? unknown;
        if (id === undefined) {
          throw new RangeError(`Cannot encode a token: expected one of the vocabulary, got "${token}"`);
        }
        return id;
      }),
    decode: (list) =>
      Array.from(list, (id) => {
        const token = tokens[id];
        if (token === undefined) {
          throw new RangeError(`Cannot decode a token: expected a number below ${tokens.length}, got ${id}`);
        }
        return token;
      }),
    toJSON: () => ({ tokens: [...tokens], unknown: json.unknown }),
  };
}

/** Less than, equal to or greater than 0 as a stands before, at or behind b in the order of code points. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    // Halves of pairs, which stand for code points above all others, have smaller values than some of those.
    const [isPairX, isPairY] = [x, y].map((unit) => unit >= 0xd800 && unit <= 0xdfff);
    return isPairX === isPairY ? x - y : isPairX ? 1 : -1;
  }
  return a.length - b.length;
}
