import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { parseBrownTag, readBrown, readBrownGenres } from "./brown.ts";
import { MalformedFileError } from "./malformed.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("readBrown gives sentences of words and tags", () => {
  const bytes = utf8(
    "\n\n\tHeavy/jj-hl rain/nn-hl --/---hl\n\n\n\tIt/pps isn't/bez* 3/4/cd mile/nn ./.\n\n\n\t``/`` Vrai/fw-jj ''/''\n",
  );
  assertEquals(readBrown(bytes), [
    { words: ["Heavy", "rain", "--"], tags: ["jj-hl", "nn-hl", "---hl"] },
    { words: ["It", "isn't", "3/4", "mile", "."], tags: ["pps", "bez*", "cd", "nn", "."] },
    { words: ["``", "Vrai", "''"], tags: ["``", "fw-jj", "''"] },
  ]);
  assertEquals(readBrown(new Uint8Array(0)), []);
});

Deno.test("readBrown takes bytes as Latin-1", () => {
  assertEquals(readBrown(Uint8Array.of(0x63, 0xe9, 0x2f, 0x6e, 0x6e))[0]!.words, ["cé"]);
});

Deno.test("readBrown refuses words without tags, and holds to its limits", () => {
  for (const token of ["word", "/nn", "word/", "/"]) {
    assertThrows(
      () => readBrown(utf8(`a/at ${token}`)),
      MalformedFileError,
      `Cannot read a text of the Brown corpus: expected words with tags, got "${token}"`,
    );
  }
  assertEquals(readBrown(utf8("a/at b/nn"), { items: 2 }).length, 1);
  assertThrows(
    () => readBrown(utf8("a/at b/nn c/nn"), { items: 2 }),
    MalformedFileError,
    "at most 2 members",
  );
});

Deno.test("parseBrownTag takes every kind of tag apart", () => {
  const flags = (tag: string) => {
    const { foreign, title, headline, cited } = parseBrownTag(tag);
    return [foreign && "fw", title && "tl", headline && "hl", cited && "nc"].filter((flag) => flag !== false);
  };
  const parts = (tag: string) => parseBrownTag(tag).parts;
  assertEquals([parts("nn"), flags("nn")], [["nn"], []]);
  assertEquals([parts("fw-at+nn-tl-hl"), flags("fw-at+nn-tl-hl")], [["at", "nn"], ["fw", "tl", "hl"]]);
  assertEquals([parts("vb-nc"), flags("vb-nc")], [["vb"], ["nc"]]);
  assertEquals([parts("---hl"), flags("---hl")], [["--"], ["hl"]]);
  assertEquals([parts("*-hl"), flags("*-hl")], [["*"], ["hl"]]);
  assertEquals(parts("*"), ["*"]);
  assertEquals(parts("pp$$"), ["pp$$"]);
  assertEquals(parts("wdt+do+pps"), ["wdt", "do", "pps"]);
  assertEquals(parts("ppss+bez*"), ["ppss", "bez", "*"]);
  assertEquals(parts(""), [""]);
});

Deno.test("readBrownGenres reads the list at the start of CONTENTS", () => {
  const contents =
    "\r\nCONTENTS\r\n\r\nIntroduction. A text.\r\nA. PRESS: REPORTAGE\r\nK: FICTION: GENERAL\r\nR. HUMOR\r\n" +
    "\r\nLIST OF TEXTS\r\n\r\nA. PRESS: REPORTAGE\r\nA01. A newspaper\r\n";
  assertEquals([...readBrownGenres(utf8(contents))], [
    ["a", "PRESS: REPORTAGE"],
    ["k", "FICTION: GENERAL"],
    ["r", "HUMOR"],
  ]);
  assertThrows(() => readBrownGenres(utf8("nothing")), MalformedFileError, "expected lines of genres");
  assertThrows(
    () => readBrownGenres(utf8("A. B\nA. C\n")),
    MalformedFileError,
    "one name for each genre, got two for A",
  );
});

testMutations("readBrown", (bytes) => readBrown(bytes).map(({ tags }) => tags.map(parseBrownTag)), [
  utf8("\tHeavy/jj-hl rain/nn-hl\n\n\n\t``/`` C'est/fw-pps+bez vrai/fw-jj ''/'' ,/, isn't/bez* --/---hl\n"),
  utf8("\n\n\n\tThe/at-tl Hague/np$-tl 3/4/cd ./.\n"),
]);
testMutations("readBrownGenres", readBrownGenres, [
  utf8("A. PRESS: REPORTAGE\nK: FICTION: GENERAL\nLIST OF TEXTS\n"),
]);
