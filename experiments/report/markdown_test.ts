import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { address, code, details, escapeMarkdown, fenced, picture, quotation, table } from "./markdown.ts";

Deno.test("markup in text is escaped", () => {
  assertEquals(escapeMarkdown("# not a heading"), "\\# not a heading");
  assertEquals(escapeMarkdown("1. not a list"), "1\\. not a list");
  assertEquals(escapeMarkdown("0.001"), "0.001");
  assertEquals(escapeMarkdown("- x"), "\\- x");
  assertEquals(escapeMarkdown("[a](b) ![c](d)"), "\\[a\\](b) !\\[c\\](d)");
  assertEquals(escapeMarkdown("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
  assertEquals(escapeMarkdown("&lt;"), "&amp;lt;");
  assertEquals(escapeMarkdown("$x$ and `y`"), "\\$x\\$ and \\`y\\`");
  assertEquals(escapeMarkdown("two\n\nparagraphs\t"), "two paragraphs");
  assertEquals(escapeMarkdown("_it_ snake_case"), "\\_it\\_ snake_case");
});

Deno.test("unescaping gives the text back", () => {
  const unescape = (markdown: string) =>
    markdown.replace(/\\([!-/:-@[-`{-~])/g, "$1").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(
      /&amp;/g,
      "&",
    );
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      // deno-lint-ignore no-control-regex -- control characters become spaces
      const line = text.replace(/[\s\u0000-\u001f\u007f]+/g, " ").trim();
      assertEquals(unescape(escapeMarkdown(text)), line);
    }),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("every row of a table has as many cells as the header, whatever is in them", () => {
  const cells = (line: string) => line.match(/(?<!\\)\|/g)?.length;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1, maxLength: 4 }), (rows) => {
      const lines = table(["a", "b"], rows.map((row) => row.map(escapeMarkdown)), "lr").split("\n");
      assertEquals(lines.length, rows.length + 2);
      for (const line of lines) assertEquals(cells(line), 3);
    }),
    { seed: 2, numRuns: 300 },
  );
  assertEquals(table(["a"], [[code("x|y")]]), "| a |\n| :-- |\n| `x\\|y` |");
});

Deno.test("blocks hold what they are given", () => {
  assertEquals(code("a`b"), "``a`b``");
  assertEquals(code("`"), "`` ` ``");
  assertEquals(fenced("text", "```"), "````text\n```\n````");
  assertEquals(quotation("a\n\nb"), "> a\n>\n> b");
  assertEquals(details("<s>", "x"), "<details>\n<summary>&lt;s&gt;</summary>\n\nx\n\n</details>");
  assertEquals(picture("a.png", 'say "x"', 10), '<img src="a.png" width="10" alt="say &quot;x&quot;">');
  assertEquals(picture("a.svg", "[x]"), "![\\[x\\]](a.svg)");
});

Deno.test("only web addresses become links", () => {
  assertEquals(address("https://example.org/a_b"), "<https://example.org/a_b>");
  assertEquals(address("javascript:alert(1)"), "javascript:alert(1)");
  assertEquals(address("https://example.org/> x"), "https://example.org/&gt; x");
});
