/**
 * The linear support vector machine: one dense layer of class scores, trained to keep a distance between the right score
 * and all others.
 *
 * Axes: B batch, D inputs, C classes.
 *
 * @module
 */
import {
  cast,
  composition,
  dense,
  type DenseParams,
  equal,
  gather,
  initDense,
  type Model,
  oneHot,
  relu,
  select,
  type Tensor,
  zeros,
} from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";
import { classify } from "../trial.ts";

/** The shape of a linear support vector machine. */
export interface LinearSvmConfig {
  /** Values of one input. */
  readonly inputs: number;
  /** Number of classes. */
  readonly classes: number;
}

/** For images of 28 x 28 pixels in ten classes: 7,850 parameters. */
export const LINEAR_SVM_MNIST: LinearSvmConfig = { inputs: 784, classes: 10 };

/**
 * Class scores s = x w + b, all zero at the start: with a penalty on w the objective is convex, and the start does not
 * matter. What makes it a support vector machine is its loss, `multiclassHinge`, with such a penalty.
 *
 * *Shapes* [B, D] -> [B, C], or images [B, ...] whose values are taken row-major. *Source* i2dl, lecture 7; aps360, week 2.
 *
 * @example Every class begins with the score 0
 * ```ts
 * import { createDevice, disposeTree, Key, ones, scope, setDefaultDevice } from "@verbatim/core";
 * import { LINEAR_SVM_MNIST, linearSvm } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const model = linearSvm(LINEAR_SVM_MNIST);
 * const key = Key.from(1);
 * const { params, state } = model.init(key);
 * using images = ones([5, 28, 28, 1]);
 * using scores = scope(() => model.apply(params, state, images, { key, train: true }).y);
 * assertEquals(new Set(await scores.read()), new Set([0]));
 * disposeTree(params);
 * ```
 */
export function linearSvm({ inputs, classes }: LinearSvmConfig): Model<DenseParams> {
  return {
    init: (key) => ({ params: initDense(key, inputs, classes, (_, shape) => zeros(shape)), state: {} }),
    apply: (params, state, x) => ({ y: dense(params, x.reshape([x.shape[0]!, -1])), state }),
  };
}

/**
 * By how much each score comes too near to the right one: max(0, s_j - s_y + 1) for every class j but the right one, +0 for
 * that. Where all are +0, the sample has no gradient.
 *
 * *Shapes* scores [B, C], labels [B] -> [B, C]. *Dtypes* scores f32, labels u8, u32 or i32. *Gradient* of a positive
 * element: 1 to s_j, -1 to s_y; at the kink, where it is just 0, none.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { hingeMargins } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using scores = tensor([[5, 1.5, 4.5]]);
 * using labels = tensor(Uint32Array.of(0));
 * using margins = hingeMargins(scores, labels);
 * assertEquals(await margins.read(), Float32Array.of(0, 0, 0.5));
 * ```
 */
export function hingeMargins(scores: Tensor, labels: Tensor): Tensor {
  const [samples, classes] = scores.shape;
  if (scores.rank !== 2 || labels.rank !== 1 || labels.shape[0] !== samples) {
    throw new RangeError(
      `Cannot take the hinge loss: expected scores [B, C] and labels [B], got [${scores.shape}] and [${labels.shape}]`,
    );
  }
  return composition(() => {
    const index = cast(labels, "u32");
    const own = gather(scores, index.reshape([samples!, 1]), 1); // [B, 1]
    const others = equal(oneHot(index, classes!), 0); // [B, C]
    return select(others, relu(scores.sub(own).add(1)), 0);
  });
}

/**
 * The mean multiclass hinge loss, 1/B sum_b sum_(j != y) max(0, s_j - s_y + 1).
 *
 * *Shapes* scores [B, C], labels [B] -> []. *Dtypes* as `hingeMargins`. *Order* N5 over the classes, then over the samples.
 * *Source* J. Weston, C. Watkins (1999). Support vector machines for multi-class pattern recognition; i2dl, lecture 7.
 * *Differs* K. Crammer and Y. Singer's form takes the largest margin alone; scikit-learn's LinearSVC trains each class
 * against the rest unless told otherwise.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example Scores 3.2, 5.1 and -1.7, of which the first is right
 * ```ts
 * import { createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { multiclassHinge } from "@verbatim/models";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using scores = tensor([[3.2, 5.1, -1.7]]);
 * using labels = tensor(Uint32Array.of(0));
 * using loss = multiclassHinge(scores, labels);
 * assertAlmostEquals(await loss.item(), 2.9, 1e-6);
 * ```
 */
export function multiclassHinge(scores: Tensor, labels: Tensor): Tensor {
  return composition(() => hingeMargins(scores, labels).sum(1).mean());
}

/** The linear support vector machine in the registry. */
export const linearSvmModel: RegisteredModel = defineModel({
  id: "linear-svm",
  family: "classical",
  title: "Linear support vector machine",
  notes: [{ note: "i2dl", section: "lecture 7" }, { note: "aps360", section: "week 2" }],
  paper: "J. Weston, C. Watkins (1999). Support vector machines for multi-class pattern recognition.",
  build: linearSvm,
  configurations: {
    LINEAR_SVM_MNIST: { config: LINEAR_SVM_MNIST, input: [28, 28, 1], parameters: 784 * 10 + 10 },
  },
  // Of few inputs: of 784, one step of Adam is enough for every margin, and then there is no gradient.
  trial: {
    ...classify({ config: { inputs: 32, classes: 10 }, input: [32], classes: 10, rate: 0.03 }),
    loss: (y, { labels }) => multiclassHinge(y, labels),
  },
});
