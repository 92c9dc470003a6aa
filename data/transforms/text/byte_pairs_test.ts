import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { piecesOf } from "./_pieces.ts";
import { type BytePairEncoding, bytePairEncoding } from "./byte_pair_encoding.ts";
import { trainBytePairs } from "./train_byte_pairs.ts";

type Words = Map<readonly string[], number>;

/**
 * The algorithm as the paper prints it (Sennrich et al. 2016, Algorithm 1): counts every pair anew for each merge. Of equal
 * counts, the pair that was met first wins, as in the paper's program, or the one that `rank` says.
 */
function textbook(words: Words, merges: number, rank: (pair: string[]) => number[] = () => []) {
  const learned: string[][] = [];
  for (let m = 0; m < merges; m++) {
    const pairs = new Map<string, { pair: string[]; count: number }>();
    for (const [symbols, count] of words) {
      for (let i = 1; i < symbols.length; i++) {
        const pair = [symbols[i - 1]!, symbols[i]!];
        const found = pairs.get(pair.join(" ")) ?? { pair, count: 0 };
        pairs.set(pair.join(" "), { pair, count: found.count + count });
      }
    }
    const [best] = [...pairs.values()].sort((a, b) => {
      const [ra, rb] = [rank(a.pair), rank(b.pair)];
      return b.count - a.count || (ra[0] ?? 0) - (rb[0] ?? 0) || (ra[1] ?? 0) - (rb[1] ?? 0);
    });
    if (best === undefined || best.count < 2) break;
    learned.push(best.pair);
    words = new Map([...words].map(([symbols, count]) => [applyMerge(symbols, best.pair), count]));
  }
  return learned;
}

function applyMerge(symbols: readonly string[], pair: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === pair[0] && symbols[i + 1] === pair[1]) {
      result.push(pair.join("+"));
      i++;
    } else result.push(symbols[i]!);
  }
  return result;
}

Deno.test("the textbook program learns what the paper's does", () => {
  const words: Words = new Map([["low", 5], ["lower", 2], ["newest", 6], ["widest", 3]] as const).entries()
    .reduce((map, [word, count]) => map.set([...word, "_"], count), new Map());
  // What the Python program printed in the paper prints.
  const expected = "e s, es t, est _, l o, lo w, n e, ne w, new est_, low _, w i".split(", ");
  assertEquals(
    textbook(words, 10).map((pair) => pair.map((symbol) => symbol.replaceAll("+", "")).join(" ")),
    expected,
  );
});

const token = (encoding: BytePairEncoding) => (id: number) => new TextDecoder().decode(encoding.bytesOf(id));

Deno.test("of the paper's example the same words come, by our order of equal counts", () => {
  const text = [["low", 5], ["lower", 2], ["newest", 6], ["widest", 3]] as const;
  // The paper's mark of a word's end is an x: a full stop would be a piece of its own.
  const words = text.flatMap(([word, count]) => new Array<string>(count).fill(`${word}x`));
  const encoding = trainBytePairs(words, { merges: 10 });
  assertEquals(encoding.toJSON().merges.map((pair) => pair.map(token(encoding)).join(" ")), [
    ...["e s", "t x", "es tx"], // 9 times each, with s t: bytes before merged tokens
    ...["l o", "lo w"], // 7 times, with o w
    ...["e w", "n ew", "new estx"], // 6 times, with n e and w estx
    "low x", // 5 times
    "d estx", // 3 times, with w i and i d
  ]);
});

/** The textbook's merges as pairs of numbers, in our order of equal counts. */
function textbookNumbers(texts: readonly string[], merges: number): [number, number][] {
  const words: Words = new Map();
  const keys = new Map<string, readonly string[]>();
  for (const piece of texts.flatMap((text) => [...piecesOf(text)])) {
    const key = keys.get(piece) ?? Array.from(new TextEncoder().encode(piece), String);
    keys.set(piece, key);
    words.set(key, (words.get(key) ?? 0) + 1);
  }
  const numbers = new Map<string, number>();
  const numberOf = (symbol: string) => {
    const known = numbers.get(symbol);
    if (known !== undefined) return known;
    if (!symbol.includes("+")) return Number(symbol);
    throw new Error(`${symbol} was not merged`);
  };
  const learned: [number, number][] = [];
  // Merge by merge, since a merged symbol gets its number when it is made.
  let current: Words = words;
  for (let m = 0; m < merges; m++) {
    const [pair] = textbook(current, 1, (pair) => pair.map(numberOf));
    if (pair === undefined) break;
    learned.push(pair.map(numberOf) as [number, number]);
    numbers.set(pair.join("+"), 256 + m);
    current = new Map([...current].map(([symbols, count]) => [applyMerge(symbols, pair), count]));
  }
  return learned;
}

