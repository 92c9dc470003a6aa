import { createDevice, disposeTree, Key, normal, setDefaultDevice, tensor, zeros } from "@verbatim/core";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { testMethod } from "../_model_contract.ts";
import { newtonMethod, newtonRegression } from "./newton.ts";

testMethod(newtonMethod);

/** Numbers in (-1, 1), the same in every process. */
function numbers(count: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
}

const ROWS = 40;
const X = numbers(ROWS * 3, 1);
const NOISE = numbers(ROWS, 2);

/** Two classes, and three, that a linear model does not quite tell apart. */
function labelsOf(columns: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(NOISE, (noise, row) => {
    const [a, b, c] = [0, 1, 2].map((i) => X[3 * row + i]!);
    if (columns === 1) return a! - b! + 0.7 * noise > 0 ? 1 : 0;
    const scores = [a! + noise, b! + 0.3, c! - noise];
    return scores.indexOf(Math.max(...scores));
  });
}

/**
 * What scikit-learn 1.2.1 finds on the same rows (LogisticRegression, newton-cg, a column of ones, C = 1 / (0.01 * 40)): the
 * weights, then the bias.
 */
const OPTIMA: Readonly<Record<number, readonly number[]>> = {
  1: [2.057085295, -3.346199565, 0.780295528, -0.63710619],
  // deno-fmt-ignore
  3: [1.492095232, -1.286535753, -0.205559479, -1.775057162, 2.639507927, -0.864450764,
    0.62389869, -1.412959134, 0.789060444, -0.239137222, 0.513615443, -0.274478221],
};

async function fit(columns: number, lineSearch = true, scale = 1) {
  using x = tensor(X, [ROWS, 3]);
  using labels = tensor(labelsOf(columns));
  const drawn = normal(Key.from(5), [3, columns]);
  const start = { w: drawn.mul(scale), b: zeros([columns]) };
  const { params, path } = await newtonRegression(x, labels, start, {
    penalty: 0.01,
    iterations: 40,
    tolerance: 1e-6,
    lineSearch,
  });
  const theta = [...await params.w.read(), ...await params.b.read()];
  disposeTree([params, start, drawn]);
  return { theta, path };
}

for (const columns of [1, 3]) {
  Deno.test(`Newton with ${columns} columns of scores: scikit-learn's optimum, the same bits everywhere`, async () => {
    const bits: string[] = [];
    for (
      const options of [{ backend: "reference" }, { workers: 1 }, { workers: 2 }, { workers: 3 }] as const
    ) {
      await using device = await createDevice(options);
      setDefaultDevice(device);
      const { theta, path } = await fit(columns);
      assert(path.at(-1)!.gradientNorm <= 1e-6, `the gradient is ${path.at(-1)!.gradientNorm} long`);
      assert(path.length <= 12, `${path.length - 1} steps`);
      // A gradient of 1e-6 against a curvature of at least 0.01.
      theta.forEach((value, i) => assertAlmostEquals(value, OPTIMA[columns]![i]!, 1e-4));
      bits.push(JSON.stringify({ theta, path }));
    }
    assertEquals(new Set(bits).size, 1);
  });
}

Deno.test("Newton with the line search never raises the loss, from a far start too; without it, it does", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  const damped = (await fit(1, true, 20)).path;
  for (let i = 1; i < damped.length; i++) {
    assert(damped[i]!.loss <= damped[i - 1]!.loss * (1 + 1e-6), `step ${i} raises the loss`);
  }
  assert(damped.at(-1)!.gradientNorm <= 1e-6);
  const whole = (await fit(1, false, 20)).path;
  assert(whole.some(({ loss }, i) => i > 0 && loss > whole[i - 1]!.loss), "no whole step raises the loss");
  assertEquals(new Set(whole.slice(1).map(({ rate }) => rate)), new Set([1]));
});

Deno.test("Newton: a parameter without curvature and shapes that do not fit are refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor(X, [ROWS, 3]);
  using labels = tensor(labelsOf(3));
  const start = { w: zeros([3, 3]), b: zeros([3]) };
  const options = { penalty: -1, iterations: 3, tolerance: 1e-6 };
  // With softmax all biases may grow together: only the penalty gives that direction a curvature.
  await assertRejects(
    () => newtonRegression(x, labels, start, options),
    RangeError,
    "expected a positive definite one",
  );
  using few = tensor(Uint8Array.of(1, 0));
  await assertRejects(
    () => newtonRegression(x, few, start, options),
    RangeError,
    "got [40,3], [2], [3,3] and [3]",
  );
  disposeTree(start);
});
