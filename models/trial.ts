import { crossEntropy, type Key, type Shape, square, type Tensor, tensor, uniform } from "@verbatim/core";
import type { Trial } from "./define_model.ts";

/** When one batch of a trial counts as learned by heart: see `Trial`. */
export type Learned = Partial<Trial["learned"]>;

/** A trial's classifier. */
export interface ClassifyOptions<C> extends Learned {
  /** The model's configuration. */
  readonly config: C;
  /** Shape of one input. */
  readonly input: Shape;
  /** Number of classes. */
  readonly classes: number;
}

/** Inputs with labels. */
export type LabelledBatch = { readonly x: Tensor; readonly labels: Tensor };

/**
 * The trial of a classifier: inputs drawn uniformly from (-1, 1), labels dealt out in turn, and the mean cross-entropy of
 * the scores. The batch counts as learned once the mean of the n losses is below log(2) / n: then each is below log(2), and
 * so each example's own class has more than half of the probability.
 *
 * *Shapes* scores [B, C]. *Source* the bound: no loss is negative, so each is at most the sum of all.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, Key, setDefaultDevice } from "@verbatim/core";
 * import { classify } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const trial = classify({ config: {}, input: [4, 4, 1], classes: 3 });
 * const batch = trial.batch(Key.from(1), 5);
 * assertEquals(batch.x.shape, [5, 4, 4, 1]);
 * assertEquals(await batch.labels.read(), Uint32Array.of(0, 1, 2, 0, 1));
 * disposeTree(batch);
 * ```
 */
export function classify<C>(options: ClassifyOptions<C>): Trial<C, Tensor, Tensor, LabelledBatch> {
  const { config, input, classes, size = 16, ...learned } = options;
  const LOG_2 = 0.6931471805599453;
  return {
    config,
    batch: (key: Key, size: number) => ({
      x: uniform(key.fold("x"), [size, ...input], -1, 1),
      labels: tensor(Uint32Array.from({ length: size }, (_, i) => i % classes)),
    }),
    loss: (y, { labels }) => crossEntropy(y, labels),
    learned: { loss: LOG_2 / size, size, ...learned },
  };
}

/** A trial's regression. */
export interface RegressOptions<C> extends Learned {
  /** The model's configuration. */
  readonly config: C;
  /** Shape of one input. */
  readonly input: Shape;
  /** Shape of one output. */
  readonly output: Shape;
}

/** Inputs with the outputs that they should give. */
export type TargetBatch = { readonly x: Tensor; readonly targets: Tensor };

/**
 * The trial of a regression: inputs and targets drawn uniformly from (-1, 1), and the mean of the squared errors. The batch
 * counts as learned once that is below 0.01, of the targets' variance of 1/3.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, Key, setDefaultDevice, zeros } from "@verbatim/core";
 * import { regress } from "@verbatim/models";
 * import { assert } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const trial = regress({ config: {}, input: [3], output: [2] });
 * const batch = trial.batch(Key.from(1), 500);
 * using guess = zeros([500, 2]);
 * using loss = trial.loss(guess, batch);
 * assert(Math.abs(await loss.item() - 1 / 3) < 0.05);
 * disposeTree(batch);
 * ```
 */
export function regress<C>(options: RegressOptions<C>): Trial<C, Tensor, Tensor, TargetBatch> {
  const { config, input, output, ...learned } = options;
  return {
    config,
    batch: (key: Key, size: number) => ({
      x: uniform(key.fold("x"), [size, ...input], -1, 1),
      targets: uniform(key.fold("targets"), [size, ...output], -1, 1),
    }),
    loss: (y, { targets }) => square(y.sub(targets)).mean(),
    learned: { loss: 0.01, ...learned },
  };
}
