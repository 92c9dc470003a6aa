import {
  cast,
  ClassificationScore,
  crossEntropy,
  disposeTree,
  Key,
  scope,
  sgd,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
} from "@verbatim/core";
import { columnOf, createBatches, fashionMnist, numberColumnOf, type Rows } from "@verbatim/data";
import { SOFTMAX_REGRESSION_MNIST, softmaxRegression, softmaxRegressionModel } from "@verbatim/models";
import { defineExperiment } from "../define_experiment.ts";
import { describeModel } from "../describe_model.ts";

const model = softmaxRegression(SOFTMAX_REGRESSION_MNIST);
const optimiser = sgd;
/** Rows classified at a time; only the rounding of the mean loss depends on it. */
const EVALUATION_ROWS = 1000;

const toTensors = (rows: Rows) => {
  const labels = tensor(columnOf(rows, "label"));
  return { x: tensor(columnOf(rows, "image"), [labels.size, 28, 28]), labels };
};
const normalise = (x: Tensor) => cast(x, "f32").div(255);

export default defineExperiment({
  id: "softmax-fashion-mnist",
  family: "baselines",
  title: "Softmax regression on all of Fashion-MNIST",
  question: "What does a linear classifier reach in five epochs of plain gradient descent?",
  notes: [],
  datasets: [fashionMnist],
  model: describeModel(softmaxRegressionModel, { config: SOFTMAX_REGRESSION_MNIST, input: [28, 28] }),
  method: [
    "Pixels are divided by 255; weights and biases start at zero; the loss is the mean cross-entropy of a batch.",
    "Plain stochastic gradient descent with a constant rate over all 60,000 training images, in an order drawn anew for each epoch.",
    "The full test split is read once, after the last step. Nothing was selected: the rate 0.1 is the textbooks', the batch that of this project's other experiments.",
    "With a constant rate the last steps go on moving the decision, so that the accuracy depends on when one stops: by up to two points from epoch to epoch.",
    "The earlier figure does not say its rate and batch. At the same rate, NumPy reaches 82.0 to 82.8% with batches of 256 (three seeds).",
  ],
  profiles: {
    quick: { seeds: [1], config: { batchSize: 64, epochs: 1, learningRate: 0.1 } },
    full: { seeds: [1, 2, 3], config: { batchSize: 64, epochs: 5, learningRate: 0.1 } },
  },
  metrics: [
    { name: "testAccuracy", title: "Test accuracy", format: "percent", better: "higher" },
    { name: "testLoss", title: "Test loss (nats)", format: "number", better: "lower" },
  ],
  comparisons: [
    {
      kind: "independent",
      label: "the same training (mean of ten seeds; deviation 0.85 points)",
      metric: "testAccuracy",
      value: 0.8337,
      tolerance: 0.01,
      source: "NumPy on the same columns",
    },
    {
      kind: "independent",
      label: "an earlier figure, of an unrecorded batch size and rate",
      metric: "testAccuracy",
      value: 0.834,
      tolerance: 0.005,
      source: "computed for this project with NumPy before its code",
    },
  ],
  claims: [],
  differences: [],
  async run(context) {
    const { batchSize, epochs, learningRate } = context.config;
    const key = Key.from(context.seed);
    const training = context.data(fashionMnist).split("train");
    const test = context.data(fashionMnist).split("test");
    const batches = createBatches(training, { batchSize, key: key.fold("batches") });
    const start = () => {
      const { params, state } = model.init(key.fold("init"));
      return { params, state, optimiser: optimiser.init(params) };
    };
    type Running = ReturnType<typeof start>;
    const trained = await train({
      init: start,
      steps: epochs * batches.stepsPerEpoch,
      inputs: async (step) => ({ ...toTensors((await batches.at(step)).rows), rate: learningRate }),
      step(carry: Running, { x, labels, rate }: { x: Tensor; labels: Tensor; rate: Tensor }) {
        const [loss, gradient] = valueAndGrad((params: Running["params"]) =>
          crossEntropy(model.apply(params, {}, normalise(x), { key, train: true }).y, labels)
        )(carry.params);
        const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
        return { carry: { ...carry, params: next.params, optimiser: next.state }, out: { loss } };
      },
      monitor: context.monitor("main"),
    });

    const classes = numberColumnOf(test, "label").classes!;
    const score = new ClassificationScore(classes.length);
    for (let first = 0; first < test.rows; first += EVALUATION_ROWS) {
      const length = Math.min(EVALUATION_ROWS, test.rows - first);
      const rows = await test.read(Uint32Array.from({ length }, (_, i) => first + i));
      const out = scope(() => {
        const { x, labels } = toTensors(rows);
        const { y } = model.apply(trained.params, {}, normalise(x), { key, train: false });
        return { y, loss: crossEntropy(y, labels) };
      });
      score.add(await out.y.read(), columnOf(rows, "label"), await out.loss.item());
      disposeTree(out);
    }
    disposeTree(trained);
    const { accuracy, loss, confusion } = score.result();
    context.metric("testAccuracy", accuracy);
    context.metric("testLoss", loss);
    context.confusion({ classes, counts: confusion });
  },
});
