import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ReferenceBackend } from "../backends/reference/reference_backend.ts";
import { canOverwrite } from "../kernels/can_overwrite.ts";
import { runReference } from "../kernels/families.ts";
import type { MapKernel } from "../kernels/map.ts";
import { apply, scalarProgram } from "../scalar/expression.ts";
import { BYTES_PER_ELEMENT } from "../numerics/dtype.ts";
import { argmax, broadcastTo, conv2d, exp, lessOrEqual, matmul, normal, relu } from "../ops/mod.ts";
import { Key } from "../random/key.ts";
import { full, ones, tensor, zeros } from "../tensor/create.ts";
import { Device, setDefaultDevice } from "../tensor/device.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { valueAndGrad } from "../autodiff/mod.ts";
import { APPLY_COUNT, RANDOM_SHAPE, type RandomInputs, randomStep } from "./_random_step.ts";
import { compile } from "./compile.ts";
import { type Call, computed, type Graph, type Value } from "./graph.ts";
import { planMemory } from "./plan_memory.ts";
import { optimise } from "./prepared_step.ts";
import { groupsOf } from "./schedule.ts";
import { withoutDeadCalls } from "./simplify.ts";
import { signatureOf } from "./signature.ts";
import { type StepResult, trace } from "./trace.ts";

/** What is computed of a step on these tensors. */
function graphOf<C, I, O>(step: (carry: C, inputs: I) => StepResult<C, O>, carry: C, inputs: unknown): Graph {
  return optimise(trace(step, carry, inputs, signatureOf(inputs).leaves, 1).graph);
}

/** The families of the calls that are left of a function of x [4, 6], or of another shape, and y [6], one row of it. */
async function familiesOf(
  f: (x: Tensor, y: Tensor) => Tensor | readonly Tensor[],
  shape: readonly [number, number] = [4, 6],
): Promise<string> {
  await using device = new Device(new ReferenceBackend());
  setDefaultDevice(device);
  const inputs = { x: zeros(shape), y: zeros([shape[1]]) };
  const graph = graphOf(
    (_: [], { x, y }: { x: Tensor; y: Tensor }) => ({ carry: _, out: f(x, y) }),
    [],
    inputs,
  );
  for (const each of Object.values(inputs)) each.dispose();
  return graph.calls.map(({ kernel }) =>
    kernel.family === "map" ? `map${kernel.inputs.length}:${kernel.outputs.length}` : kernel.family
  ).join(" ");
}

Deno.test("chains of maps become one map", async () => {
  assertEquals(await familiesOf((x, y) => relu(x.mul(y).add(1)).neg()), "map2:1");
  // Both results are stored by one map.
  assertEquals(
    await familiesOf((x, y) => {
      const sum = x.add(y);
      return [sum, exp(sum)];
    }),
    "map2:2",
  );
  // The second map needs what is made of all of the first.
  assertEquals(
    await familiesOf((x) => {
      const y = exp(x);
      return y.sub(y.sum());
    }),
    "mapReduce map2:1",
  );
  // Under another shape, since neither repeats an operand.
  assertEquals(await familiesOf((x) => exp(exp(x).reshape([24])).reshape([2, 12])), "map1:1");
  // Repeated elements are not computed again and again.
  assertEquals(await familiesOf((x, y) => x.add(exp(y))), "map1:1 map2:1");
});

