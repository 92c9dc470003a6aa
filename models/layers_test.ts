import { assertEquals } from "@std/assert";
import {
  add,
  batchNorm,
  type BatchNormState,
  concatenate,
  convLayer,
  type ConvParams,
  dense,
  type DenseParams,
  dropout,
  globalAveragePool2d,
  initBatchNorm,
  initConv,
  initDense,
  initLstm,
  kaimingUniform,
  lstm,
  matmul,
  type Model,
  type NormParams,
  type RecurrentParams,
  relu,
  type Tensor,
  zeros,
} from "@verbatim/core";
import { type Layer, layersOf } from "./layers.ts";

const lines = (layers: readonly Layer[]) =>
  layers.map(({ name, shape, parameters, from }) => `${name} ${shape} ${parameters} from ${from}`);

Deno.test("a residual block has two ways to its sum, and a stride and groups are named", () => {
  type Params = {
    readonly block: { readonly conv1: ConvParams; readonly norm: NormParams };
    readonly short: ConvParams;
  };
  type State = { readonly norm: BatchNormState };
  const model: Model<Params, State> = {
    init(key) {
      const norm = initBatchNorm(4);
      const conv1 = initConv(
        key.fold(1),
        { kernel: [3, 3], inputs: 2, outputs: 4, groups: 2 },
        kaimingUniform,
      );
      const short = initConv(key.fold(2), { kernel: [1, 1], inputs: 2, outputs: 4 }, kaimingUniform);
      return { params: { block: { conv1, norm: norm.params }, short }, state: { norm: norm.state } };
    },
    apply({ block, short }, state, x, { train }) {
      const main = convLayer(block.conv1, x, { stride: 2, padding: 1, groups: 2 });
      const norm = batchNorm(block.norm, state.norm, main, { train });
      const sum = relu(add(norm.y, convLayer(short, x, { stride: 2 })));
      return { y: globalAveragePool2d(sum), state: { norm: norm.state } };
    },
  };
  assertEquals(lines(layersOf(model, { input: [8, 8, 2] })), [
    "input [B, 8, 8, 2] 0 from ",
    "block/conv1: conv 3x3, stride 2, padding 1, 2 groups [B, 4, 4, 4] 40 from 0",
    "block/norm: batch norm [B, 4, 4, 4] 8 from 1",
    "short: conv 1x1, stride 2 [B, 4, 4, 4] 12 from 0",
    "+, relu [B, 4, 4, 4] 0 from 2,3",
    "mean [B, 4] 0 from 4",
  ]);
});

Deno.test("several inputs, weights without layers, weights used twice", () => {
  type Params = { readonly w: Tensor; readonly b: Tensor; readonly twin: DenseParams };
  type Pair = { readonly left: Tensor; readonly right: Tensor };
  const model: Model<Params, Record<string, never>, Pair> = {
    init: (key) => ({
      params: {
        w: kaimingUniform(key.fold(1), [6, 2], 6),
        b: zeros([2]),
        twin: initDense(key.fold(2), 5, 3, kaimingUniform),
      },
      state: {},
    }),
    apply({ w, b, twin }, state, { left, right }) {
      const both = concatenate([dense(twin, left), dense(twin, right)], 1);
      return { y: relu(matmul(both, w).add(b)), state };
    },
  };
  const input = (size: number) => ({ left: zeros([size, 5]), right: zeros([size, 5]) });
  assertEquals(lines(layersOf(model, { input })), [
    "input left [B, 5] 0 from ",
    "input right [B, 5] 0 from ",
    "twin: dense [B, 3] 18 from 0",
    "twin: dense (the same parameters again) [B, 3] 0 from 1",
    "concatenate [B, 6] 0 from 2,3",
    "matmul, +, relu [B, 2] 14 from 4",
  ]);
});

Deno.test("a recurrent layer is one box, however long the sequence; a dense layer keeps the axis of time", () => {
  const model: Model<{ readonly rnn: RecurrentParams; readonly out: DenseParams }> = {
    init: (key) => ({
      params: {
        rnn: initLstm(key.fold("rnn"), 3, 5, kaimingUniform),
        out: initDense(key.fold("out"), 5, 2, kaimingUniform),
      },
      state: {},
    }),
    apply: ({ rnn, out }, state, x, { key, train }) => {
      const { y } = lstm(rnn, x);
      return { y: dropout(key, dense(out, y), { rate: 0.5, train }), state };
    },
  };
  assertEquals(lines(layersOf(model, { input: [40, 3] })), [
    "input [B, 40, 3] 0 from ",
    // (3 + 5 + 1) 4 5 parameters.
    "rnn: lstm [B, 40, 5] 180 from 0",
    "out: dense, dropout [B, 40, 2] 12 from 1",
  ]);
});
