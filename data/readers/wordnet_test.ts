import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { LEXICOGRAPHER_FILES, readWordnet } from "./wordnet.ts";

/** A file in WordNet's layout: a line of licence, then each synset behind its own place. */
function file(...synsets: readonly string[]): Uint8Array {
  let text = "  1 A licence, in lines that start with blanks.  \n";
  for (const synset of synsets) text += `${String(text.length).padStart(8, "0")} ${synset}  \n`;
  return new TextEncoder().encode(text);
}

const NOUN =
  "18 n 02 Galileo 0 Galileo_Galilei a 002 @i 10042764 n 0000 + 02975454 a 0203 | Italian astronomer (1564-1642)";
const VERB =
  '29 v 01 breathe 0 001 ~ 00003142 v 0000 02 + 02 00 + 08 01 | draw air in; "I can breathe | better"';
const ADJECTIVE = "44 s 11 " +
  Array.from({ length: 17 }, (_, i) => `w${i}(p) ${i % 16 === 10 ? "a" : 0}`).join(" ") +
  " 000 | many";
const FILE = file(NOUN, VERB, ADJECTIVE);

Deno.test("readWordnet reads synsets with words, relations, frames and glosses", () => {
  const [noun, verb, adjective, ...rest] = readWordnet(FILE);
  assertEquals(rest, []);
  assertEquals(noun, {
    offset: 50,
    file: 18,
    pos: "n",
    words: ["Galileo", "Galileo_Galilei"],
    lexIds: [0, 10],
    pointers: [
      { symbol: "@i", offset: 10042764, pos: "n", source: 0, target: 0 },
      { symbol: "+", offset: 2975454, pos: "a", source: 2, target: 3 },
    ],
    frames: [],
    gloss: "Italian astronomer (1564-1642)",
  });
  assertEquals(verb!.frames, [[2, 0], [8, 1]]);
  assertEquals(verb!.gloss, 'draw air in; "I can breathe | better"');
  assertEquals([adjective!.words.length, adjective!.words[16], adjective!.pos], [17, "w16(p)", "s"]);
  assertEquals([noun!, verb!, adjective!].map((synset) => LEXICOGRAPHER_FILES[synset.file]), [
    "noun.person",
    "verb.body",
    "adj.ppl",
  ]);
  assertEquals(LEXICOGRAPHER_FILES.length, 45);
});

Deno.test("readWordnet names what is wrong with a line", () => {
  const refuses = (line: string, message: string) =>
    assertThrows(
      () => readWordnet(file(line)),
      MalformedFileError,
      `Cannot read a WordNet data file: expected ${message}`,
    );
  refuses("03 n 01 a 0 000 no bar", "a synset and its gloss with a bar between");
  refuses("45 n 01 a 0 000 | g", "the number of a lexicographer file, got 45");
  refuses("3 n 01 a 0 000 | g", 'a number ^\\d\\d$, got "3"');
  refuses("03 x 01 a 0 000 | g", 'a part of speech, got "x"');
  refuses("03 n 00 000 | g", "words in a synset, got none");
  refuses("03 n 02 a 0 000 | g", "more fields of a synset");
  refuses("03 n 01 a 0 001 | g", "more fields of a synset");
  refuses("03 n 01 a 0 000 x | g", 'a number ^\\d\\d$, got "x"');
  refuses("03 n 01 a 0 000 00 x | g", 'the bar after the last field, got "x"');
  refuses("29 v 01 a 0 000 01 - 01 00 | g", 'a sentence frame after "+"');
  const shifted = new Uint8Array([...new TextEncoder().encode("  \n"), ...FILE]);
  assertThrows(() => readWordnet(shifted), MalformedFileError, "a synset of number 53 at that place, got 50");
  assertThrows(() => readWordnet(FILE, { items: 2 }), MalformedFileError, "at most 2 members or rows");
});

testMutations("readWordnet", (bytes) => readWordnet(bytes), [FILE, file(VERB, NOUN)]);
