import { concatenate, oneHot, tensor } from "@verbatim/core";
import { columnOf, featureStatistics, normalise, numberColumnOf, type Split } from "@verbatim/data";
import { readAll } from "./read_all.ts";

/** Cars as inputs [B, 8]: the features, normalised by the training split, and whether the car is of Europe or of Japan; mpg [B, 1]. */
export async function prepareCars(split: Split, training: Split, features: readonly string[]) {
  const rows = await readAll(split);
  const columns = await Promise.all(
    features.map(async (name) => normalise(columnOf(rows, name), await featureStatistics(training, name))),
  );
  const origins = numberColumnOf(split, "origin").classes!.length;
  const mpg = Float32Array.from(columnOf(rows, "mpg"));
  const make = () => {
    const origin = oneHot(tensor(columnOf(rows, "origin")), origins).slice([0, 1], [split.rows, origins]);
    const x = concatenate([...columns.map((values) => tensor(values, [split.rows, 1])), origin], 1);
    return { x, y: tensor(mpg, [split.rows, 1]) };
  };
  return { mpg, make };
}
