import {
  adam,
  batchNorm,
  conv2d,
  crossEntropy,
  dense,
  initBatchNorm,
  matmul,
  maxPool2d,
  momentum,
  relu,
  sgd,
  tanh,
  type Tensor,
} from "@verbatim/core";
import { inputs, integers, parameter, Parameters } from "./values.ts";
import { steps, training, type Workload } from "./workload.ts";

/** A product of two square matrices; its loss is its first element. */
export function product(n: number): Workload {
  return {
    id: `W1_${n}`,
    title: `product, ${n}^3`,
    prepare: () =>
      steps(
        (carry, { a, b }) => {
          const c = matmul(a, b);
          return { carry, out: { loss: c.slice([0, 0], [1, 1]), c } };
        },
        {},
        {
          a: parameter(11, [n, n], 1),
          b: parameter(12, [n, n], 1),
        },
      ),
  };
}

/** A perceptron of three layers. */
export const perceptron = (batch: number): Workload => ({
  id: "W2",
  title: `MLP 784-256-128-10, batch ${batch}, Adam`,
  prepare() {
    const p = new Parameters(2000);
    const params = { a: p.dense(784, 256), b: p.dense(256, 128), c: p.dense(128, 10) };
    const data = { x: inputs(21, [batch, 784]), labels: integers(22, [batch], 10) };
    return training(
      { params, state: {}, inputs: data },
      adam(),
      1e-3,
      ({ a, b, c }, state, { x, labels }) => {
        const y = dense(c, relu(dense(b, relu(dense(a, x)))));
        return { loss: crossEntropy(y, labels), state };
      },
    );
  },
});

/** Images of so many rows and columns, so many in a batch. */
export interface ImageSizes {
  readonly batch: number;
  readonly size: number;
}

/** LeNet-5 in its common form, for images whose sides are multiples of 4. */
export const lenet = ({ batch, size }: ImageSizes): Workload => ({
  id: "W3",
  title: `LeNet-5, ${size}x${size}, batch ${batch}, momentum`,
  prepare() {
    const p = new Parameters(3000);
    const conv = (size: number, channels: number, outputs: number) => ({
      w: p.kernel(size, channels, outputs),
      b: p.next([outputs], 1 / Math.sqrt(channels * size * size)),
    });
    const [c1, c3] = [conv(5, 1, 6), conv(5, 6, 16)];
    const area = (size / 4 - 2) * (size / 4 - 2);
    // The peer's images are [C, H, W], ours [H, W, C]: 16 channels, of 5 x 5 at the peer's size.
    const c5 = p.denseInOrder(16 * area, 120, { row: (i) => (i % 16) * area + Math.floor(i / 16) });
    const params = { c1, c3, c5, f6: p.dense(120, 84), output: p.dense(84, 10) };
    const data = { x: inputs(31, [batch, size, size, 1]), labels: integers(32, [batch], 10) };
    return training(
      { params, state: {}, inputs: data },
      momentum({ beta: 0.9, form: "sum" }),
      0.01,
      ({ c1, c3, c5, f6, output }, state, { x, labels }) => {
        const s2 = maxPool2d(relu(conv2d(x, c1.w, { padding: 2 }).add(c1.b)), { window: 2 });
        const s4 = maxPool2d(relu(conv2d(s2, c3.w).add(c3.b)), { window: 2 }).reshape([batch, -1]);
        const y = dense(output, relu(dense(f6, relu(dense(c5, s4)))));
        return { loss: crossEntropy(y, labels), state };
      },
    );
  },
});

/** A convolution, three residual blocks of two, global average pooling. */
export const residual = ({ batch, size }: ImageSizes): Workload => ({
  id: "W4",
  title: `residual net 3 x 16, ${size}x${size}, batch ${batch}`,
  prepare() {
    const p = new Parameters(4000);
    const [stem, ...norms] = Array.from({ length: 7 }, () => initBatchNorm(16));
    const first = { w: p.kernel(3, 1, 16), norm: stem!.params };
    const layers = norms.map(({ params }) => ({ w: p.kernel(3, 16, 16), norm: params }));
    const params = { first, layers, output: p.dense(16, 10) };
    const state = { first: stem!.state, layers: norms.map(({ state }) => state) };
    const data = { x: inputs(41, [batch, size, size, 1]), labels: integers(42, [batch], 10) };
    return training(
      { params, state, inputs: data },
      momentum({ beta: 0.9, form: "sum" }),
      0.01,
      ({ first, layers, output }, state, { x, labels }) => {
        const convolve = (layer: typeof first, average: typeof state.first, x: Tensor) =>
          batchNorm(layer.norm, average, conv2d(x, layer.w, { padding: 1 }), { train: true });
        const start = convolve(first, state.first, x);
        const averages = [];
        let h = relu(start.y); // [B, H, W, C]
        for (let i = 0; i < layers.length; i += 2) {
          const inner = convolve(layers[i]!, state.layers[i]!, h);
          const outer = convolve(layers[i + 1]!, state.layers[i + 1]!, relu(inner.y));
          averages.push(inner.state, outer.state);
          h = relu(outer.y.add(h));
        }
        const y = dense(output, h.mean([1, 2]));
        return { loss: crossEntropy(y, labels), state: { first: start.state, layers: averages } };
      },
    );
  },
});

/** A tiny regression, whose steps are all overhead. */
export const tiny = (batch: number): Workload => ({
  id: "W7",
  title: `MLP 2-16-16-1 tanh, batch ${batch}, SGD`,
  prepare() {
    const p = new Parameters(7000);
    const params = { a: p.dense(2, 16), b: p.dense(16, 16), c: p.dense(16, 1) };
    const data = { x: inputs(71, [batch, 2]), y: inputs(72, [batch, 1]) };
    return training({ params, state: {}, inputs: data }, sgd, 0.1, ({ a, b, c }, state, { x, y }) => {
      const error = dense(c, tanh(dense(b, tanh(dense(a, x))))).sub(y);
      return { loss: error.mul(error).mean(), state };
    });
  },
});
