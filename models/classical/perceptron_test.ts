import { createDevice, disposeTree, Key, setDefaultDevice, tensor } from "@verbatim/core";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { testMethod } from "../_model_contract.ts";
import { applyPerceptron, fitPerceptron, perceptronMethod } from "./perceptron.ts";

testMethod(perceptronMethod);

const SQUARE = [[0, 0], [0, 1], [1, 0], [1, 1]];

Deno.test("perceptron: the logical or and and, worked by hand", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor(SQUARE);
  // Or. Pass 1: (0,1) is wrong, w = (0,1), b = 1. Pass 2: (0,0) is wrong, b = 0; (1,0) is wrong, w = (1,1), b = 1.
  // Pass 3: (0,0) is wrong, b = 0. Pass 4: none.
  using or = tensor(Uint8Array.of(0, 1, 1, 1));
  const fit = await fitPerceptron(x, or);
  assertEquals(fit.mistakes, [1, 2, 1, 0]);
  assertEquals([...await fit.params.w.read(), await fit.params.b.item()], [1, 1, 0]);
  using answers = applyPerceptron(fit.params, x);
  assertEquals(await answers.read(), await or.read());
  disposeTree(fit.params);
  using and = tensor(Uint8Array.of(0, 0, 0, 1));
  const other = await fitPerceptron(x, and);
  assert(other.converged);
  using ands = applyPerceptron(other.params, x);
  assertEquals(await ands.read(), await and.read());
  disposeTree(other.params);
});

Deno.test("perceptron: the exclusive or is never learned", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor(SQUARE);
  using labels = tensor(Uint32Array.of(0, 1, 1, 0));
  for (const key of [undefined, Key.from(1), Key.from(2)]) {
    const fit = await fitPerceptron(x, labels, { epochs: 500, ...(key && { key }) });
    assertEquals([fit.converged, fit.mistakes.length], [false, 500]);
    // No plane has more than three of the four right, so no pass goes without a mistake.
    assert(fit.mistakes.every((count) => count > 0));
    disposeTree(fit.params);
  }
});

Deno.test("perceptron: at most (R / gamma)^2 mistakes where a plane separates", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  let state = 11;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  };
  for (let trial = 0; trial < 10; trial++) {
    // A unit vector (u, c), and points at least 0.1 from its plane.
    const direction = [draw(), draw(), draw() / 4];
    const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
    const [u, v, c] = direction.map((value) => value / length);
    const rows: number[][] = [];
    const labels: number[] = [];
    while (rows.length < 80) {
      const row = [Math.fround(draw()), Math.fround(draw())];
      const distance = row[0]! * u! + row[1]! * v! + c!;
      if (Math.abs(distance) < 0.1) continue;
      rows.push(row);
      labels.push(distance > 0 ? 1 : 0);
    }
    const longest = Math.max(...rows.map(([a, b]) => a! * a! + b! * b! + 1));
    using x = tensor(rows);
    using wanted = tensor(Uint8Array.from(labels));
    const fit = await fitPerceptron(x, wanted, { key: Key.from(trial) });
    const mistakes = fit.mistakes.reduce((a, b) => a + b);
    assert(fit.converged && mistakes <= longest / (0.1 * 0.1), `${mistakes} mistakes`);
    using answers = applyPerceptron(fit.params, x);
    assertEquals([...await answers.read()], labels);
    disposeTree(fit.params);
  }
});

Deno.test("perceptron: what cannot be fitted is refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[1], [2]]);
  using labels = tensor(Uint8Array.of(0, 1));
  using two = tensor(Uint8Array.of(0, 2));
  using three = tensor(Uint8Array.of(0, 1, 1));
  using wide = tensor(new Float32Array(2 * 257), [2, 257]);
  await assertRejects(() => fitPerceptron(x, two), RangeError, "the labels 0 and 1, got 2");
  await assertRejects(() => fitPerceptron(x, three), RangeError, "got [2,1] and [3]");
  await assertRejects(() => fitPerceptron(wide, labels), RangeError, "at most 256 features, got 257");
  await assertRejects(() => fitPerceptron(x, labels, { epochs: 0 }), RangeError, "passes, got 0");
});
