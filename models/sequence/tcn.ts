/**
 * Temporal convolutional network: causal convolutions whose taps lie twice as far apart at each level, in residual blocks.
 *
 * Axes: B batch, T steps, D inputs, C channels, K taps, O outputs.
 *
 * @module
 */
import {
  composition,
  conv1d,
  dense,
  type DenseParams,
  dropout,
  glorotUniform,
  initDense,
  kaimingUniform,
  type Key,
  type Model,
  norm,
  ones,
  relu,
  scaled,
  square,
  type Tensor,
  zeros,
} from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";
import { regress } from "../trial.ts";

/** The shape of a temporal convolutional network. */
export interface TcnConfig {
  /** Values of one step of the input. */
  readonly inputs: number;
  /** Channels of each level; level i has dilation 2^(i - 1). */
  readonly channels: readonly number[];
  /** Taps of each convolution. */
  readonly kernel: number;
  /** The share of channels that is dropped after each convolution while training. */
  readonly dropout: number;
  /** Values of one step of the output. */
  readonly outputs: number;
}

/** For a series of one value: two levels of 16 channels that see 13 steps, 2,529 parameters. */
export const TCN_SERIES: TcnConfig = { inputs: 1, channels: [16, 16], kernel: 3, dropout: 0.2, outputs: 1 };

/** For MNIST, pixel by pixel, as the authors' program has it: eight levels that see 3,061 steps, 66,910 parameters. */
export const TCN_SEQUENTIAL_MNIST: TcnConfig = {
  inputs: 1,
  channels: [25, 25, 25, 25, 25, 25, 25, 25],
  kernel: 7,
  dropout: 0.05,
  outputs: 10,
};

/** A convolution whose weights are a direction v [K, D, C] times a length g [C] for each channel, and biases b [C]. */
export type NormedConvParams = { readonly v: Tensor; readonly g: Tensor; readonly b: Tensor };

/** A residual block: two convolutions, and a dense layer beside them where the number of channels changes. */
export type TcnLevelParams = {
  readonly conv1: NormedConvParams;
  readonly conv2: NormedConvParams;
  readonly shortcut: DenseParams | undefined;
};

/** Parameters by level, level1, level2, ..., and of the output. */
export type TcnParams = {
  readonly levels: Readonly<Record<string, TcnLevelParams>>;
  readonly output: DenseParams;
};

function initConv(key: Key, kernel: number, inputs: number, outputs: number): NormedConvParams {
  const v = kaimingUniform(key.fold("v"), [kernel, inputs, outputs], kernel * inputs);
  return { v, g: norm(v, [0, 1]), b: zeros([outputs]) };
}

/** [B, T, D] -> [B, T, C]: step t sees the steps t, t - dilation, ..., t - (K - 1) dilation, and +0 before the first. */
function causalConv({ v, g, b }: NormedConvParams, x: Tensor, dilation: number): Tensor {
  return composition(
    () => conv1d(x, v.mul(g.div(norm(v, [0, 1]))), { padding: "causal", dilation }).add(b),
    "conv",
  );
}

/** Steps that an output sees, its own and those before it: 1 + 2 (K - 1) (2^levels - 1). */
export function receptiveField({ channels, kernel }: TcnConfig): number {
  return channels.reduce((steps, _, i) => steps + 2 * (kernel - 1) * (1 << i), 1);
}

/**
 * A sequence of outputs, none of which sees a later input. Each level is h = relu(f(x) + x), where f is twice a causal
 * convolution, a rectifier and dropout of whole channels; x goes through a dense layer where its channels are not h's.
 * A dense layer makes each step's outputs of the last level.
 *
 * *Shapes* [B, T, D] -> [B, T, O], for any T. *Source* S. Bai, J. Z. Kolter, V. Koltun (2018). An empirical evaluation
 * of generic convolutional and recurrent networks for sequence modeling; the normalised weights are those of T. Salimans,
 * D. P. Kingma (2016). Weight normalization.
 * *Differs* from the authors' program: weights start Kaiming-uniform (a tenth of Glorot-uniform in the last layer) instead of
 * normal with a deviation of 0.01.
 *
 * @throws {RangeError} if there is no level, or the taps are no positive integer.
 *
 * @example Two taps at two levels see seven steps; an output does not change with a later input
 * ```ts
 * import { createDevice, disposeTree, Key, scope, setDefaultDevice, tensor } from "@verbatim/core";
 * import { receptiveField, tcn } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const config = { inputs: 1, channels: [4, 4], kernel: 2, dropout: 0, outputs: 1 };
 * assertEquals(receptiveField(config), 7);
 * const model = tcn(config);
 * const key = Key.from(1);
 * const { params } = model.init(key);
 * const outputs = async (values: number[]) => {
 *   using x = tensor(Float32Array.from(values), [1, values.length, 1]);
 *   using y = scope(() => model.apply(params, {}, x, { key, train: false }).y);
 *   return await y.read();
 * };
 * const [before, after] = [await outputs([1, 2, 3, 4]), await outputs([1, 2, 3, 9])];
 * assertEquals(after.subarray(0, 3), before.subarray(0, 3));
 * disposeTree(params);
 * ```
 */