/** Words of few letters, so that pairs overlap and counts are equal. */
const texts = fc.array(
  fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "é", "1", "\n", "🙂"), maxLength: 30 }),
  { minLength: 1, maxLength: 8 },
);

Deno.test("training learns the textbook's merges, in order", () => {
  fc.assert(
    fc.property(texts, fc.nat(30), (texts, merges) => {
      assertEquals(trainBytePairs(texts, { merges }).toJSON().merges, textbookNumbers(texts, merges));
    }),
    { seed: 1, numRuns: 300 },
  );
});

/** Encoding by whole passes over each piece: for each merge in order, all its places from the left. */
function encodeInPasses(encoding: BytePairEncoding, text: string): number[] {
  return [...piecesOf(text)].flatMap((piece) => {
    let tokens = Array.from(new TextEncoder().encode(piece));
    encoding.toJSON().merges.forEach(([left, right], rank) => {
      const result: number[] = [];
      for (let i = 0; i < tokens.length; i++) {
        if (tokens[i] === left && tokens[i + 1] === right) {
          result.push(256 + rank);
          i++;
        } else result.push(tokens[i]!);
      }
      tokens = result;
    });
    return tokens;
  });
}

Deno.test("encoding applies the merges in order, and decoding is its inverse", () => {
  fc.assert(
    fc.property(texts, fc.nat(40), texts, (texts, merges, others) => {
      const encoding = trainBytePairs(texts, { merges, minimumCount: 1, specials: ["<end>"] });
      for (const text of [...texts, ...others]) {
        const tokens = encoding.encode(text);
        assertEquals([...tokens], encodeInPasses(encoding, text));
        assertEquals(encoding.decode(tokens), text);
        assertEquals(encoding.decode([...tokens, encoding.special("<end>")]), text);
        assert(tokens.every((token) => token < encoding.size - 1));
      }
      const again = bytePairEncoding(JSON.parse(JSON.stringify(encoding)));
      assertEquals(again.encode(others.join("")), encoding.encode(others.join("")));
    }),
    { seed: 2, numRuns: 200 },
  );
});

Deno.test("any well-formed text comes back, also of bytes that were never seen", () => {
  const encoding = trainBytePairs(["the cat and the dog"], { merges: 20 });
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
      assertEquals(encoding.decode(encoding.encode(text)), text);
      assertEquals([...piecesOf(text)].join(""), text);
    }),
    { seed: 3, numRuns: 500 },
  );
  for (const text of ["", "\ufeffmark", "  a\r\n\t b ", "\u0000"]) {
    assertEquals(encoding.decode(encoding.encode(text)), text);
  }
  // Half of é
  assertEquals(encoding.decode([0x61, 0xc3]), "a\ufffd");
});

Deno.test("pieces keep one space, and end where the kind of character changes", () => {
  const pieces = (text: string) => [...piecesOf(text)];
  assertEquals(pieces("Hello world, it's 42!"), ["Hello", " world", ",", " it", "'", "s", " 42", "!"]);
  assertEquals(pieces("a  b\n\n c "), ["a", " ", " b", "\n\n", " c", " "]);
  assertEquals(pieces("größe１２x"), ["größe", "１２", "x"]);
  assertEquals(pieces(" \n"), [" \n"]);
});

Deno.test("a piece of a hundred thousand letters is encoded at once", () => {
  const encoding = trainBytePairs(["ab".repeat(64)], { merges: 6, minimumCount: 1 });
  const tokens = encoding.encode("ab".repeat(100_000));
  // Each merge doubles: 6 of them make tokens of 64 letters.
  assertEquals(tokens, new Uint32Array(3125).fill(256 + 5));
});

Deno.test("what is no encoding, text or token is refused", () => {
  const encoding = trainBytePairs([], { merges: 3, specials: ["<s>"] });
  assertEquals(encoding.size, 257);
  assertThrows(() => encoding.encode("\ud83d"), RangeError, "expected well-formed Unicode");
  assertThrows(() => trainBytePairs(["\udc00"], { merges: 1 }), RangeError, "expected well-formed Unicode");
  assertThrows(() => encoding.decode([257]), RangeError, "expected a number below 257, got 257");
  assertThrows(() => encoding.special("<e>"), RangeError, 'expected one of <s>, got "<e>"');
  assertThrows(() => trainBytePairs([], { merges: -1 }), RangeError, "merges, got -1");
  assertThrows(() => trainBytePairs([], { merges: 1, minimumCount: 0 }), RangeError, "from 1, got 0");
  const make = (merges: [number, number][], specials: string[] = []) => () =>
    bytePairEncoding({ merges, specials });
  assertThrows(
    make([[97, 256]]),
    RangeError,
    "merge 0 to join two earlier tokens for the first time, got [97, 256]",
  );
  assertThrows(make([[97, 98], [97, 98]]), RangeError, "merge 1");
  assertThrows(make([], ["x", "x"]), RangeError, 'got "x" again');
});
