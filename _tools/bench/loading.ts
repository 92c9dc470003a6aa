import {
  cast,
  compile,
  crossEntropy,
  disposeTree,
  Key,
  momentum,
  type Tensor,
  tensor,
  type Tree,
  valueAndGrad,
} from "@verbatim/core";
import {
  augmentation,
  augmentImages,
  type Batches,
  columnOf,
  createBatches,
  fashionMnist,
  gaussianNoise,
  type ImageTransform,
  mapBatches,
  type OpenDataset,
  openDataset,
  randomBrightnessContrast,
  randomCrop,
  randomFlip,
  randomRotation,
} from "@verbatim/data";
import { lenet, LENET_28 } from "@verbatim/models";
import type { Runner } from "./workload.ts";
import { unit } from "./values.ts";

/** What is made again and again to be timed. */
export type Repeated = Pick<Runner, "step" | "dispose">;

/** Something to time whose speed is an amount of data in a time. */
export interface LoadingWorkload {
  /** The name by which it is asked for: "L1". */
  readonly id: string;
  readonly title: string;
  readonly unit: "GB/s" | "images/s";
  /** Bytes, or images, of one step. */
  readonly amount: number;
  /** Whether the peer has it too. */
  readonly hasPeer: boolean;
  /** Whether it reads Fashion-MNIST. */
  readonly readsData: boolean;
  /** Makes it, with the data set if it reads one. */
  prepare(opened: OpenDataset | undefined): Repeated;
}

const SHAPE = [28, 28, 1] as const;
const PIXELS = 28 * 28;
const BATCH = 64;
const KEY = Key.from(1);

const LIGHT: readonly ImageTransform[] = [
  randomFlip(),
  randomCrop({ padding: 2 }),
  randomBrightnessContrast({ brightness: 20, contrast: 0.2 }),
];

function trainingBatches(opened: OpenDataset | undefined, batchSize: number): Batches {
  if (opened === undefined) throw new TypeError("Cannot read batches: expected a data set, got none");
  return createBatches(opened.split("train"), { batchSize, key: KEY.fold("batches") });
}

/** Shuffled batches of images and labels, one byte a value. */
const reading = (id: string, batchSize: number): LoadingWorkload => ({
  id,
  title: `Fashion-MNIST, shuffled batches of ${batchSize}`,
  unit: "GB/s",
  amount: batchSize * (PIXELS + 1),
  hasPeer: true,
  readsData: true,
  prepare(opened) {
    const batches = trainingBatches(opened, batchSize);
    let step = 0;
    return { step: async () => (await batches.at(step++)).size, dispose: () => {} };
  },
});

/** Random changes of one batch of images in memory. */
const augmenting = (
  id: string,
  title: string,
  transforms: readonly ImageTransform[],
  hasPeer: boolean,
): LoadingWorkload => ({
  id,
  title: `28x28 u8, batches of ${BATCH}: ${title}`,
  unit: "images/s",
  amount: BATCH,
  hasPeer,
  readsData: false,
  prepare() {
    const images = Uint8Array.from(unit(91, BATCH * PIXELS), (u) => Math.floor(256 * u));
    const indices = Uint32Array.from({ length: BATCH }, (_, i) => i);
    const augment = augmentImages(SHAPE, transforms);
    let step = 0;
    return {
      step: () => Promise.resolve(augment(images, KEY.fold(step++), indices).length),
      dispose: () => {},
    };
  },
});

/** Steps of LeNet-5 that get their batches from the data set. */
const trainingOn = (id: string, title: string, transforms: readonly ImageTransform[]): LoadingWorkload => ({
  id,
  title: `LeNet-5 trained on batches of ${BATCH}, ${title}`,
  unit: "images/s",
  amount: BATCH,
  hasPeer: false,
  readsData: true,
  prepare(opened) {
    const plain = trainingBatches(opened, BATCH);
    const batches = transforms.length === 0
      ? plain
      : mapBatches(plain, augmentation({ shape: SHAPE, key: KEY, transforms }));
    const model = lenet(LENET_28);
    const optimiser = momentum({ beta: 0.9, form: "sum" });
    const { params, state } = model.init(KEY.fold("init"));
    const start = { params, state, optimiser: optimiser.init(params) };
    const program = compile((carry: typeof start, { x, labels }: { x: Tensor; labels: Tensor }) => {
      const [loss, gradient] = valueAndGrad((params: typeof start.params) => {
        const { y } = model.apply(params, carry.state, cast(x, "f32").div(255), { key: KEY, train: true });
        return crossEntropy(y, labels);
      })(carry.params);
      const next = optimiser.update(carry.params, gradient, carry.optimiser, 0.01);
      return { carry: { ...carry, params: next.params, optimiser: next.state }, out: { loss } };
    }, start);
    disposeTree(start as Tree);
    let step = 0;
    return {
      async step() {
        const { rows } = await batches.at(step++);
        const inputs = {
          x: tensor(columnOf(rows, "image"), [BATCH, ...SHAPE]),
          labels: tensor(columnOf(rows, "label")),
        };
        const { loss } = program.step(inputs);
        disposeTree(inputs);
        return await loss.item();
      },
      dispose: () => program.dispose(),
    };
  },
});

/** All that is timed of loading, in the order of the table. */
export const LOADING_WORKLOADS: readonly LoadingWorkload[] = [
  reading("L1", BATCH),
  reading("L2", 1024),
  augmenting("L3", "flip, crop, brightness, contrast", LIGHT, true),
  augmenting("L4", "rotation", [randomRotation({ degrees: 15 })], false),
  augmenting("L5", "Gaussian noise", [gaussianNoise({ deviation: 8 })], false),
  trainingOn("L6", "as they are", []),
  trainingOn("L7", "augmented as L3", LIGHT),
];

/** Fashion-MNIST if it is on this machine; if not, why. */
export async function openFashionMnist(): Promise<OpenDataset | { readonly reason: string }> {
  try {
    return await openDataset(fashionMnist, { offline: true });
  } catch (error) {
    const [reason] = `${error instanceof Error ? error.message : error}`.split("\n");
    return { reason: `Without Fashion-MNIST: ${reason} (deno task data fashion-mnist gets it)` };
  }
}