Deno.test("sums and maxima of a map are computed with it", async () => {
  // Both at once, and what is only added up is not stored.
  assertEquals(await familiesOf((x, y) => [x.mul(y).sum([0]), x.add(y).sum([0])]), "mapReduce mapReduce");
  assertEquals(
    await familiesOf((x, y) => {
      const z = exp(x.mul(y));
      return [z.sum([1]), z.max([1]), z.neg()];
    }),
    "mapReduce",
  );
  // Over other axes it is another reduction, of a result that is stored.
  assertEquals(
    await familiesOf((x, y) => {
      const z = x.mul(y);
      return [z.sum([0]), z.sum([1])];
    }),
    "mapReduce reduce",
  );
  // Axes of one element are no gap between the others; other axes are.
  assertEquals(await familiesOf((x) => exp(x).reshape([2, 2, 1, 6]).sum([1, 3])), "mapReduce");
  assertEquals(await familiesOf((x) => exp(x).reshape([2, 2, 6]).sum([0, 2])), "map1:1 reduce");
  // Truth values are stored four to a word, and not by who adds up the rows.
  assertEquals(
    await familiesOf((x) => {
      const y = x.mul(3);
      return [lessOrEqual(y, 2), y.sum([1])];
    }),
    "map1:2 reduce",
  );
  // The position of a maximum needs the elements.
  assertEquals(await familiesOf((x) => argmax(exp(x), 1)), "map1:1 reduce");
  // A block of so many columns fits into no cache.
  const wide = (x: Tensor) => broadcastTo(exp(x).reshape([24, 1]), [24, 2048]).mul(2).sum([0]);
  assertEquals(await familiesOf(wide), "map1:1 map1:1 reduce");
});

Deno.test("what changes nothing is not computed", async () => {
  // A result that is an input is still a copy.
  assertEquals(await familiesOf((x) => x.mul(1).div(1).sub(0).add(-0).neg().neg()), "copy");
  assertEquals(await familiesOf((x) => x.add(0).sub(-0)), "map1:1");
  assertEquals(await familiesOf((x) => exp(x).add(exp(x))), "map1:1");
  assertEquals(
    await familiesOf((x, y) => matmul(x, x.transpose()).add(matmul(x, x.transpose())).mul(y.sum())),
    "matmul reduce map2:1",
  );
  assertEquals(await familiesOf((x) => (exp(x), x.sum())), "reduce");
});

Deno.test("a map loses the results that nobody reads, and the operands of these", () => {
  const [x, y, product, doubled] = [1, 2, 3, 4].map(() => computed("f32", 6)) as [Value, Value, Value, Value];
  const operand = { dtype: "f32", shape: [6] } as const;
  const program = scalarProgram(["f32", "f32"], (x, y) => [apply("multiply", x, y), apply("add", y, y)]);
  const kernel: MapKernel = {
    family: "map",
    program,
    shape: [6],
    inputs: [operand, operand],
    outputs: ["f32", "f32"],
  };
  const { calls } = withoutDeadCalls({
    calls: [{ kernel, inputs: [x, y], outputs: [product, doubled] }],
    outputs: [doubled],
    carry: [],
  });
  assertEquals(calls.map(({ inputs, outputs }) => [inputs, outputs]), [[[y], [doubled]]]);
  const result = new Float32Array(6);
  runReference(calls[0]!.kernel, [Float32Array.of(1, 2, 3, 4, 5, 6)], [result]);
  assertEquals(result, Float32Array.of(2, 4, 6, 8, 10, 12));
});

Deno.test("constants go into the maps that read them", async () => {
  assertEquals(await familiesOf((x) => x.mul(full([4, 6], 3)).add(ones([6]))), "map1:1");
  assertEquals(await familiesOf((x) => x.mul(tensor([1, 2, 3, 4, 5, 6]))), "map2:1");
  assertEquals(await familiesOf((x) => x.mul(matmul(ones([2, 3]), ones([3, 4])).sum())), "map1:1");
  assertEquals(await familiesOf((x) => x.add(broadcastTo(tensor(2), [4, 6]))), "map1:1");
});

Deno.test("copies that only repeat elements are left to their readers", async () => {
  assertEquals(await familiesOf((x, y) => x.mul(broadcastTo(y, [4, 6]))), "map2:1");
  assertEquals(await familiesOf((x, y) => exp(x).sub(y.mul(ones([4, 6])))), "map2:1");
  // The gradient of x y, summed, is y repeated and x summed: the ones are constants.
  assertEquals(
    await familiesOf((x, y) => valueAndGrad(([x, y]: readonly Tensor[]) => x!.mul(y!).sum())([x, y])[1]),
    "map1:1 reduce",
  );
});

