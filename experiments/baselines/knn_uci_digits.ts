import { cast, tensor } from "@verbatim/core";
import { columnOf, numberColumnOf, uciDigits } from "@verbatim/data";
import { kNearestNeighboursMethod } from "@verbatim/models";
import { defineExperiment } from "../define_experiment.ts";
import { BASELINE_METRICS, classifyByNeighbours } from "./_classification.ts";

const profile = { seeds: [1], config: { k: 3 } };

export default defineExperiment({
  id: "knn-uci-digits",
  family: "baselines",
  title: "Nearest neighbours on UCI digits",
  question: "How many digits have the class of most of the three digits that look most like them?",
  notes: [],
  datasets: [uciDigits],
  model: {
    name: "3 nearest neighbours",
    of: [kNearestNeighboursMethod],
    layers: [
      { name: "flatten", shape: "[B, 64]", parameters: 0 },
      { name: "Euclidean distances", shape: "[B, 1438]", parameters: 0 },
      { name: "votes of the 3 nearest", shape: "[B, 10]", parameters: 0 },
    ],
    counts: [],
  },
  method: [
    "The three training images at the smallest Euclidean distance vote; of equally distant ones the first counts, of classes with as many votes the first.",
    "Pixels are taken as they are, 0 to 16: the distances are whole numbers and so exact.",
    "Nothing was selected: all of the training split votes, and the test split is read once.",
  ],
  deterministic: true,
  profiles: { quick: profile, full: profile },
  metrics: BASELINE_METRICS,
  comparisons: [
    {
      kind: "baseline",
      label: "the most frequent digit",
      metric: "testAccuracy",
      value: 36 / 359,
      source: "counted with NumPy on the same columns",
    },
    {
      kind: "independent",
      label: "the same classifier",
      metric: "testAccuracy",
      value: 0.98607,
      tolerance: 0.00001,
      source: "scikit-learn's KNeighborsClassifier on the same columns",
    },
    {
      kind: "independent",
      label: "an earlier figure, of another fifth as test set",
      metric: "testAccuracy",
      value: 0.986,
      tolerance: 0.005,
      source: "computed for this project before its code",
    },
  ],
  claims: [],
  differences: [],
  run(context) {
    const data = context.data(uciDigits);
    const train = data.split("train");
    return classifyByNeighbours(context, {
      train,
      test: data.split("test"),
      label: "label",
      classes: numberColumnOf(train, "label").classes!,
      k: context.config.k,
      features: (rows) => cast(tensor(columnOf(rows, "image")).reshape([-1, 64]), "f32"),
    });
  },
});
