import { composition } from "../autodiff/composition.ts";
import { maximum } from "./maximum.ts";
import { negate } from "./negate.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { asTensor } from "./elementwise.ts";

/** The smaller of two values: -max(-a, -b). *Shapes* broadcast. *Dtypes* f32. *Gradient* that of the composition. */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return composition(() => negate(maximum(negate(asTensor(a)), negate(asTensor(b)))));
}
