import {
  cast,
  disposeTree,
  Key,
  type Model,
  scope,
  softmax,
  type Tensor,
  tensor,
  type Tree,
} from "@verbatim/core";
import { classesOf, columnOf, type Dataset, numberColumnOf, type Rows, type Split } from "@verbatim/data";
import type { Predictor } from "./define_experiment.ts";
import { classPredictions, restore, truthOf } from "./predictions.ts";
import { readAll } from "./read_all.ts";

/** How the pixels of images become inputs. */
export interface PixelConfig {
  /** Mean and deviation of the training split's pixels on [0, 1]; inputs are (pixel / 255 - mean) / deviation. */
  readonly pixelMean: number;
  readonly pixelDeviation: number;
}

/** (pixel / 255 - mean) / deviation. */
export function normalisePixels(x: Tensor, { pixelMean, pixelDeviation }: PixelConfig): Tensor {
  return cast(x, "f32").div(255).sub(pixelMean).div(pixelDeviation);
}

/** The images of rows [B, ...], as inputs. */
export function imageInputs(split: Split, rows: Rows, config: PixelConfig): Tensor {
  const { shape } = numberColumnOf(split, "image");
  return scope(() => normalisePixels(tensor(columnOf(rows, "image"), [split.rows, ...shape]), config));
}

/** Which weights an image classifier can use, and what its scores are. */
export interface ImagePredictorOptions {
  /** Default "main" alone. */
  readonly trainings?: readonly string[];
  /** Whether the softmax of a training's scores are probabilities, as after training by cross-entropy; default true. */
  readonly probable?: (training: string) => boolean;
}

/** Says of images what a trained classifier sees in them; `modelOf` has the model of a training. */
export function imagePredictor<P extends Tree, S extends Tree, C extends PixelConfig>(
  dataset: Dataset,
  modelOf: Model<P, S> | ((training: string, config: C) => Model<P, S>),
  { trainings = ["main"], probable = () => true }: ImagePredictorOptions = {},
): Predictor<C> {
  return {
    dataset,
    split: "test",
    trainings,
    pictures: true,
    async predict({ config, training, weights, rows }) {
      const model = typeof modelOf === "function" ? modelOf(training, config) : modelOf;
      const { params, state } = restore(() => model.init(Key.from(0)), weights);
      const read = await readAll(rows);
      using probabilities = scope(() => {
        const options = { key: Key.from(0).fold("predict"), train: false };
        return softmax(model.apply(params, state, imageInputs(rows, read, config), options).y);
      });
      disposeTree([params, state]);
      const classes = classesOf(dataset.splits["test"]!.columns["label"]!)!;
      return classPredictions(await probabilities.read(), classes, truthOf(rows, read), probable(training));
    },
  };
}