export function tcn({ inputs, channels, kernel, dropout: rate, outputs }: TcnConfig): Model<TcnParams> {
  if (channels.length === 0 || !Number.isInteger(kernel) || kernel < 1) {
    throw new RangeError(
      `Cannot make a temporal convolutional network: expected at least one level and one tap, got [${channels}] and ${kernel}`,
    );
  }
  return {
    init(key) {
      const levels = channels.map((width, i): [string, TcnLevelParams] => {
        const name = `level${i + 1}`;
        const own = key.fold(name);
        const before = i === 0 ? inputs : channels[i - 1]!;
        return [name, {
          conv1: initConv(own.fold("conv1"), kernel, before, width),
          conv2: initConv(own.fold("conv2"), kernel, width, width),
          shortcut: before === width
            ? undefined
            : initDense(own.fold("shortcut"), before, width, glorotUniform),
        }];
      });
      const output = initDense(key.fold("output"), channels.at(-1)!, outputs, scaled(glorotUniform, 0.1));
      return { params: { levels: Object.fromEntries(levels), output }, state: {} };
    },
    apply(params, state, x, { key, train }) {
      const drop = (h: Tensor, name: string) => {
        if (!train || rate === 0) return h;
        const [batch, , width] = h.shape;
        return composition(
          () => h.mul(dropout(key.fold(name), ones([batch!, 1, width!]), { rate, train })),
          "dropout",
        );
      };
      let h = x; // [B, T, D], then [B, T, C]
      channels.forEach((_, i) => {
        const name = `level${i + 1}`;
        const { conv1, conv2, shortcut } = params.levels[name]!;
        const inner = drop(relu(causalConv(conv1, h, 1 << i)), `${name}/conv1`);
        const outer = drop(relu(causalConv(conv2, inner, 1 << i)), `${name}/conv2`);
        h = relu(outer.add(shortcut === undefined ? h : dense(shortcut, h)));
      });
      return { y: dense(params.output, h), state }; // [B, T, O]
    },
  };
}

/** Parameters of a level's two convolutions, without a shortcut: weights, lengths and biases. */
const level = (kernel: number, inputs: number, width: number) =>
  kernel * (inputs + width) * width + 4 * width;

/** The temporal convolutional network in the registry. */
export const tcnModel: RegisteredModel = defineModel({
  id: "tcn",
  family: "sequence",
  title: "Temporal convolutional network",
  notes: [],
  paper:
    "S. Bai, J. Z. Kolter, V. Koltun (2018). An empirical evaluation of generic convolutional and recurrent networks for sequence modeling.",
  build: tcn,
  configurations: {
    TCN_SERIES: {
      config: TCN_SERIES,
      input: [248, 1],
      parameters: level(3, 1, 16) + 2 * 16 + level(3, 16, 16) + 16 + 1,
    },
    TCN_SEQUENTIAL_MNIST: {
      config: TCN_SEQUENTIAL_MNIST,
      input: [784, 1],
      parameters: level(7, 1, 25) + 2 * 25 + 7 * level(7, 25, 25) + 25 * 10 + 10,
      published: [{ count: 70_000, source: "Bai et al. 2018, table 1", within: 0.05 }],
    },
  },
  trial: {
    ...regress({ config: TCN_SERIES, input: [16, 1], output: [1], steps: 200, rate: 0.01 }),
    // An output in the middle could not tell apart two sequences that begin alike; the last sees nearly all of its own.
    loss: (y, { targets }) => {
      const [batch, steps] = y.shape;
      const last = y.slice([0, steps! - 1], [batch!, steps!]).reshape([batch!, 1]);
      return square(last.sub(targets)).mean();
    },
  },
});
