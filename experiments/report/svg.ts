/**
 * A small SVG writer: escaped text, coordinates with at most two decimals, system fonts, an opaque background. The same
 * arguments give the same bytes.
 *
 * @module
 */
import { INK, PAPER } from "./palette.ts";

/** Fonts of every figure: whatever the reader's system uses. */
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** Attributes; numbers are rounded to two decimals, undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/**
 * A number for an attribute or a path, rounded to two decimals.
 *
 * @throws {RangeError} if it is not finite: nothing can be drawn there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { coordinate } from "./svg.ts";
 *
 * assertEquals([1.005, 2.5, -0.001].map(coordinate), ["1", "2.5", "0"]);
 * ```
 */
export function coordinate(value: number): string {
  if (!Number.isFinite(value)) {
    throw new RangeError(`Cannot draw: expected a finite coordinate, got ${value}`);
  }
  const digits = value.toFixed(2).replace(/\.?0+$/, "");
  return digits === "-0" ? "0" : digits;
}

/** An element with attributes and children, which are SVG already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) {
      tag += ` ${key}="${typeof value === "number" ? coordinate(value) : escapeXml(value)}"`;
    }
  }
  return children.length === 0 ? `${tag}/>` : `${tag}>${children.join("")}</${name}>`;
}

/** A line of text; `anchor` is where x is: at its start, middle or end. */
export function text(
  content: string,
  x: number,
  y: number,
  style: {
    size?: number;
    anchor?: "start" | "middle" | "end";
    fill?: string;
    weight?: number;
    rotate?: number;
  } = {},
): string {
  return element("text", {
    x,
    y,
    "font-size": style.size ?? 12,
    "text-anchor": style.anchor === "start" ? undefined : style.anchor,
    "font-weight": style.weight,
    fill: style.fill ?? INK,
    transform: style.rotate === undefined
      ? undefined
      : `rotate(${coordinate(style.rotate)} ${coordinate(x)} ${coordinate(y)})`,
  }, escapeXml(content));
}

/** A whole figure. The title and the description are what a screen reader says. */
export function figure(
  size: { readonly width: number; readonly height: number },
  title: string,
  description: string,
  children: readonly string[],
): string {
  const { width, height } = size;
  const root = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${coordinate(width)} ${coordinate(height)}`,
      role: "img",
      "font-family": FONT,
    },
    `\n${element("title", {}, escapeXml(title))}\n${element("desc", {}, escapeXml(description))}\n`,
    element("rect", { width, height, rx: 8, fill: PAPER }),
    "\n",
    children.join("\n"),
    "\n",
  );
  return `${root}\n`;
}

/** Text for XML: markup characters escaped, characters that XML forbids replaced. */
export function escapeXml(content: string): string {
  // deno-lint-ignore no-control-regex -- XML 1.0 allows no control characters but tab and line ends
  return content.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd").toWellFormed()
    .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** About how wide a line of text will be; fonts differ, so leave room. */
export function textWidth(content: string, size: number): number {
  let units = 0;
  for (const character of content) {
    if (/[iljtfrI.,:;'|!()[\] ]/.test(character)) units += 0.34;
    else if (/[mwMW@%]/.test(character)) units += 0.9;
    else if (character >= "\u1100") units += 1.05;
    else if (/[A-Z]/.test(character)) units += 0.68;
    else units += 0.58;
  }
  return units * size;
}

/** The text, cut with an ellipsis so that it is at most about `width` wide. */
export function fitText(content: string, size: number, width: number): string {
  if (textWidth(content, size) <= width) return content;
  const characters = [...content];
  while (characters.length > 1 && textWidth(characters.join("") + "…", size) > width) characters.pop();
  return characters.join("").trimEnd() + "…";
}
