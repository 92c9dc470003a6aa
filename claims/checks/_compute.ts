/**
 * What checks share: values of tensors, distances, and numbers as words.
 *
 * @module
 */
import { scope, type Tensor } from "@verbatim/core";
import type { Finding } from "../finding.ts";

/** The values that a computation gives, row-major. */
export async function valuesOf(compute: () => Tensor): Promise<number[]> {
  using result = scope(compute);
  return [...await result.read()];
}

/** The one value that a computation gives. */
export async function valueOf(compute: () => Tensor): Promise<number> {
  using result = scope(compute);
  return await result.item();
}

/** The largest distance between two lists of equal length; NaN counts as infinitely far. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new RangeError(`Cannot compare lists: expected ${a.length} numbers, got ${b.length}`);
  }
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const distance = a[i] === b[i] ? 0 : Math.abs(a[i]! - b[i]!);
    most = distance <= most ? most : Number.isNaN(distance) ? Infinity : distance;
  }
  return most;
}

/** The Euclidean length. */
export function length(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}

/** The scalar product. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Evenly spaced numbers from `low` to `high`, both included. */
export function grid(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + (high - low) * i / (count - 1));
}

/** A number in a sentence: `digits` significant ones, without zeros at the end; below 0.001 with a power of ten. */
export function show(value: number, digits = 4): string {
  if (value === 0) return "0";
  const text = Math.abs(value) < 1e-3 ? value.toExponential(digits - 1) : value.toPrecision(digits);
  const [, head = text, power = ""] = /^(.*?)(e.*)?$/.exec(text) ?? [];
  return `${head.includes(".") ? head.replace(/\.?0+$/, "") : head}${power}`;
}

/** Confirmed if a condition holds, else refuted. */
export function holds(condition: boolean, evidence: string): Finding {
  return { verdict: condition ? "confirmed" : "refuted", evidence };
}

/**
 * An erratum if what is printed fails and the right form holds; confirmed if what is printed holds; refuted if neither
 * does.
 */
export function printedOrRight(printed: boolean, right: boolean, evidence: string): Finding {
  return { verdict: printed ? "confirmed" : right ? "erratum" : "refuted", evidence };
}

/** Depends on a condition if a claim holds with it and fails without; confirmed if it holds in both, else refuted. */
export function holdsIf(condition: string, withIt: boolean, withoutIt: boolean, evidence: string): Finding {
  if (withIt && !withoutIt) return { verdict: "depends", evidence, condition };
  return holds(withIt && withoutIt, evidence);
}

/** Confirmed if a condition holds for every seed, refuted if for none, otherwise it depends on the seed. */
export function everySeed(seeds: readonly boolean[], evidence: string): Finding {
  if (seeds.some(Boolean) && !seeds.every(Boolean)) {
    return { verdict: "depends", evidence, condition: "the seed: it is no general rule" };
  }
  return holds(seeds.every(Boolean), evidence);
}
