/** Root mean square and mean absolute difference, in float64. */
export function errorsOf(forecast: ArrayLike<number>, truth: ArrayLike<number>) {
  let [squares, sizes] = [0, 0];
  for (let t = 0; t < truth.length; t++) {
    const error = forecast[t]! - truth[t]!;
    squares += error * error;
    sizes += Math.abs(error);
  }
  return { rmse: Math.sqrt(squares / truth.length), mae: sizes / truth.length };
}
