import { assert, assertEquals } from "@std/assert";
import { versions } from "node:process";
import fc from "fast-check";
import { tokeniseCharacters, tokeniseWords } from "./tokenise.ts";
import { classTable, LETTER, lowerCase, NUMBER, OTHER, SPACE } from "./unicode.ts";
import { UNICODE_VERSION } from "./unicode_tables.ts";

const SURROGATES = (code: number) => code >= 0xd800 && code <= 0xdfff;

Deno.test("the tables are the engine's where both have the same Unicode, and nearly so otherwise", () => {
  const classes = classTable();
  const same = versions["unicode"] === UNICODE_VERSION;
  let different = 0;
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    const expected = /[\p{L}\p{M}]/u.test(character)
      ? LETTER
      : /\p{N}/u.test(character)
      ? NUMBER
      : /\p{White_Space}/u.test(character)
      ? SPACE
      : OTHER;
    if (classes[code] !== expected) different++;
    if (SURROGATES(code) || code === 0x130) continue;
    if (lowerCase(character) !== character.toLowerCase()) different++;
  }
  // Later versions assign code points; they hardly ever change those that are assigned.
  assert(different < (same ? 1 : 20_000), `${different} code points`);
});

// From Unicode's own tables: UnicodeData.txt, fields General_Category and Simple_Lowercase_Mapping.
Deno.test("some code points are what Unicode says", () => {
  const classes = classTable();
  for (const letter of ["a", "Z", "ß", "é", "Ω", "я", "א", "漢", "\u0301", "𝒜", "ﬁ", "ª"]) {
    assertEquals(classes[letter.codePointAt(0)!], LETTER, letter);
  }
  for (const number of ["0", "９", "²", "½", "Ⅷ", "٣"]) {
    assertEquals(classes[number.codePointAt(0)!], NUMBER, number);
  }
  for (const other of ["_", "-", "'", "’", "€", "🙂", "\u200b", "\ud800"]) {
    assertEquals(classes[other.codePointAt(0)!], OTHER, other);
  }
  for (const space of [" ", "\t", "\n", "\u00a0", "\u3000"]) {
    assertEquals(classes[space.codePointAt(0)!], SPACE);
  }
  assertEquals(lowerCase("AZ[ÀÞĀŽΑΣЯԱႠẞΩK𐐀"), "az[àþāžασяաⴀßωk𐐨");
  assertEquals(lowerCase("İI"), "ii");
});

Deno.test("characters are code points, and joined the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const characters = tokeniseCharacters(text);
      assertEquals(characters.join(""), text);
      assert(
        characters.every((character) => character.length === (character.codePointAt(0)! > 0xffff ? 2 : 1)),
      );
    }),
    { seed: 1 },
  );
});

Deno.test("words and other characters are all that is not white space", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const tokens = tokeniseWords(text, { lowerCase: false });
      const classes = classTable();
      const seen = [...text].filter((character) => classes[character.codePointAt(0)!] !== SPACE);
      assertEquals(tokens.join(""), seen.join(""));
      assertEquals(tokeniseWords(text), tokeniseWords(lowerCase(text), { lowerCase: false }));
      const words = tokeniseWords(text, { punctuation: "drop" });
      const isWord = (token: string) => [LETTER, NUMBER].includes(classes[token.codePointAt(0)!]!);
      assertEquals(words, tokeniseWords(text).filter(isWord));
    }),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("apostrophes belong to words only between letters", () => {
  assertEquals(tokeniseWords("rock 'n' roll isn’t 5' or 'x'"), [
    ...["rock", "'", "n", "'", "roll", "isn’t", "5", "'", "or", "'", "x", "'"],
  ]);
  assertEquals(tokeniseWords("l'été, b2b, a''b, a'1"), [
    ...["l'été", ",", "b2b", ",", "a", "'", "'", "b", ",", "a", "'", "1"],
  ]);
  assertEquals(tokeniseWords("𝒜'𝒜"), ["𝒜'𝒜"]);
});
