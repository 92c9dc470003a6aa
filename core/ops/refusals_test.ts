import { assertEquals, assertThrows } from "@std/assert";
import { OutOfMemoryError } from "../backends/backend.ts";
import { Key } from "../random/key.ts";
import { arange, full, tensor, zeros } from "../tensor/create.ts";
import { createDevice, setDefaultDevice } from "../tensor/device.ts";
import { scope } from "../tensor/scope.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Dtype } from "../numerics/dtype.ts";
import * as ops from "./mod.ts";

/** What a caller without a type checker may pass. */
function wrongly<T>(value: unknown): T {
  return value as T;
}

type Refusal = readonly [call: () => unknown, kind: typeof RangeError | typeof TypeError, message: string];

/** Calls that are refused, with the message, for x [2, 6, 6, 4], w [3, 3, 4, 8], m [2, 3] and u, u32 [2]. */
function refusals(x: Tensor, w: Tensor, m: Tensor, u: Tensor): Refusal[] {
  const list: Refusal[] = [];
  const refuse = (
    call: () => unknown,
    message: string,
    kind: typeof RangeError | typeof TypeError = RangeError,
  ) => void list.push([call, kind, message]);

  for (const value of [0, -1, 1.5, NaN, Infinity, "2", [1], [1, 0]]) {
    const given = wrongly<number>(value);
    const got = typeof value === "string"
      ? '"2"'
      : Array.isArray(value)
      ? `[${value.join(", ")}]`
      : `${value}`;
    const expected = `of one or two integers of at least 1, got ${got}`;
    refuse(() => ops.conv2d(x, w, { stride: given }), `Cannot convolve: expected a stride ${expected}`);
    refuse(() => ops.conv2d(x, w, { dilation: given }), `Cannot convolve: expected a dilation ${expected}`);
    refuse(() => ops.maxPool2d(x, { window: given }), `Cannot pool: expected a window ${expected}`);
    refuse(() => ops.averagePool2d(x, { window: given }), `Cannot pool: expected a window ${expected}`);
    refuse(
      () => ops.maxPool2d(x, { window: 2, stride: given }),
      `Cannot pool: expected a stride ${expected}`,
    );
  }
  for (const value of [-1, 0.5, NaN, [1, 1], [1, 1, 1, -1], 2147483648]) {
    const expected = "expected a padding of one or four integers of at least 0";
    refuse(() => ops.conv2d(x, w, { padding: wrongly(value) }), `Cannot convolve: ${expected}`);
    refuse(() => ops.maxPool2d(x, { window: 2, padding: wrongly(value) }), `Cannot pool: ${expected}`);
  }
  for (const groups of [0, -1, 1.5, NaN]) {
    const message = `Cannot convolve: expected a number of groups of at least 1, an integer, got ${groups}`;
    refuse(() => ops.conv2d(x, w, { groups }), message);
  }
  for (const groups of [3, 8]) {
    refuse(
      () => ops.conv2d(x, w, { groups }),
      `Cannot convolve: expected channels that fit ${groups} groups`,
    );
  }
  refuse(() => ops.conv2d(x, zeros([0, 3, 4, 8])), "expected a kernel of at least 1 x 1");
  refuse(() => ops.conv2d(x, zeros([7, 7, 4, 8])), "expected a kernel within the padded input");
  refuse(() => ops.maxPool2d(x, { window: 7 }), "expected a window within the padded input, got 7 x 7");
  refuse(() => ops.maxPool2d(x, { window: 2, padding: 2 }), "expected every window to contain an input");

  for (const classes of [0, -1, 1.5, NaN, Infinity, 2147483648]) {
    refuse(() => ops.oneHot(u, classes), `Cannot encode one-hot: expected a number of classes of at least 1`);
  }
  refuse(() => ops.oneHot(m, 3), "expected operand 0 of u32, i32 or u8, got f32", TypeError);
  refuse(() => ops.gather(m, m), "Cannot gather: expected an index of u32, got f32", TypeError);
  for (const axes of [-1, 0.5, NaN]) {
    refuse(() => ops.gather(m, u, axes), "Cannot gather: expected a number of batch axes of at least 0");
    refuse(() => ops.scatterAdd(m, u, m, axes), "Cannot scatter: expected a number of batch axes");
  }
  refuse(() => ops.crossEntropy(m, tensor([1, 2])), "expected labels of u8, u32 or i32, got f32", TypeError);
  refuse(() => ops.cast(m, wrongly<Dtype>("f64")), 'expected f32, u32, i32 or u8, got "f64"', TypeError);
  for (const [low, high] of [[NaN, 1], [0, NaN], [1, 0], [0, Infinity], [-3e38, 3e38]] as const) {
    refuse(() => ops.uniform(Key.from(1), [3], low, high), `Cannot draw: expected finite bounds in order`);
  }

  for (const value of [undefined, "1", 1n, [1, 2, 3]]) {
    refuse(() => m.add(wrongly<number>(value)), "Cannot add: expected a tensor or a number, got", TypeError);
    refuse(
      () => ops.less(m, wrongly<number>(value)),
      "Cannot compare: expected a tensor or a number",
      TypeError,
    );
  }
  refuse(() => m.add(u), "Cannot add: expected operand 1 of f32, got u32", TypeError);
  refuse(() => m.matmul(m), "Cannot multiply matrices: expected inner lengths that agree");
  refuse(() => m.sum(wrongly<number>("0")), 'expected an axis from -2 to 1, got "0"');
  refuse(() => ops.softmax(tensor(1)), "Cannot take the softmax: expected a tensor with axes, got a scalar");
  refuse(() => m.reshape(wrongly<Shape>(6)), "expected a shape as a list of lengths, got 6", TypeError);
  refuse(() => ops.broadcastTo(tensor(1), [1.5]), "expected lengths of non-negative integers, got [1.5]");
  return list;
}