Deno.test("a product with one column becomes one with one row, which gives the same bits", async () => {
  await using device = new Device(new ReferenceBackend());
  setDefaultDevice(device);
  const key = Key.from(5);
  for (const batch of [[], [3]]) {
    for (const [transposeA, transposeB] of [[false, false], [false, true], [true, false], [true, true]]) {
      using a = normal(key.fold("a"), [...batch, ...(transposeA ? [7, 5] : [5, 7])]);
      using b = normal(key.fold("b"), [...batch, ...(transposeB ? [1, 7] : [7, 1])]);
      const step = (_: [], { a, b }: { a: Tensor; b: Tensor }) => ({
        carry: _,
        out: matmul(a, b, { transposeA, transposeB }),
      });
      const [{ kernel }] = graphOf(step, [], { a, b }).calls as [Call];
      assert(kernel.family === "matmul");
      assertEquals([kernel.m, kernel.k, kernel.n], [1, 7, 5]);
      using program = compile(step, []);
      using eager = step([], { a, b }).out;
      assertEquals(await program.step({ a, b }).read(), await eager.read());
    }
  }
});

Deno.test("transpositions are left to the products that read them", async () => {
  assertEquals(await familiesOf((x) => matmul(x.transpose(), x)), "matmul");
  assertEquals(
    await familiesOf((x) => matmul(x, x.transpose(), { transposeA: true, transposeB: true })),
    "matmul",
  );
  // A transposition that is read as another matrix is one no more.
  assertEquals(
    await familiesOf((x) => matmul(x.transpose().reshape([4, 6]), x, { transposeB: true })),
    "copy matmul",
  );
  const heads = (x: Tensor) => x.reshape([2, 2, 6]);
  assertEquals(await familiesOf((x) => matmul(heads(x), heads(x).transpose([0, 2, 1]))), "matmul");
  assertEquals(
    await familiesOf((x) => matmul(heads(x).transpose([1, 0, 2]), heads(x), { transposeB: true })),
    "copy matmul",
  );
});

Deno.test("a map that reads a product element by element is computed with it", async () => {
  const times = (x: Tensor) => matmul(x, x.transpose()); // [300, 300], of 12 terms
  const left = (f: (x: Tensor, y: Tensor) => Tensor | readonly Tensor[]) => familiesOf(f, [300, 12]);
  const column = (x: Tensor) => x.reshape([300, 1]);
  assertEquals(await left((x) => relu(times(x).add(x.sum([1])))), "reduce productMap");
  assertEquals(await left((x) => times(x).mul(column(x.max([1])))), "reduce productMap");
  // Others may read it too: it is then stored, and the first map computed with it.
  assertEquals(await left((x) => [relu(times(x)), times(x)]), "productMap");
  assertEquals(await left((x) => [relu(times(x)), matmul(times(x), x)]), "productMap matmul");
  assertEquals(
    await left((x) => {
      const y = times(x);
      return [exp(y), y.slice([0, 0], [9, 300]), y.sum([0])];
    }),
    "productMap copy reduce",
  );
  assertEquals(
    await left((x) => {
      const y = times(x);
      return [exp(y), y.add(x.sum())];
    }),
    "productMap reduce map2:1",
  );
  // Of two products the second is followed, and the first an operand.
  assertEquals(await left((x) => times(x).mul(times(x.neg()))), "matmul map1:1 productMap");
  // What a product becomes in the end is no operand of the map that follows it.
  assertEquals(
    await left((x) => {
      const y = times(x);
      return y.sub(column(y.max([1])));
    }),
    "matmul reduce map2:1",
  );
  // It waits for other operands.
  assertEquals(
    await left((x) => times(x).add(matmul(times(x.neg()), times(exp(x))).sum([0]))),
    "map1:1 matmul map1:1 matmul matmul reduce productMap",
  );
  // Repeated, or summed up, it is read in another way.
  assertEquals(await left((x) => times(x).reshape([300, 300, 1]).add(x.sum())), "reduce productMap");
  assertEquals(await left((x) => times(x).reshape([300, 300, 1]).add(ones([2]))), "matmul map1:1");
  assertEquals(await left((x) => relu(times(x)).sum()), "matmul mapReduce");
  // Operands that repeat within the columns have no form that can follow.
  assertEquals(
    await left((x) => times(x).reshape([300, 25, 12]).add(x.max([0]))),
    "matmul reduce map2:1",
  );
  const image = (x: Tensor) => x.reshape([1, 300, 12, 1]);
  assertEquals(await left((x, y) => relu(conv2d(image(x), y.reshape([1, 6, 1, 2])))), "productMap");
});

