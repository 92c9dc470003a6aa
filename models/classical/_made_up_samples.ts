/** Samples for the tests of trees: the figures beside them are scikit-learn 1.2.1's on the same numbers. */

/** Numbers in (-1, 1), the same in every process. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
}

const noise = numbers(200, 12);

/** Two hundred rows of three features, of which two matter. */
export const X = numbers(600, 11);
/** a^2 - b, and noise. */
export const TARGETS = Float64Array.from(
  noise,
  (value, row) => X[3 * row]! * X[3 * row]! - X[3 * row + 1]! + 0.3 * value,
);
/** Whether the target is above 0.3: 95 of them are. */
export const CLASSES = TARGETS.map((value) => (value > 0.3 ? 1 : 0));
/** Five rows to ask for. */
export const QUERIES = numbers(15, 13);
