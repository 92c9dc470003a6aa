import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { buildVocabulary, countTokens, vocabularyFromJson } from "./vocabulary.ts";

const SPECIALS = ["<pad>", "<unknown>"];
const words = fc.array(fc.array(fc.constantFrom("a", "b", "c", "🙂", "ﬁ", "z", "<pad>", "Ω")));

Deno.test("tokens stand by count, then by the bytes of UTF-8, behind the special ones", () => {
  fc.assert(
    fc.property(
      words,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 2, max: 9 }),
      (texts, minimum, size) => {
        const counts = countTokens(texts);
        assertEquals([...counts.values()].reduce((a, b) => a + b, 0), texts.flat().length);
        const { tokens } = buildVocabulary(counts, {
          specials: SPECIALS,
          minimumCount: minimum,
          maximumSize: size,
        });
        const bytes = (token: string) => new TextEncoder().encode(token).toHex();
        const expected = [...counts].filter(([token, count]) => count >= minimum && token !== "<pad>")
          .sort(([a, x], [b, y]) => y - x || (bytes(a) < bytes(b) ? -1 : 1)).map(([token]) => token);
        assertEquals(tokens, [...SPECIALS, ...expected].slice(0, size));
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("it does not matter in which order tokens were met", () => {
  const counts = countTokens([["b", "a", "🙂", "ﬁ", "a"]]);
  const reversed = new Map([...counts].reverse());
  assertEquals(buildVocabulary(counts).tokens, ["a", "b", "ﬁ", "🙂"]);
  assertEquals(buildVocabulary(reversed).tokens, ["a", "b", "ﬁ", "🙂"]);
});

Deno.test("encoding and decoding are inverse for known tokens, also after JSON", () => {
  fc.assert(
    fc.property(words, words, (texts, others) => {
      const built = buildVocabulary(countTokens(texts), { specials: SPECIALS, unknown: "<unknown>" });
      const vocabulary = vocabularyFromJson(JSON.parse(JSON.stringify(built)));
      assertEquals([vocabulary.size, vocabulary.unknown], [built.tokens.length, 1]);
      for (const text of [...texts, ...others]) {
        const ids = vocabulary.encode(text);
        assertEquals(ids, built.encode(text));
        const known = (token: string) => vocabulary.idOf(token) !== undefined;
        assertEquals(vocabulary.decode(ids), text.map((token) => known(token) ? token : "<unknown>"));
      }
    }),
    { seed: 2 },
  );
});

Deno.test("what is no token, number or option is refused", () => {
  const counts = countTokens([["a", "a", "__proto__"]]);
  const vocabulary = buildVocabulary(counts);
  assertEquals(vocabulary.encode(["__proto__", "a"]), Uint32Array.of(1, 0));
  assertThrows(
    () => vocabulary.encode(["constructor"]),
    RangeError,
    'expected one of the vocabulary, got "constructor"',
  );
  assertThrows(() => vocabulary.decode([2]), RangeError, "expected a number below 2, got 2");
  assertThrows(() => vocabulary.decode([-1]), RangeError, "got -1");
  const refused = (options: Parameters<typeof buildVocabulary>[1], message: string) =>
    assertThrows(() => buildVocabulary(counts, options), RangeError, message);
  refused({ specials: ["x", "x"] }, 'expected each token once, got "x" again');
  refused({ unknown: "a" }, 'expected a special token for unknown ones, got "a"');
  refused({ minimumCount: 0 }, "expected a minimum count from 1, got 0");
  refused({ specials: SPECIALS, maximumSize: 1 }, "expected room for 2 special tokens, got 1");
  assertThrows(() => buildVocabulary(new Map([["a", 0.5]])), RangeError, 'got 0.5 of "a"');
  assertThrows(() => vocabularyFromJson({ tokens: ["a"], unknown: "b" }), RangeError, 'got "b"');
  assert(Object.isFrozen(vocabulary.toJSON().tokens) || vocabulary.toJSON().tokens !== vocabulary.tokens);
});
