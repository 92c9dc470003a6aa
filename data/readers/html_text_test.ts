import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { htmlToText } from "./html_text.ts";

const SEED = 20260503;

Deno.test("htmlToText leaves out tags, comments, scripts and styles", () => {
  assertEquals(htmlToText("a<b>b</b>c"), "abc");
  assertEquals(htmlToText("<HTML><HEAD><TITLE>t</TITLE><STYLE>p {}</STYLE></HEAD><BODY>x</BODY>"), "x");
  assertEquals(htmlToText("a<script type='x'>if (a < b) {}</script>b"), "ab");
  assertEquals(htmlToText("a<!-- <b> --> b<!DOCTYPE html><?xml x?>c"), "a bc");
  assertEquals(htmlToText("a<script>never closed"), "a");
  assertEquals(htmlToText("a<!-- never closed"), "a");
  assertEquals(htmlToText("a <a href="), "a");
});

Deno.test("htmlToText keeps signs that are no tags", () => {
  assertEquals(htmlToText("1 < 2, a<3, b<>c, x > y"), "1 < 2, a<3, b<>c, x > y");
  assertEquals(htmlToText("no tags"), "no tags");
  assertEquals(htmlToText(""), "");
});

Deno.test("htmlToText makes lines of blocks and single blanks of many", () => {
  assertEquals(htmlToText("<p>a  b\t c<p>d<br>e</p><div>f</div>"), "a b c\nd\ne\n\nf");
  assertEquals(htmlToText("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"), "1 2\n\n3");
  assertEquals(htmlToText("<ul><li>a</li><li>b</li></ul>\n\n\n\nx"), "a\n\nb\n\nx");
});

Deno.test("htmlToText decodes entities as browsers do", () => {
  assertEquals(htmlToText("&lt;&amp;&gt;&quot;&apos;"), "<&>\"'");
  assertEquals(htmlToText("&eacute;&Eacute;&szlig;&yuml;&iexcl;&euro;&hellip;"), "éÉßÿ¡€…");
  assertEquals(htmlToText("&#65;&#x42;&#X43;&#8364;&#x1F600;"), "ABC€😀");
  assertEquals(htmlToText("&#146;&#x80;"), "’€"); // numbers of Windows-1252
  assertEquals(htmlToText("a&nbsp;&nbsp;b&nbspc&ampd"), "a b c&d");
  assertEquals(htmlToText("&unknown; &x; & &; &#; &#x;"), "&unknown; &x; & &; &#; &#x;");
  assertEquals(htmlToText("&#0;&#xD800;&#x110000;"), "\ufffd\ufffd\ufffd");
  assertEquals(htmlToText("&lt;b&gt;"), "<b>"); // not taken for a tag afterwards
});

Deno.test("htmlToText takes any text, in time", () => {
  const piece = fc.constantFrom(
    "<",
    ">",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<p",
    "&amp",
    "&#",
    "x",
    " ",
    "\n",
    "İ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join("")), (html) => {
      const text = htmlToText(html);
      assert(text.length <= html.length + 1 || html.includes("&"));
      assertEquals(text, text.trim());
    }),
    { seed: SEED, numRuns: 2000 },
  );
  for (const piece of ["<", "<a", "<!--", "<script>", "&", "&amp", " ", "\n", "<p>"]) {
    htmlToText(piece.repeat(200_000));
  }
});
