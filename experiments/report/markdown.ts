/**
 * A small Markdown writer (GitHub's dialect). Text from definitions and data is escaped: it can never become markup.
 *
 * @module
 */

/**
 * Plain text as inline Markdown on one line: everything that could be read as markup is escaped.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { escapeMarkdown } from "./markdown.ts";
 *
 * assertEquals(escapeMarkdown("a*b*c | <i>"), "a\\*b\\*c \\| &lt;i&gt;");
 * assertEquals(escapeMarkdown("snake_case stays"), "snake_case stays");
 * ```
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*~[\]|$]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
    .replace(/^(?:#+|[+-])(?=\s|$)/, "\\$&").replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2")
    .replace(/^(?:[-=]+|---)$/, "\\$&");
}

/** Text in a code span. */
export function code(text: string): string {
  const line = oneLine(text);
  let fence = "`";
  while (line.includes(fence)) fence += "`";
  const padded = line.startsWith("`") || line.endsWith("`") ? ` ${line} ` : line;
  return fence + padded + fence;
}

/** A table. Cells are Markdown already; a column is right-aligned if its letter in `align` is "r". */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align = "",
): string {
  const cell = (content: string) => content.replace(/\n/g, " ").replace(/(?<!\\)\|/g, "\\|");
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  const rule = header.map((_, i) => align[i] === "r" ? "--:" : ":--");
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}

/** A bulleted list; the items are Markdown already. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** A quotation; the text is Markdown already. */
export function quotation(text: string): string {
  return text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
}

/** A block that opens on demand. */
export function details(summary: string, content: string): string {
  return `<details>\n<summary>${escapeHtml(summary)}</summary>\n\n${content}\n\n</details>`;
}

/** A fenced block. */
export function fenced(language: string, content: string): string {
  let fence = "```";
  while (content.includes(fence)) fence += "`";
  return `${fence}${language}\n${content}\n${fence}`;
}

/** A picture beside the page. `width` is in pixels of the page, for pictures that are drawn at twice their size. */
export function picture(file: string, description: string, width?: number): string {
  if (width === undefined) return `![${escapeMarkdown(description)}](${file})`;
  return `<img src="${escapeHtml(file)}" width="${width}" alt="${escapeHtml(oneLine(description))}">`;
}

/** A web address as a link, anything else as text. */
export function address(text: string): string {
  return /^https?:\/\/[^\s<>"'|`\\]+$/.test(text) ? `<${text}>` : escapeMarkdown(text);
}

/** Text between tags or in an attribute of HTML or XML. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are exactly what must go
  return text.replace(/[\s\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
}