Deno.test("a map follows a product where that pays", async () => {
  const family = (rows: number, columns: number, f: (x: Tensor) => Tensor) => familiesOf(f, [rows, columns]);
  const square = (x: Tensor) => matmul(x, x.transpose());
  // Not where there are few elements.
  assertEquals(await family(44, 9, (x) => relu(square(x))), "matmul map1:1");
  assertEquals(await family(48, 9, (x) => relu(square(x))), "productMap");
  // A result that is near is not read panel by panel together with another array; of few columns there is one panel.
  assertEquals(await family(48, 48, (x) => square(x).mul(x)), "matmul map2:1");
  assertEquals(
    await family(2000, 16, (x) => matmul(x, matmul(x.transpose(), x)).mul(x)),
    "matmul productMap",
  );
  // One that is far is computed in blocks of rows, if it has not too many terms.
  assertEquals(await family(300, 256, (x) => relu(square(x))), "productMap");
  assertEquals(await family(300, 257, (x) => relu(square(x))), "matmul map1:1");
});

Deno.test("updates are computed with gradients, in place and as soon as the weights were read", async () => {
  await using device = new Device(new ReferenceBackend());
  setDefaultDevice(device);
  const carry = [zeros([300, 300]), zeros([300, 300]), zeros([300, 300])];
  const graph = graphOf(
    (weights: readonly Tensor[], { x, rate }: { x: Tensor; rate: Tensor }) => {
      const [loss, gradients] = valueAndGrad((weights: readonly Tensor[]) =>
        weights.reduce((h, w) => relu(matmul(h, w)), x).sum()
      )(weights);
      return { carry: weights.map((w, i) => w.sub(gradients[i]!.mul(rate))), out: { loss } };
    },
    carry,
    { x: ones([200, 300]), rate: 0.1 },
  );
  const groups = groupsOf(graph);
  const { late } = planMemory(graph, groups, 64);
  assertEquals(late, []);
  const updates = groups.flatMap((calls, group) =>
    calls.filter(({ outputs }) => graph.carry.some(({ after }) => outputs.includes(after))).map((
      { kernel },
    ) => [kernel.family, group] as const)
  );
  // The last weights' gradient comes first, and its update waits only until these weights were read for the gradient
  // before; for the first weights nobody waits.
  assertEquals(updates.map(([family]) => family), ["productMap", "productMap", "productMap"]);
  assert(updates[0]![1] < updates[2]![1], `${updates}`);
  for (const each of carry) each.dispose();
});

