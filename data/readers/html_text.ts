/** Tags that start and end lines. */
const BLOCKS = new Set(
  ("address article aside blockquote body br caption center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 head " +
    "header hr html li main nav ol option p pre section select table tbody tfoot th thead title tr ul").split(
      " ",
    ),
);
/** Elements whose content nobody reads. */
const HIDDEN = ["script", "style", "title", "noscript", "xml"];

/** The names of U+00A0 to U+00FF, from HTML's table of entities. */
const LATIN =
  ("nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 " +
    "acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring " +
    "AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times " +
    "Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute " +
    "ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc " +
    "uuml yacute thorn yuml").split(" ");
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...LATIN.map((name, i) => [name, String.fromCharCode(0xa0 + i)] as const),
  ...Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    euro: "\u20ac",
    bull: "\u2022",
    hellip: "\u2026",
    mdash: "\u2014",
    ndash: "\u2013",
    lsquo: "\u2018",
    rsquo: "\u2019",
    sbquo: "\u201a",
    ldquo: "\u201c",
    rdquo: "\u201d",
    bdquo: "\u201e",
    dagger: "\u2020",
    trade: "\u2122",
    OElig: "\u0152",
    oelig: "\u0153",
    Scaron: "\u0160",
    scaron: "\u0161",
    Yuml: "\u0178",
    fnof: "\u0192",
    lsaquo: "\u2039",
    rsaquo: "\u203a",
  }),
]);

/**
 * The text of an HTML document as a reader sees it: without tags, comments, scripts and styles, with entities as
 * characters, runs of blanks as one, and lines where blocks start or end. Any text is accepted.
 *
 * *Differs*: no tree is built, so a ">" within an attribute ends its tag; entities beyond Latin-1 and common
 * punctuation stay as they are.
 *
 * @example
 * ```ts
 * import { htmlToText } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const html = "<p>Caf&eacute;&nbsp;&amp; <b>bar</b><!-- x --><br>open<style>p {}</style>";
 * assertEquals(htmlToText(html), "Café & bar\nopen");
 * ```
 */
export function htmlToText(html: string): string {
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()); // of the same length, unlike toLowerCase
  let text = "";
  for (let at = 0; at < html.length;) {
    const open = html.indexOf("<", at);
    if (open < 0) {
      text += html.slice(at);
      break;
    }
    text += html.slice(at, open);
    if (html.startsWith("<!--", open)) {
      at = behind(html, "-->", open + 4);
    } else if (/[a-z/!?]/.test(lower[open + 1] ?? "")) {
      const close = html.indexOf(">", open);
      if (close < 0) break; // a tag that is cut off
      const [, slash, name = ""] = /^<(\/?)([a-z][a-z0-9]*)/.exec(lower.slice(open, open + 16)) ?? [];
      if (BLOCKS.has(name)) text += "\n";
      else if (name === "td") text += " ";
      at = close + 1;
      if (slash === "" && HIDDEN.includes(name)) at = behind(html, ">", behind(lower, `</${name}`, at));
    } else {
      text += "<";
      at = open + 1;
    }
  }
  return decodeEntities(text)
    .replace(/[ \t\r\f\v\u00a0]+/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line, i, lines) => line !== "" || (i > 0 && lines[i - 1] !== ""))
    .join("\n")
    .trim();
}

/** Entities by number or name; old names also without a semicolon, before other letters: "&nbspnext". */
function decodeEntities(text: string): string {
  return text.replace(ENTITY, (entity: string, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) {
      const known = ENTITIES.get(name);
      if (known !== undefined || entity.endsWith(";")) return known ?? entity;
      const old = OLD_NAMES.find((each) => name.startsWith(each));
      return old === undefined ? entity : ENTITIES.get(old)! + name.slice(old.length);
    }
    const code = decimal !== undefined ? parseInt(decimal, 10) : parseInt(hex!, 16);
    if (code >= 0x80 && code < 0xa0) return WINDOWS_1252.decode(Uint8Array.of(code)); // as HTML has it
    return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
      ? "\ufffd"
      : String.fromCodePoint(code);
  });
}

const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,15}));?/g;
/** The longest first. */
const OLD_NAMES = [...LATIN, "amp", "lt", "gt", "quot"].sort((a, b) =>
  b.length - a.length || (a < b ? -1 : 1)
);

/** The place behind the next such mark, or the end. */
function behind(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

const WINDOWS_1252 = new TextDecoder("windows-1252");
