import { cast, tensor } from "@verbatim/core";
import { columnOf, emoji, numberColumnOf, type Rows } from "@verbatim/data";
import { kNearestNeighboursMethod } from "@verbatim/models";
import { defineExperiment } from "../define_experiment.ts";
import { BASELINE_METRICS, classifyByNeighbours } from "./_classification.ts";

const profile = { seeds: [1], config: { k: 1, background: 255 } };

/** Pictures set upon a grey of 0 to 255: alpha rgb + (1 - alpha) background; [B, 3072]. */
function onBackground(rows: Rows, background: number) {
  const values = columnOf(rows, "image");
  const count = values.length / 4096;
  const pixels = cast(tensor(values, [count, 1024, 4]), "f32");
  const alpha = pixels.slice([0, 0, 3], [count, 1024, 4]).div(255); // [B, 1024, 1]
  const colours = pixels.slice([0, 0, 0], [count, 1024, 3]); // [B, 1024, 3]
  return colours.sub(background).mul(alpha).add(background).reshape([count, 3072]);
}

export default defineExperiment({
  id: "nearest-neighbour-emoji",
  family: "baselines",
  title: "Nearest neighbour on emoji",
  question: "How often does the emoji that looks most like another belong to the same category?",
  notes: [],
  datasets: [emoji],
  model: {
    name: "nearest neighbour",
    of: [kNearestNeighboursMethod],
    layers: [
      { name: "set upon white, flatten", shape: "[B, 3072]", parameters: 0 },
      { name: "Euclidean distances", shape: "[B, 3030]", parameters: 0 },
      { name: "class of the nearest", shape: "[B, 9]", parameters: 0 },
    ],
    counts: [],
  },
  method: [
    "The training picture at the smallest Euclidean distance in red, green and blue decides, whichever vendor drew it; of equally distant ones the first.",
    "Pictures are set upon white by their alpha. Nothing was selected: the test split, which has other emoji than the training split, is read once.",
  ],
  deterministic: true,
  profiles: { quick: profile, full: profile },
  metrics: BASELINE_METRICS,
  comparisons: [
    {
      kind: "baseline",
      label: "the most frequent category, People & Body",
      metric: "testAccuracy",
      value: 172 / 782,
      source: "counted with NumPy on the same columns",
    },
    {
      kind: "independent",
      label: "the same classifier in float64",
      metric: "testAccuracy",
      value: 0.62532,
      tolerance: 0.0015,
      source: "scikit-learn's KNeighborsClassifier on the same columns",
    },
    {
      kind: "independent",
      label: "an earlier figure, of another fifth as test set",
      metric: "testAccuracy",
      value: 0.622,
      tolerance: 0.005,
      source: "computed for this project before its code",
    },
  ],
  claims: [],
  differences: [],
  run(context) {
    const { k, background } = context.config;
    const data = context.data(emoji);
    const train = data.split("train");
    return classifyByNeighbours(context, {
      train,
      test: data.split("test"),
      label: "category",
      classes: numberColumnOf(train, "category").classes!,
      k,
      features: (rows) => onBackground(rows, background),
    });
  },
});