/** Runs a plan in the mind: every operand must still be where it was written. */
function checkPlan(graph: Graph): void {
  const groups = groupsOf(graph);
  const { places, bytes, late } = planMemory(graph, groups, 64);
  const arena: (Value | undefined)[] = new Array<Value | undefined>(bytes / 64).fill(undefined);
  const carried = new Map<number, Value>(graph.carry.map(({ before }, i) => [i, before]));
  const linesOf = (value: Value, offset: number) => {
    const first = offset / 64;
    return [
      first,
      first + Math.max(1, Math.ceil(value.length * BYTES_PER_ELEMENT[value.dtype] / 64)),
    ] as const;
  };
  const holds = (value: Value): boolean => {
    if (value.origin.kind === "carry") return carried.get(value.origin.index) === value;
    if (value.origin.kind !== "computed") return true;
    const place = places.get(value)!;
    if ("carry" in place) return carried.get(place.carry) === value;
    return arena.slice(...linesOf(value, place.offset)).every((held) => held === value);
  };
  for (const calls of groups) {
    // The calls of a group may run in any order: all operands are there before, and none is overwritten by another.
    const inputs = new Set(calls.flatMap((call) => call.inputs));
    for (const value of inputs) assert(holds(value), "an operand is gone before it is read");
    for (const call of calls) {
      for (const value of call.outputs) {
        const place = places.get(value)!;
        if ("carry" in place) carried.set(place.carry, value);
        else arena.fill(value, ...linesOf(value, place.offset));
      }
    }
    for (const value of inputs) {
      if (holds(value)) continue;
      const readers = calls.filter((call) => call.inputs.includes(value));
      assertEquals(readers.length, 1, "an operand is overwritten while another call reads it");
      const { kernel, inputs: operands, outputs } = readers[0]!;
      const over = outputs.findIndex((output) =>
        JSON.stringify(places.get(output)) === JSON.stringify(
          value.origin.kind === "carry" ? { carry: value.origin.index } : places.get(value),
        )
      );
      assert(
        over >= 0 && canOverwrite(kernel, operands.indexOf(value), over),
        "an operand is overwritten too early",
      );
    }
  }
  for (const value of graph.outputs) assert(holds(value), "a result is gone at the end");
  graph.carry.forEach(({ after }, i) => {
    if (late.includes(i)) assert(holds(after), "what is to be carried on is gone at the end");
    else assertEquals(carried.get(i), after);
  });
}

Deno.test("a plan keeps every value as long as it is needed", async () => {
  await using device = new Device(new ReferenceBackend());
  setDefaultDevice(device);
  const choices = fc.array(fc.tuple(fc.nat(APPLY_COUNT - 1), fc.nat(99), fc.nat(99)), {
    minLength: 1,
    maxLength: 30,
  });
  const picks = (count: number) => fc.array(fc.nat(99), { minLength: count, maxLength: count });
  const carry = [0, 1, 2].map(() => zeros(RANDOM_SHAPE));
  const inputs = { x: zeros(RANDOM_SHAPE), rate: 0, key: Key.from(1) };
  fc.assert(
    fc.property(choices, picks(3), picks(2), (operations, carried, shown) => {
      checkPlan(
        graphOf<readonly Tensor[], RandomInputs, unknown>(
          randomStep(operations, carried, shown),
          carry,
          inputs,
        ),
      );
    }),
    { numRuns: 300, seed: 4 },
  );
  for (const each of [...carry, inputs.x]) each.dispose();
});

Deno.test("parameters are updated in place, and a long chain needs the room of its widest link", async () => {
  await using device = new Device(new ReferenceBackend());
  setDefaultDevice(device);
  const carry = zeros([1000]);
  const graph = graphOf(
    (w: Tensor, { x }: { x: Tensor }) => {
      let y = w;
      for (let i = 0; i < 20; i++) y = y.mul(y.sum());
      return { carry: w.sub(y.mul(x)), out: {} };
    },
    carry,
    { x: 1 },
  );
  const { places, bytes, late } = planMemory(graph, groupsOf(graph), 64);
  assertEquals([late, places.get(graph.carry[0]!.after)], [[], { carry: 0 }]);
  // One array of 4000 bytes, written over again and again, and a sum, each with 64 bytes of room behind.
  assert(bytes <= 4096 + 3 * 128, `got ${bytes}`);
  carry.dispose();
});
