/**
 * The loss of every step, from its bits, and fewer points for a picture.
 *
 * @module
 */

/**
 * The losses of a training record: 8 hex digits for each step, the bits of a binary32.
 *
 * @throws {TypeError} if the text is anything else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeLosses } from "./loss_curve.ts";
 *
 * assertEquals([...decodeLosses("3f800000c0000000")], [1, -2]);
 * ```
 */
export function decodeLosses(bits: string): Float32Array {
  if (bits.length % 8 !== 0 || !/^[0-9a-f]*$/i.test(bits)) {
    throw new TypeError(
      `Cannot decode losses: expected 8 hexadecimal digits for each step, got ${bits.length} characters "${
        bits.slice(0, 16)
      }…"`,
    );
  }
  const words = new Uint32Array(bits.length / 8);
  for (let i = 0; i < words.length; i++) words[i] = parseInt(bits.slice(i * 8, i * 8 + 8), 16);
  return new Float32Array(words.buffer);
}

/** Consecutive steps, drawn as one point. */
export interface Bucket {
  /** The middle of its steps, counted from 1: the loss of the first step stands at 1. */
  readonly step: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Means over consecutive windows of `window` steps (the last may be shorter), with the lowest and the highest value. A
 * window that holds a value which is not finite has a mean of NaN, and its range is over the finite values.
 */
export function smoothLosses(losses: ArrayLike<number>, window: number): Bucket[] {
  const buckets: Bucket[] = [];
  for (let start = 0; start < losses.length; start += window) {
    const end = Math.min(start + window, losses.length);
    let sum = 0;
    let low = Infinity;
    let high = -Infinity;
    for (let i = start; i < end; i++) {
      const loss = losses[i]!;
      sum += loss;
      if (Number.isFinite(loss)) {
        low = Math.min(low, loss);
        high = Math.max(high, loss);
      }
    }
    const mean = Number.isFinite(sum) ? sum / (end - start) : NaN;
    buckets.push({ step: (start + 1 + end) / 2, mean, low, high });
  }
  return buckets;
}

/** The window that leaves at most `points` buckets: 1, 2 or 5 times a power of ten. */
export function smoothingWindow(steps: number, points: number): number {
  for (let scale = 1;; scale *= 10) {
    for (const digit of [1, 2, 5]) if (Math.ceil(steps / (digit * scale)) <= points) return digit * scale;
  }
}

/** The first step (counted from 1) whose loss is not finite, or undefined. */
export function firstNonFinite(losses: ArrayLike<number>): number | undefined {
  for (let i = 0; i < losses.length; i++) if (!Number.isFinite(losses[i]!)) return i + 1;
  return undefined;
}
