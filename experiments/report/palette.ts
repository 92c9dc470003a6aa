/**
 * Colours of the figures. The line colours can be told apart with any common colour vision (after Okabe and Ito); the
 * background is opaque, so that figures read the same on light and dark pages.
 *
 * @module
 */

export const PAPER = "#fcfcfb";
export const INK = "#24292f";
export const MUTED = "#656d76";
export const GRID = "#e6e8eb";
export const FRAME = "#c9ced4";

/** Colours of lines, in the order of use. */
export const LINE_COLOURS: readonly string[] = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#b2579b",
  "#3aa0dd",
  "#c98a00",
  "#54606c",
  "#7a4b2a",
  "#3f2b96",
  "#8f8f1f",
  "#cc6677",
  "#1d6b34",
];

/** Light to dark, for what is right. */
export const RIGHT_RAMP: readonly [string, string] = ["#e4eff8", "#0a5c98"];
/** Light to dark, for what is wrong. */
export const WRONG_RAMP: readonly [string, string] = ["#fdf1e7", "#e08a48"];
/** Letters that name something wrong. */
export const WRONG_INK = "#b84700";

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The parts of a "#rrggbb" colour. */
export function rgb(colour: string): Rgb {
  if (!/^#[0-9a-f]{6}$/.test(colour)) {
    throw new TypeError(`Cannot read a colour: expected "#rrggbb", got "${colour}"`);
  }
  const part = (at: number) => parseInt(colour.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

/** The colour at `share` (0 to 1) of the way between two colours. */
export function blend([from, to]: readonly [string, string], share: number): string {
  const [a, b] = [rgb(from), rgb(to)];
  const part = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * share).toString(16).padStart(2, "0");
  return `#${part(0)}${part(1)}${part(2)}`;
}
