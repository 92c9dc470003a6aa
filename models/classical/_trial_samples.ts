import { type Key, uniform } from "@verbatim/core";

/** Some samples and targets for trials. */
export async function trialSamples(key: Key): Promise<{ x: Float32Array; targets: Float64Array }> {
  using x = uniform(key.fold("x"), [80, 3], -1, 1);
  const values = Float32Array.from(await x.read());
  const targets = Float64Array.from(
    { length: 80 },
    (_, row) => values[3 * row]! * values[3 * row + 1]! > 0 ? 1 : 0,
  );
  return { x: values, targets };
}
