import { assertEquals, assertThrows } from "@std/assert";
import { createDevice, setDefaultDevice, zeros } from "../tensor/mod.ts";
import { checkOperation } from "../testing/check_operation.ts";
import { averagePool2d, conv2d, type Conv2dOptions, matmul, maxPool2d, type Pool2dOptions } from "./mod.ts";

for (const transposeA of [false, true]) {
  for (const transposeB of [false, true]) {
    Deno.test(`matmul ${transposeA ? "A^T" : "A"} ${transposeB ? "B^T" : "B"}: agrees with float64`, () =>
      checkOperation({
        operands: [{ shape: transposeA ? [2, 4, 3] : [2, 3, 4] }, {
          shape: transposeB ? [2, 5, 4] : [2, 4, 5],
        }],
        operation: (a, b) => matmul(a, b, { transposeA, transposeB }),
        reference(a, b) {
          const out: number[] = [];
          for (let batch = 0; batch < 2; batch++) {
            for (let i = 0; i < 3; i++) {
              for (let j = 0; j < 5; j++) {
                let sum = 0;
                for (let k = 0; k < 4; k++) {
                  const x = a[batch * 12 + (transposeA ? k * 3 + i : i * 4 + k)]!;
                  sum += x * b[batch * 20 + (transposeB ? j * 4 + k : k * 5 + j)]!;
                }
                out.push(sum);
              }
            }
          }
          return out;
        },
        shape: [2, 3, 5],
      }));
  }
}

/** Convolution in float64, straight from the definition. */
function convolution(
  [batch, height, width, channels]: readonly [number, number, number, number],
  [rows, columns, perGroup, outputs]: readonly [number, number, number, number],
  { stride, padding, dilation, groups }: {
    stride: number;
    padding: number;
    dilation: number;
    groups: number;
  },
) {
  const outHeight = Math.floor((height + 2 * padding - (rows - 1) * dilation - 1) / stride) + 1;
  const outWidth = Math.floor((width + 2 * padding - (columns - 1) * dilation - 1) / stride) + 1;
  const reference = (x: number[], w: number[]) => {
    const out: number[] = [];
    for (let n = 0; n < batch; n++) {
      for (let oy = 0; oy < outHeight; oy++) {
        for (let ox = 0; ox < outWidth; ox++) {
          for (let d = 0; d < outputs; d++) {
            const group = Math.floor(d / (outputs / groups));
            let sum = 0;
            for (let ky = 0; ky < rows; ky++) {
              for (let kx = 0; kx < columns; kx++) {
                const y = oy * stride + ky * dilation - padding;
                const z = ox * stride + kx * dilation - padding;
                if (y < 0 || y >= height || z < 0 || z >= width) continue;
                for (let c = 0; c < perGroup; c++) {
                  sum += x[((n * height + y) * width + z) * channels + group * perGroup + c]! *
                    w[((ky * columns + kx) * perGroup + c) * outputs + d]!;
                }
              }
            }
            out.push(sum);
          }
        }
      }
    }
    return out;
  };
  return { reference, shape: [batch, outHeight, outWidth, outputs] };
}

const convolutions: Record<
  string,
  [
    readonly [number, number, number, number],
    readonly [number, number, number, number],
    Conv2dOptions & { padding?: number; stride?: number; dilation?: number },
  ]
> = {
  "3x3": [[2, 5, 4, 2], [3, 3, 2, 3], {}],
  "5x5 with padding": [[1, 5, 5, 1], [5, 5, 1, 2], { padding: 2 }],
  "3x2 with stride": [[1, 6, 5, 2], [3, 2, 2, 2], { stride: 2, padding: 1 }],
  "stride that leaves a rest": [[1, 6, 6, 1], [3, 3, 1, 1], { stride: 2 }],
  "dilation": [[1, 6, 6, 1], [2, 3, 1, 2], { dilation: 2, padding: 1 }],
  "groups": [[1, 4, 4, 4], [3, 3, 2, 6], { groups: 2, padding: 1 }],
  "depthwise": [[1, 4, 4, 3], [3, 3, 1, 3], { groups: 3 }],
  "1x1": [[2, 3, 3, 2], [1, 1, 2, 4], {}],
};
for (const [name, [x, w, options]] of Object.entries(convolutions)) {
  Deno.test(`conv2d ${name}: agrees with float64`, () => {
    const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
    const { reference, shape } = convolution(x, w, { stride, padding, dilation, groups });
    return checkOperation({
      operands: [{ shape: x }, { shape: w }],
      operation: (input, weights) => conv2d(input, weights, options),
      reference,
      shape,
      tolerance: 3e-4,
    });
  });
}

const pools: Record<string, Pool2dOptions & { window: number; stride?: number; padding?: number }> = {
  "2x2": { window: 2 },
  "overlapping 3x3": { window: 3, stride: 1 },
  "padded": { window: 3, stride: 2, padding: 1 },
};
for (const [name, options] of Object.entries(pools)) {
  const { window, stride = window, padding = 0 } = options;
  const [height, width, channels] = [5, 4, 2];
  const outHeight = Math.floor((height + 2 * padding - window) / stride) + 1;
  const outWidth = Math.floor((width + 2 * padding - window) / stride) + 1;
  const windows = (x: number[], reduce: (values: number[]) => number) => {
    const out: number[] = [];
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        for (let c = 0; c < channels; c++) {
          const values: number[] = [];
          for (let y = oy * stride - padding; y < oy * stride - padding + window; y++) {
            for (let z = ox * stride - padding; z < ox * stride - padding + window; z++) {
              if (y >= 0 && y < height && z >= 0 && z < width) {
                values.push(x[(y * width + z) * channels + c]!);
              }
            }
          }
          out.push(reduce(values));
        }
      }
    }
    return out;
  };
  const shape = [1, outHeight, outWidth, channels];
  const operands = [{ shape: [1, height, width, channels] }];
  Deno.test(`maxPool2d ${name}: agrees with float64`, () =>
    checkOperation({
      operands,
      operation: (x) => maxPool2d(x.mul(x), options),
      reference: (x) => windows(x, (values) => Math.max(...values.map((v) => v * v))),
      shape,
    }));
  Deno.test(`averagePool2d ${name}: agrees with float64`, () =>
    checkOperation({
      operands,
      operation: (x) => averagePool2d(x.mul(x), options),
      reference: (x) => windows(x, (values) => values.reduce((a, v) => a + v * v, 0) / (window * window)),
      shape,
    }));
}

Deno.test("products that do not fit name both shapes", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  assertThrows(
    () => matmul(zeros([2, 3]), zeros([2, 3])),
    RangeError,
    "Cannot multiply matrices: expected inner lengths that agree, got [2, 3] and [2, 3]",
  );
  assertThrows(() => matmul(zeros([3]), zeros([3, 3])), RangeError, "expected at least two axes");
  assertThrows(
    () => conv2d(zeros([1, 4, 4, 3]), zeros([3, 3, 2, 4])),
    RangeError,
    "expected channels that fit 1 groups",
  );
  assertThrows(() => conv2d(zeros([1, 2, 2, 1]), zeros([3, 3, 1, 1])), RangeError, "within the padded input");
  assertThrows(() => maxPool2d(zeros([1, 1, 1, 1]), { window: 2 }), RangeError, "expected a window within");
});

Deno.test("an empty product is +0 and an empty batch stays empty", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using product = matmul(zeros([2, 0]), zeros([0, 2]));
  assertEquals(await product.read(), new Float32Array(4));
  using none = matmul(zeros([0, 3]), zeros([3, 2]));
  assertEquals(none.shape, [0, 2]);
});
