/**
 * LeNet-5 in its common form: two convolutions with max-pooling, three dense layers.
 *
 * Axes: B batch, H W image, C channels or classes.
 *
 * @module
 */
import {
  convLayer,
  type ConvParams,
  dense,
  type DenseParams,
  glorotUniform,
  initConv,
  initDense,
  kaimingUniform,
  maxPool2d,
  type Model,
  relu,
  scaled,
} from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";
import { classify } from "../trial.ts";

/** The shape of a LeNet-5. */
export interface LenetConfig {
  /** Rows and columns of +0 around the image: 2 for 28 x 28, 0 for the paper's 32 x 32. */
  readonly padding: number;
  /** Number of classes. */
  readonly classes: number;
}

/** For images of 28 x 28 pixels in ten classes: 61,706 parameters. */
export const LENET_28: LenetConfig = { padding: 2, classes: 10 };

/** For images of 32 x 32 pixels, as in the paper: as many parameters. */
export const LENET_32: LenetConfig = { padding: 0, classes: 10 };

/** Parameters by layer, under the paper's names. */
export type LenetParams = {
  readonly c1: ConvParams;
  readonly c3: ConvParams;
  readonly c5: DenseParams;
  readonly f6: DenseParams;
  readonly output: DenseParams;
};

/**
 * Class scores of images.
 *
 * *Shapes* [B, 28, 28, 1] -> [B, classes] with padding 2, or [B, 32, 32, 1] without.
 * *Source* LeCun et al. 1998; i2dl, lecture 10.
 * *Differs* from the paper: rectifiers for scaled tanh, max-pooling for trainable average pooling, every map of C3 sees
 * every map before it, a dense output for Gaussian units; Kaiming-uniform weights (a tenth of Glorot-uniform in
 * the last layer, so that every class begins with nearly the same score), biases zero.
 *
 * @example Its size; a blank image scores 0 for every class, since biases start at 0
 * ```ts
 * import {
 *   createDevice,
 *   disposeTree,
 *   Key,
 *   scope,
 *   setDefaultDevice,
 *   treeLeaves,
 *   zeros,
 * } from "@verbatim/core";
 * import { lenet, LENET_28 } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const model = lenet(LENET_28);
 * const key = Key.from(1);
 * const { params, state } = model.init(key);
 * assertEquals(treeLeaves(params).reduce((sum, [, leaf]) => sum + leaf.size, 0), 61_706);
 * using blank = zeros([2, 28, 28, 1]);
 * using scores = scope(() => model.apply(params, state, blank, { key, train: false }).y);
 * assertEquals(await scores.read(), new Float32Array(2 * 10));
 * disposeTree(params);
 * ```
 */
export function lenet({ padding, classes }: LenetConfig): Model<LenetParams> {
  return {
    init: (key) => ({
      params: {
        c1: initConv(key.fold("c1"), { kernel: [5, 5], inputs: 1, outputs: 6 }, kaimingUniform),
        c3: initConv(key.fold("c3"), { kernel: [5, 5], inputs: 6, outputs: 16 }, kaimingUniform),
        c5: initDense(key.fold("c5"), 400, 120, kaimingUniform),
        f6: initDense(key.fold("f6"), 120, 84, kaimingUniform),
        output: initDense(key.fold("output"), 84, classes, scaled(glorotUniform, 0.1)),
      },
      state: {},
    }),
    apply(params, state, x) {
      const c1 = relu(convLayer(params.c1, x, { padding })); // [B, 28, 28, 6]
      const s2 = maxPool2d(c1, { window: 2 }); // [B, 14, 14, 6]
      const c3 = relu(convLayer(params.c3, s2)); // [B, 10, 10, 16]
      const s4 = maxPool2d(c3, { window: 2 }).reshape([x.shape[0]!, 400]); // [B, 5 * 5 * 16]
      const c5 = relu(dense(params.c5, s4)); // [B, 120]
      const f6 = relu(dense(params.f6, c5)); // [B, 84]
      return { y: dense(params.output, f6), state }; // [B, C]
    },
  };
}

/** LeNet-5 in the registry. */
export const lenetModel: RegisteredModel = defineModel({
  id: "lenet",
  family: "vision",
  title: "LeNet-5",
  notes: [{ note: "i2dl", section: "lecture 10" }],
  paper:
    "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998). Gradient-based learning applied to document recognition.",
  build: lenet,
  configurations: {
    LENET_28: {
      config: LENET_28,
      input: [28, 28, 1],
      parameters: 61_706,
      published: [
        { count: 60_000, source: "i2dl, lecture 10", within: 0.05 },
        {
          count: 60_000,
          source: "LeCun et al. 1998",
          differs: "there C3 is sparse, pooling is trained and the output layer is fixed",
        },
      ],
    },
    LENET_32: { config: LENET_32, input: [32, 32, 1], parameters: 61_706 },
  },
  trial: classify({ config: LENET_28, input: [28, 28, 1], classes: 10 }),
});
