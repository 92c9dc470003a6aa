import { composition } from "../autodiff/composition.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import { gather } from "./gather.ts";
import { logSoftmax } from "./log_softmax.ts";
import { mean } from "./mean.ts";

/**
 * The mean cross-entropy of class scores: -1/B sum_b log softmax(logits_b)[label_b], in nats.
 *
 * *Shapes* logits [B, C], labels [B] -> []. *Dtypes* logits f32, labels u8, u32 or i32.
 * *Gradient* (softmax - one-hot) / B. A label of C or more gives NaN.
 * *Source* i2dl, lecture 7; the stable form through the log-softmax.
 *
 * @throws {RangeError} if the shapes do not fit or the batch is empty. @throws {TypeError} if the labels are f32.
 *
 * @example Equal scores for ten classes: log 10
 * ```ts
 * import { createDevice, crossEntropy, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using logits = zeros([4, 10]);
 * using labels = tensor(new Uint8Array([0, 3, 9, 3]));
 * using loss = crossEntropy(logits, labels);
 * assertAlmostEquals(await loss.item(), 2.302585, 1e-6);
 * ```
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  if (logits.rank !== 2 || !sameShape(labels.shape, [logits.shape[0]!])) {
    throw new RangeError(
      `Cannot take the cross-entropy: expected logits [B, C] and labels [B], got ${
        formatShape(logits.shape)
      } and ${formatShape(labels.shape)}`,
    );
  }
  if (labels.dtype === "f32") {
    throw new TypeError("Cannot take the cross-entropy: expected labels of u8, u32 or i32, got f32");
  }
  return composition(() => {
    const index = cast(labels, "u32").reshape([labels.size, 1]);
    return mean(gather(logSoftmax(logits), index, 1)).neg();
  });
}
