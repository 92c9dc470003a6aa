/** The learning rate of a step, counted from 0; float64 with + - * / only. */
export type Schedule = (step: number) => number;

/**
 * The same rate at every step.
 *
 * @example
 * ```ts
 * import { constantRate } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 1000].map(constantRate(0.1)), [0.1, 0.1]);
 * ```
 */
export function constantRate(rate: number): Schedule {
  return () => rate;
}

/**
 * A rate that falls in a straight line: initial (1 - step / steps), so that the step after the last would have rate 0.
 *
 * @throws {RangeError} if there is no step.
 *
 * @example
 * ```ts
 * import { linearDecay } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 1, 2, 3].map(linearDecay(1, 4)), [1, 0.75, 0.5, 0.25]);
 * ```
 */
export function linearDecay(initial: number, steps: number): Schedule {
  if (!(steps >= 1)) throw new RangeError(`Cannot decay a rate: expected at least one step, got ${steps}`);
  return (step) => initial * (1 - step / steps);
}
