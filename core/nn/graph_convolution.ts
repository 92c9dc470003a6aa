import { composition } from "../autodiff/composition.ts";
import { cast } from "../ops/cast.ts";
import { gather } from "../ops/gather.ts";
import { matmul } from "../ops/matmul.ts";
import { scatterAdd } from "../ops/scatter_add.ts";
import { zeros } from "../tensor/create.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DenseParams } from "./dense.ts";

/** The edges of a graph, [E] each: from `source` to `destination`, with the adjacency's values as weights. */
export type Edges = {
  readonly source: Tensor;
  readonly destination: Tensor;
  readonly weight: Tensor;
};

/**
 * The product of a sparse matrix with a dense one: y[destination[e], :] += weight[e] x[source[e], :] for every edge e.
 *
 * *Shapes* x [N, D] -> [N, D]. *Dtypes* source and destination u8, u32 or i32; weight f32.
 * *Order* N6: starting at +0, the edges' terms are added in ascending order of e, each product rounded before.
 * An edge to a node of N or more is skipped; one from there gives NaN.
 * *Gradient* to x the product with the edges reversed, in the same order of e; to weight[e] the sum over
 * g[destination[e], :] x[source[e], :].
 *
 * @throws {RangeError} if the shapes do not fit. @throws {TypeError} if nodes are f32.
 *
 * @example Edges 0 -> 1 of weight 2 and 2 -> 1 of weight 1
 * ```ts
 * import { createDevice, propagate, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using source = tensor(Uint32Array.of(0, 2));
 * using destination = tensor(Uint32Array.of(1, 1));
 * using weight = tensor([2, 1]);
 * using x = tensor([[1, 10], [5, 5], [3, 4]]);
 * using y = propagate(x, { source, destination, weight });
 * assertEquals(await y.read(), Float32Array.of(0, 0, 5, 24, 0, 0));
 * ```
 */
export function propagate(x: Tensor, { source, destination, weight }: Edges): Tensor {
  const { shape } = weight;
  if (
    x.rank !== 2 || shape.length !== 1 || !sameShape(source.shape, shape) ||
    !sameShape(destination.shape, shape)
  ) {
    throw new RangeError(
      `Cannot propagate: expected x [N, D] and source, destination and weight [E], got ${
        [x, source, destination, weight].map((tensor) => formatShape(tensor.shape)).join(", ")
      }`,
    );
  }
  if (source.dtype === "f32" || destination.dtype === "f32") {
    throw new TypeError(
      `Cannot propagate: expected nodes of u8, u32 or i32, got ${source.dtype} and ${destination.dtype}`,
    );
  }
  return composition(() => {
    const messages = gather(x, cast(source, "u32")).mul(weight.reshape([shape[0]!, 1])); // [E, D]
    return scatterAdd(zeros(x.shape), cast(destination, "u32"), messages);
  }, "propagate");
}

/**
 * A graph convolution: A (x w) + b, with the sparse matrix A of the edges.
 *
 * *Shapes* x [N, inputs] -> [N, outputs]. *Order* N4 over the inputs, then N6 over the edges; the bias is a separate
 * addition. *Source* Kipf and Welling 2017, equation 2, where A is the adjacency with self-loops, divided by the roots of
 * both nodes' degrees.
 *
 * @throws {RangeError} if the shapes do not fit. @throws {TypeError} if nodes are f32.
 *
 * @example Two nodes that look at each other
 * ```ts
 * import { createDevice, graphConvolution, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using source = tensor(Uint32Array.of(0, 1));
 * using destination = tensor(Uint32Array.of(1, 0));
 * using weight = tensor([1, 1]);
 * using w = tensor([[10]]);
 * using b = tensor([0.5]);
 * using x = tensor([[1], [2]]);
 * using y = graphConvolution({ w, b }, x, { source, destination, weight });
 * assertEquals(await y.read(), Float32Array.of(20.5, 10.5));
 * ```
 */
export function graphConvolution({ w, b }: DenseParams, x: Tensor, edges: Edges): Tensor {
  return composition(() => propagate(matmul(x, w), edges).add(b), "graph convolution");
}
