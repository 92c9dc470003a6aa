/**
 * Multi-task network: a trunk that all tasks share, and a head for each.
 *
 * Axes: B batch, D inputs, C classes of a task.
 *
 * @module
 */
import {
  crossEntropy,
  dense,
  type DenseParams,
  glorotUniform,
  initDense,
  kaimingUniform,
  type Key,
  type Model,
  type NoState,
  relu,
  scaled,
  type Tensor,
  tensor,
  uniform,
} from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";

/** Widths of the trunk, and the heads. */
export interface MultiTaskConfig {
  /** From the inputs over the hidden layers to what the heads read; at least two. */
  readonly trunk: readonly number[];
  /** Number of outputs of each task, by its name. */
  readonly heads: Readonly<Record<string, number>>;
}

/** A trunk 784-32, ten articles and four turns: 25,582 parameters. */
export const MULTI_TASK_784_32: MultiTaskConfig = { trunk: [784, 32], heads: { article: 10, turn: 4 } };

/** Parameters of the trunk by layer, and of the heads by task. */
export type MultiTaskParams = {
  readonly trunk: Readonly<Record<string, DenseParams>>;
  readonly heads: Readonly<Record<string, DenseParams>>;
};

/** The outputs of each task [B, C]. */
export type TaskOutputs = Readonly<Record<string, Tensor>>;

/** The heads start small, so that every class begins with nearly the same score. */
const head = scaled(glorotUniform, 0.1);

/**
 * h_i = relu(h_(i-1) w_i + b_i) in the trunk, and f_t(h) = h w_t + b_t for each task t. The trunk's weights are
 * Kaiming-uniform, the heads' a tenth of Glorot-uniform, biases zero.
 *
 * *Shapes* [B, D] -> [B, C] for each task; images [B, ...] are taken row-major. *Source* marinus-lectures, multi-task learning;
 * R. Caruana (1997). Multitask learning.
 *
 * @throws {RangeError} if the trunk has fewer than two widths, or there is no head.
 *
 * @example Two heads on one trunk
 * ```ts
 * import { createDevice, disposeTree, Key, ones, scope, setDefaultDevice } from "@verbatim/core";
 * import { multiTask } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const model = multiTask({ trunk: [6, 4], heads: { colour: 3, size: 1 } });
 * const key = Key.from(1);
 * const { params } = model.init(key);
 * using x = ones([2, 6]);
 * const { y } = scope(() => model.apply(params, {}, x, { key, train: false }));
 * assertEquals([y["colour"]!.shape, y["size"]!.shape], [[2, 3], [2, 1]]);
 * disposeTree([params, y]);
 * ```
 */
export function multiTask(
  { trunk, heads }: MultiTaskConfig,
): Model<MultiTaskParams, NoState, Tensor, TaskOutputs> {
  const tasks = Object.entries(heads);
  if (trunk.length < 2 || tasks.length === 0) {
    throw new RangeError(
      `Cannot make a multi-task network: expected at least two widths and a head, got [${trunk}] and ${tasks.length}`,
    );
  }
  const width = trunk.at(-1)!;
  return {
    init(key) {
      const layers = trunk.slice(1).map((outputs, i) => {
        const name = `layer${i + 1}`;
        return [name, initDense(key.fold(name), trunk[i]!, outputs, kaimingUniform)] as const;
      });
      const own = tasks.map(([task, outputs]) =>
        [task, initDense(key.fold("heads").fold(task), width, outputs, head)] as const
      );
      return { params: { trunk: Object.fromEntries(layers), heads: Object.fromEntries(own) }, state: {} };
    },
    apply(params, state, x) {
      let h = x.reshape([x.shape[0]!, -1]); // [B, D]
      for (let i = 1; i < trunk.length; i++) h = relu(dense(params.trunk[`layer${i}`]!, h));
      const y = Object.fromEntries(tasks.map(([task]) => [task, dense(params.heads[task]!, h)]));
      return { y, state };
    },
  };
}

/**
 * The loss of several tasks: the sum of w_t loss_t, in the order of the weights.
 *
 * *Shapes* each loss [] -> []. *Source* marinus-lectures, multi-task learning, formula 5.
 *
 * @throws {RangeError} if there is no weight, or a weight without a loss.
 *
 * @example
 * ```ts
 * import { createDevice, scope, setDefaultDevice, tensor } from "@verbatim/core";
 * import { combineLosses } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using loss = scope(() => combineLosses({ a: tensor(4), b: tensor(2) }, { a: 0.25, b: 3 }));
 * assertEquals(await loss.item(), 7);
 * ```
 */
export function combineLosses(
  losses: Readonly<Record<string, Tensor>>,
  weights: Readonly<Record<string, number | Tensor>>,
): Tensor {
  const terms = Object.entries(weights).map(([task, weight]) => {
    const loss = losses[task];
    if (loss === undefined) {
      throw new RangeError(
        `Cannot combine losses: expected one of task "${task}", got ${Object.keys(losses)}`,
      );
    }
    return loss.mul(weight);
  });
  if (terms.length === 0) throw new RangeError("Cannot combine losses: expected weights, got none");
  return terms.reduce((sum, term) => sum.add(term));
}

/** The multi-task network in the registry. */
export const multiTaskModel: RegisteredModel = defineModel({
  id: "multi-task",
  family: "feedforward",
  title: "Multi-task network",
  notes: [{ note: "marinus-lectures", section: "multi-task learning" }],
  paper: "R. Caruana (1997). Multitask learning.",
  build: multiTask,
  configurations: {
    MULTI_TASK_784_32: {
      config: MULTI_TASK_784_32,
      input: [28, 28, 1],
      parameters: 784 * 32 + 32 + 32 * 10 + 10 + 32 * 4 + 4,
    },
  },
  trial: {
    config: MULTI_TASK_784_32,
    batch: (key: Key, size: number) => ({
      x: uniform(key.fold("x"), [size, 28, 28, 1], -1, 1),
      article: tensor(Uint32Array.from({ length: size }, (_, i) => i % 10)),
      turn: tensor(Uint32Array.from({ length: size }, (_, i) => i % 4)),
    }),
    loss: (y: TaskOutputs, { article, turn }) =>
      combineLosses(
        { article: crossEntropy(y["article"]!, article), turn: crossEntropy(y["turn"]!, turn) },
        { article: 0.5, turn: 0.5 },
      ),
    // Half the sum of both mean losses of 16 examples: below log(2) / 32, each example's own classes are its likeliest.
    learned: { loss: 0.0216, size: 16, steps: 150, rate: 0.003 },
  },
});
