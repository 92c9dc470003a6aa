import { assertEquals, assertThrows } from "@std/assert";
import { createDevice, setDefaultDevice, tensor, zeros } from "../tensor/mod.ts";
import { checkOperation } from "../testing/check_operation.ts";
import * as ops from "./mod.ts";

/** A transposed convolution in float64 as its picture says it: every input adds its multiple of the kernel. */
function spread(
  [batch, height, width, channels]: readonly [number, number, number, number],
  [rows, columns, perGroup]: readonly [number, number, number],
  [outHeight, outWidth]: readonly [number, number],
  { stride, padding, dilation, groups }: {
    stride: number;
    padding: number;
    dilation: number;
    groups: number;
  },
) {
  const outputs = perGroup * groups;
  return (x: number[], w: number[]) => {
    const out = new Array<number>(batch * outHeight * outWidth * outputs).fill(0);
    for (let i = 0; i < x.length; i++) {
      const c = i % channels;
      const left = Math.floor(i / channels) % width;
      const top = Math.floor(i / channels / width) % height;
      const n = Math.floor(i / channels / width / height);
      const group = Math.floor(c / (channels / groups));
      for (let ky = 0; ky < rows; ky++) {
        for (let kx = 0; kx < columns; kx++) {
          const y = top * stride + ky * dilation - padding;
          const z = left * stride + kx * dilation - padding;
          if (y < 0 || y >= outHeight || z < 0 || z >= outWidth) continue;
          for (let d = 0; d < perGroup; d++) {
            out[((n * outHeight + y) * outWidth + z) * outputs + group * perGroup + d]! += x[i]! *
              w[((ky * columns + kx) * perGroup + d) * channels + c]!;
          }
        }
      }
    }
    return out;
  };
}

Deno.test("convTranspose2d with everything at once: agrees with float64 in values and derivatives", () =>
  checkOperation({
    operands: [{ shape: [2, 2, 3, 4] }, { shape: [3, 2, 1, 4] }],
    operation: (x, w) =>
      ops.convTranspose2d(x, w, { stride: 2, padding: 1, dilation: 2, groups: 2, outputPadding: 1 }),
    reference: spread([2, 2, 3, 4], [3, 2, 1], [6, 6], { stride: 2, padding: 1, dilation: 2, groups: 2 }),
    shape: [2, 6, 6, 2],
    tolerance: 3e-4,
  }));

Deno.test("conv1d with stride and dilation: agrees with float64 in values and derivatives", () =>
  checkOperation({
    operands: [{ shape: [2, 7, 2] }, { shape: [2, 2, 3] }],
    operation: (x, w) => ops.conv1d(x, w, { stride: 2, padding: [0, 1], dilation: 2 }),
    reference(x, w) {
      const out: number[] = [];
      for (let n = 0; n < 2; n++) {
        for (let o = 0; o < 3; o++) {
          for (let d = 0; d < 3; d++) {
            let sum = 0;
            for (let k = 0; k < 2; k++) {
              const t = 2 * o + 2 * k;
              for (let c = 0; c < 2 && t < 7; c++) sum += x[(n * 7 + t) * 2 + c]! * w[(k * 2 + c) * 3 + d]!;
            }
            out.push(sum);
          }
        }
      }
      return out;
    },
    shape: [2, 3, 3],
    tolerance: 3e-4,
  }));

/** Integers so small that every result is exact in any order. */
function integers(length: number, factor: number, modulus: number, middle: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (i * factor) % modulus - middle);
}

Deno.test("a transposed convolution is the adjoint of the convolution: <conv x, y> = <x, transposed y>", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor(integers(84, 7, 11, 5), [1, 7, 6, 2]);
  using w = tensor(integers(72, 5, 7, 3), [3, 3, 2, 4]);
  const options = { stride: 2, padding: [1, 0, 0, 1] as const };
  using forward = ops.conv2d(x, w, options);
  using y = tensor(integers(forward.size, 3, 5, 2), forward.shape);
  using back = ops.convTranspose2d(y, w, { ...options, outputPadding: [1, 1] });
  // The shapes of forward and back: rows (7 + 1 - 3) / 2 leave one over, columns (6 + 1 - 3) / 2 none.
  assertEquals(back.shape, [1, 7, 7, 2]);
  using cropped = back.slice([0, 0, 0, 0], [1, 7, 6, 2]);
  using left = forward.mul(y).sum();
  using right = cropped.mul(x).sum();
  assertEquals(await left.item(), await right.item());
});

Deno.test("1-D and transposed convolutions refuse what does not fit", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x1 = zeros([2, 5, 4]);
  using w1 = zeros([3, 4, 6]);
  using x2 = zeros([2, 5, 5, 4]);
  using w2 = zeros([3, 3, 6, 4]);
  const refuse = (call: () => unknown, message: string) => assertThrows(call, RangeError, message);
  refuse(() => ops.conv1d(x2, w1), "expected x [B, T, C] and w [K, C / groups, D], got [2, 5, 5, 4]");
  refuse(() => ops.conv1d(x1, w1, { padding: [1, -1] }), "expected a padding of one or two integers");
  refuse(() => ops.conv1d(x1, w1, { stride: 0 }), "expected a stride of at least 1, an integer, got 0");
  refuse(() => ops.conv1d(x1, w1, { dilation: 3 }), "expected a kernel within the padded input");
  refuse(() => ops.convTranspose1d(x1, w1), "expected channels that fit 1 groups");
  refuse(() => ops.convTranspose1d(x1, x2), "expected x [B, T, C] and w [K, D / groups, C]");
  refuse(
    () => ops.convTranspose2d(x2, w2, { outputPadding: 1 }),
    "less than the stride or the dilation, got 1",
  );
  refuse(() => ops.convTranspose2d(x2, w2, { outputPadding: -1 }), "output padding of one or two integers");
  refuse(() => ops.convTranspose2d(x2, w2, { padding: 4 }), "expected less padding than the result is large");
  refuse(() => ops.convTranspose2d(x2, w2, { groups: 3 }), "expected channels that fit 3 groups");
  refuse(() => ops.convTranspose2d(zeros([2, 0, 5, 4]), w2), "expected images with pixels");
});
