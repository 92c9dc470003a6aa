import { assertEquals, assertThrows } from "@std/assert";
import { dense, type DenseParams, initDense, kaimingUniform, type Model, outline } from "./mod.ts";
import { conv1d, matmul, relu, softmax, transpose } from "../ops/mod.ts";
import { defaultDevice, setDefaultDevice, type Tensor, zeros } from "../tensor/mod.ts";

type Params = { readonly a: DenseParams; readonly b: DenseParams };

const model: Model<Params> = {
  init: (key) => ({
    params: {
      a: initDense(key.fold("a"), 4, 3, kaimingUniform),
      b: initDense(key.fold("b"), 3, 4, kaimingUniform),
    },
    state: {},
  }),
  apply(params, state, x) {
    const hidden = softmax(relu(dense(params.a, x.reshape([2, 4]))));
    // Reads the weights of a transposed: that alone is no node.
    return { y: matmul(hidden, transpose(params.a.w)).add(params.b.b), state };
  },
};

Deno.test("an outline names what is done, what it reads, and which parameters", () => {
  setDefaultDevice(undefined);
  const nodes = outline(model, () => zeros([2, 2, 2]));
  assertEquals(nodes.map(({ operation, from, parameters }) => [operation, from, parameters]), [
    ["input", [], []],
    ["dense", [0], ["a/w", "a/b"]],
    ["relu", [1], []],
    ["softmax", [2], []],
    ["matmul", [3], ["a/w"]],
    ["+", [4], ["b/b"]],
  ]);
  assertEquals(nodes.map(({ shape }) => shape), [[2, 2, 2], [2, 3], [2, 3], [2, 3], [2, 4], [2, 4]]);
  assertEquals(nodes[1]!.seen, [2, 4]);
  assertThrows(() => defaultDevice(), Error, "got none");
});

Deno.test("convolutions of sequences have the sizes of one axis, and say whether they are causal", () => {
  setDefaultDevice(undefined);
  const model: Model<{ readonly w: Tensor }> = {
    init: () => ({ params: { w: zeros([3, 2, 2]) }, state: {} }),
    apply({ w }, state, x) {
      const causal = conv1d(conv1d(x, w, { padding: "causal" }), w, { padding: "causal", dilation: 2 });
      const centred = conv1d(causal, w, { padding: 1, stride: 2 });
      return { y: conv1d(conv1d(centred, w, { padding: [2, 1] }), w), state };
    },
  };
  assertEquals(outline(model, () => zeros([1, 8, 2])).map(({ operation, shape }) => [operation, shape]), [
    ["input", [1, 8, 2]],
    ["conv 3, causal", [1, 8, 2]],
    ["conv 3, dilation 2, causal", [1, 8, 2]],
    ["conv 3, stride 2, padding 1", [1, 4, 2]],
    ["conv 3, padding 2", [1, 5, 2]],
    ["conv 3", [1, 3, 2]],
  ]);
});

Deno.test("an error of the model is its own, and the device is given back", () => {
  setDefaultDevice(undefined);
  assertThrows(() => outline(model, () => zeros([3, 3])), RangeError, "Cannot reshape [3, 3] to [2, 4]");
  assertThrows(() => defaultDevice(), Error, "got none");
});