for (const backend of ["reference", "wasm"] as const) {
  Deno.test(`what makes no sense is refused, and the device stays usable: ${backend}`, async () => {
    await using device = await createDevice({ backend, workers: 2 });
    setDefaultDevice(device);
    using x = ops.uniform(Key.from(1), [2, 6, 6, 4]);
    using w = ops.uniform(Key.from(2), [3, 3, 4, 8]);
    using m = tensor([[1, 2, 3], [4, 5, 6]]);
    using u = tensor(new Uint32Array([0, 1]));
    for (const [call, kind, message] of refusals(x, w, m, u)) {
      assertThrows(() => void scope(() => void call()), kind, message);
    }
    using total = m.sum();
    assertEquals(await total.item(), 21);
  });

  Deno.test(`what has no room is refused with its size, and the device stays usable: ${backend}`, async () => {
    await using device = await createDevice({ backend, workers: 2, bytes: 1 << 20 });
    setDefaultDevice(device);
    using m = tensor([[1, 2, 3], [4, 5, 6]]);
    const huge: readonly (readonly [() => unknown, number])[] = [
      [() => zeros([2 ** 31]), 2 ** 33],
      [() => zeros([2 ** 30, 2 ** 30]), 2 ** 62],
      [() => full([2 ** 20], 1, "u8"), 2 ** 20],
      [() => arange(2 ** 31), 2 ** 33],
      [() => ops.oneHot(arange(3), 10 ** 9), 4 * 10 ** 9],
      [() => ops.uniform(Key.from(1), [65536, 65536]), 2 ** 34],
      [() => ops.broadcastTo(tensor(1), [2 ** 26]), 2 ** 28],
      [() => ops.pad(m, [2 ** 31, 0], [0, 0]), 12 * (2 ** 31 + 2)],
      [() => zeros([60000, 0]).matmul(zeros([0, 60000])), 4 * 60000 ** 2],
    ];
    for (const [call, bytes] of huge) {
      const message = `Cannot allocate ${bytes} bytes: expected room for them`;
      assertThrows(() => void scope(() => void call()), OutOfMemoryError, message);
    }
    // Until nothing fits, with every size of the gaps that are left.
    const held: Tensor[] = [];
    for (let length = 2 ** 17; length >= 1; length /= 2) {
      assertThrows(() => {
        for (;;) held.push(zeros([length]));
      }, OutOfMemoryError);
    }
    assertThrows(() => m.add(m), OutOfMemoryError);
    for (const each of held) each.dispose();
    using twice = m.add(m);
    assertEquals(await twice.read(), new Float32Array([2, 4, 6, 8, 10, 12]));
  });
}
