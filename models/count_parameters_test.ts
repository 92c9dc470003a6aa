import { assertEquals } from "@std/assert";
import {
  convLayer,
  type ConvParams,
  dense,
  type DenseParams,
  dropout,
  initConv,
  initDense,
  kaimingUniform,
  maxPool2d,
  type Model,
  relu,
} from "@verbatim/core";
import { countParameters } from "./count_parameters.ts";
import { layersOf } from "./layers.ts";

/** Channels of VGG-16's convolutions; 0 is a pooling (Simonyan and Zisserman 2015, table 1, D). */
const PLAN = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0];
const WIDTHS = [25088, 4096, 4096, 1000];

const vgg: Model<{ readonly conv: readonly ConvParams[]; readonly fc: readonly DenseParams[] }> = {
  init(key) {
    let inputs = 3;
    const conv = PLAN.filter((outputs) => outputs > 0).map((outputs, i) => {
      const params = initConv(key.fold(i), { kernel: [3, 3], inputs, outputs }, kaimingUniform);
      inputs = outputs;
      return params;
    });
    const fc = WIDTHS.slice(1).map((outputs, i) =>
      initDense(key.fold("fc").fold(i), WIDTHS[i]!, outputs, kaimingUniform)
    );
    return { params: { conv, fc }, state: {} };
  },
  apply({ conv, fc }, state, x, { key, train }) {
    let next = 0;
    let h = x;
    for (const outputs of PLAN) {
      h = outputs === 0 ? maxPool2d(h, { window: 2 }) : relu(convLayer(conv[next++]!, h, { padding: 1 }));
    }
    h = h.reshape([h.shape[0]!, -1]);
    for (const [i, params] of fc.entries()) {
      h = dense(params, h);
      if (i < 2) h = dropout(key.fold(i), relu(h), { rate: 0.5, train });
    }
    return { y: h, state };
  },
};

Deno.test("VGG-16 has its 138,357,544 parameters, counted and drawn without a device", () => {
  assertEquals(countParameters(vgg), 138_357_544);
  const layers = layersOf(vgg, { input: [224, 224, 3] });
  assertEquals(layers.reduce((sum, { parameters }) => sum + parameters, 0), 138_357_544);
  // Input, 13 convolutions, 5 poolings, flatten, 3 dense layers.
  assertEquals(layers.length, 1 + 13 + 5 + 1 + 3);
  assertEquals(layers.at(-3), {
    name: "fc/0: dense, relu, dropout",
    shape: "[B, 4096]",
    parameters: 25088 * 4096 + 4096,
    from: [19],
  });
});
