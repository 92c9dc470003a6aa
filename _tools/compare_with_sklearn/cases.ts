import {
  argmax,
  cast,
  type DenseParams,
  disposeTree,
  Key,
  linearDecay,
  momentum,
  scope,
  silentMonitor,
  square,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
  zeros,
} from "@verbatim/core";
import {
  breastCancer,
  columnOf,
  type Dataset,
  featureStatistics,
  iris,
  normalise,
  openDataset,
  type Split,
  uciDigits,
} from "@verbatim/data";
import {
  fitKMeans,
  fitPca,
  kNearestNeighbours,
  linearSvm,
  multiclassHinge,
  newtonRegression,
} from "@verbatim/models";

const PIXELS = 64;
const DIGITS = 10;
const COMPONENTS = 40;
const NEIGHBOURS = 3;
const [SVM_STEPS, SVM_RATE, SVM_C] = [20000, 0.05, 1];
const PENALTY = 0.001;

/** A matrix as Python reads it. */
const table = async (x: Tensor) => ({ rows: x.shape[0]!, values: Array.from(await x.read()) });

const readRows = (split: Split) => split.read(Uint32Array.from({ length: split.rows }, (_, row) => row));

async function opened<T>(dataset: Dataset, use: (train: Split, test: Split) => Promise<T>): Promise<T> {
  const data = await openDataset(dataset);
  try {
    return await use(data.split("train"), data.split("test"));
  } finally {
    data.close();
  }
}

async function digitsOf(split: Split) {
  const rows = await readRows(split);
  const x = scope(() => cast(tensor(columnOf(rows, "image")).reshape([-1, PIXELS]), "f32"));
  return { x, labels: Array.from(columnOf(rows, "label")) };
}

/** Principal components, clusters from the first ten images, and neighbours, of the UCI digits. */
function digitCases() {
  return opened(uciDigits, async (training, testing) => {
    const seen = await digitsOf(training);
    const asked = await digitsOf(testing);
    const x = await table(seen.x);
    const pca = await fitPca(seen.x, PIXELS);
    using start = scope(() => seen.x.slice([0, 0], [DIGITS, PIXELS]));
    const clusters = await fitKMeans(seen.x, start);
    using answers = scope(() => {
      const samples = { x: seen.x, labels: tensor(Uint32Array.from(seen.labels)) };
      return argmax(kNearestNeighbours(samples, asked.x, { k: NEIGHBOURS, classes: DIGITS }), 1);
    });
    const cases = {
      pca: {
        x,
        compared: COMPONENTS,
        components: await table(pca.components),
        variances: Array.from(await pca.variances.read()),
      },
      kmeans: {
        x,
        start: await table(start),
        centres: await table(clusters.centres),
        assignments: Array.from(await clusters.assignments.read()),
        inertia: clusters.inertia,
      },
      neighbours: {
        x,
        labels: seen.labels,
        queries: await table(asked.x),
        answers: Array.from(await answers.read()),
        k: NEIGHBOURS,
      },
    };
    disposeTree([seen.x, asked.x, pca, clusters]);
    return cases;
  });
}

/**
 * A linear support vector machine of two classes by gradient descent, versicolor against virginica. With scores s0 and s1 the
 * plane is w = w1 - w0; descent from zero keeps w1 = -w0, so |w|^2 / (2 C n) is |w0|^2 + |w1|^2 over C n.
 */
function svmCase() {
  return opened(iris, async (training) => {
    const rows = await readRows(training);
    const all = normalise(columnOf(rows, "features"), await featureStatistics(training, "features"));
    const species = columnOf(rows, "label");
    const chosen = Array.from(species.keys()).filter((i) => species[i]! > 0);
    const values = Float32Array.from(chosen.flatMap((i) => Array.from(all.subarray(4 * i, 4 * i + 4))));
    const labels = Uint8Array.from(chosen, (i) => species[i]! - 1);
    const model = linearSvm({ inputs: 4, classes: 2 });
    const optimiser = momentum({ beta: 0.9, form: "sum" });
    const rate = linearDecay(SVM_RATE, SVM_STEPS);
    const init = () => {
      const { params } = model.init(Key.from(1));
      return { params, state: {}, optimiser: optimiser.init(params) };
    };
    type Inputs = { readonly x: Tensor; readonly labels: Tensor; readonly rate: Tensor };
    const trained = await train<ReturnType<typeof init>, Inputs>({
      init,
      steps: SVM_STEPS,
      inputs: (step) =>
        Promise.resolve({
          x: tensor(values, [labels.length, 4]),
          labels: tensor(labels),
          rate: rate(step),
        }),
      step(carry, { x, labels, rate }) {
        const [loss, gradient] = valueAndGrad((params: DenseParams) =>
          multiclassHinge(model.apply(params, {}, x, { key: Key.from(1), train: true }).y, labels)
            .add(square(params.w).sum().mul(1 / (SVM_C * chosen.length)))
        )(carry.params);
        const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
        return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss } };
      },
      monitor: silentMonitor,
    });
    const [w, b] = [await trained.params.w.read(), await trained.params.b.read()];
    disposeTree(trained);
    return {
      x: { rows: labels.length, values: Array.from(values) },
      labels: Array.from(labels),
      c: SVM_C,
      w: [0, 1, 2, 3].map((d) => w[2 * d + 1]! - w[2 * d]!),
      b: b[1]! - b[0]!,
    };
  });
}

/** Logistic regression at its optimum, with the penalty on the bias too, of the breast cancer set. */
function logisticCase() {
  return opened(breastCancer, async (training) => {
    const rows = await readRows(training);
    const values = normalise(columnOf(rows, "features"), await featureStatistics(training, "features"));
    const labels = Uint8Array.from(columnOf(rows, "label"));
    const features = values.length / labels.length;
    const inputs = scope(() => ({
      x: tensor(values, [labels.length, features]),
      labels: tensor(labels),
      start: { w: zeros([features, 1]), b: zeros([1]) },
    }));
    const { params } = await newtonRegression(inputs.x, inputs.labels, inputs.start, {
      penalty: PENALTY,
      iterations: 50,
      tolerance: 1e-7,
    });
    const result = {
      x: await table(inputs.x),
      labels: Array.from(labels),
      penalty: PENALTY,
      coefficients: [...await params.w.read(), ...await params.b.read()],
    };
    disposeTree([inputs, params]);
    return result;
  });
}

/** Everything that is compared: the data, and what the project's methods found in them. */
export async function makeCases() {
  return { ...await digitCases(), svm: await svmCase(), logistic: await logisticCase() };
}
