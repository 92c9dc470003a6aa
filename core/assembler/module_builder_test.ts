import { assertEquals, assertThrows } from "@std/assert";
import { I32, I64 } from "./types.ts";
import { ModuleBuilder } from "./module_builder.ts";

/** The module's functions on a memory of one page, and its words. */
function instantiate(builder: ModuleBuilder) {
  const memory: WebAssembly.Memory = builder.addresses === "i32"
    ? new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    : Reflect.construct(WebAssembly.Memory, [{ address: "i64", initial: 1n, maximum: 1n, shared: true }]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builder.encode()), { env: { memory } });
  const call = (name: string, ...values: (number | bigint)[]): unknown =>
    (exports[name] as (...values: (number | bigint)[]) => unknown)(...values);
  return { call, words: new Int32Array(memory.buffer) };
}

Deno.test("ModuleBuilder.function makes names unique", () => {
  const builder = new ModuleBuilder(1);
  const names = ["map", "map_2", "map", "map", "sum", "sum"].map((name) => builder.function(name, []).name);
  assertEquals(names, ["map", "map_2", "map_3", "map_4", "sum", "sum_2"]);
  assertEquals(
    WebAssembly.Module.exports(new WebAssembly.Module(builder.encode())).map(({ name }) => name),
    names,
  );
});

Deno.test("FunctionBuilder.call calls functions by their index, also those that come later", () => {
  const builder = new ModuleBuilder(1);
  const even = builder.function("even", [I32], [I32]);
  const odd = builder.function("odd", [I32], [I32]);
  const descend = (f: typeof even, other: typeof even, atZero: number) => {
    f.get(0).op("i32.eqz").if(() => f.i32(atZero).op("return"));
    f.get(0).i32(1).op("i32.sub").call({ name: other.name, index: other.index });
  };
  descend(even, odd, 1);
  descend(odd, even, 0);
  const { call } = instantiate(builder);
  assertEquals([0, 1, 6, 7].map((n) => call("even", n)), [1, 0, 1, 0]);
});

Deno.test("FunctionBuilder writes atomic instructions that do what the specification says", () => {
  const builder = new ModuleBuilder(1);
  const f = (name: string, parameters = 1) =>
    builder.function(name, new Array<typeof I32>(parameters).fill(I32), [I32]);
  f("add", 2).get(0).get(1).memory("i32.atomic.rmw.add", 4);
  f("sub", 2).get(0).get(1).memory("i32.atomic.rmw.sub", 4);
  f("exchange", 3).get(0).get(1).get(2).memory("i32.atomic.rmw.cmpxchg", 4);
  f("load").get(0).memory("i32.atomic.load", 4);
  f("notify").get(0).i32(1).memory("memory.atomic.notify", 4);
  const wait = builder.function("wait", [I32, I32, I64], [I32]);
  wait.get(0).get(1).get(2).memory("memory.atomic.wait32", 4);
  const store = builder.function("store", [I32, I32]);
  store.get(0).get(1).memory("i32.atomic.store", 4);
  const { call, words } = instantiate(builder);
  call("store", 8, 40);
  assertEquals(words[3], 40);
  assertEquals([call("add", 8, 5), call("sub", 8, 3), call("load", 8)], [40, 45, 42]);
  // The exchange gives the old word, and stores only where it is the expected one.
  assertEquals([call("exchange", 8, 41, 7), words[3]], [42, 42]);
  assertEquals([call("exchange", 8, 42, 7), words[3]], [42, 7]);
  // 1: the word is another, 2: nobody woke the thread within the nanoseconds given.
  assertEquals([call("wait", 8, 6, 1000n), call("wait", 8, 7, 1000n), call("notify", 8)], [1, 2, 0]);
  assertThrows(() => call("load", 2), WebAssembly.RuntimeError, "unaligned");
});

Deno.test("FunctionBuilder.memoryFill fills bytes", () => {
  const builder = new ModuleBuilder(1);
  builder.function("fill", [I32, I32, I32]).get(0).get(1).get(2).memoryFill();
  const { call, words } = instantiate(builder);
  call("fill", 6, 0xab, 3);
  assertEquals([...words.subarray(0, 3)], [0, 0xabab0000 | 0, 0xab]);
});

for (const addresses of ["i32", "i64"] as const) {
  Deno.test(`FunctionBuilder computes addresses of ${addresses}`, () => {
    const builder = new ModuleBuilder(1, addresses);
    const { address } = builder;
    const element = builder.function("element", [address, I32], [address]);
    element.get(0).get(1).scale(12).addressOp("add").offset(-4);
    const whole = builder.function("whole", [I32], [address]).get(0).scale(1);
    assertEquals([whole.address, whole.typeOf(0), element.typeOf(1)], [address, I32, I32]);
    // Fills the bytes [from, to) from the last address kept at 64 on, and moves both on.
    const fill = builder.function("fill", [], []);
    const [from, to] = fill.locals(fill.address);
    fill.bytes(64).loadAddress(8).set(from);
    fill.get(from).offset(12).set(to);
    fill.forUpTo(from, to, 4, () => fill.get(from).i32(7).memory("i32.store"));
    fill.advance(to, -4).get(to).i32(9).memory("i32.store");
    fill.get(to).get(from).addressOp("lt_u").if(() => fill.get(to).i32(1).bytes(2).memoryFill());
    const { call, words } = instantiate(builder);
    const exact = (value: number) => addresses === "i64" ? BigInt(value) : value | 0;
    assertEquals(call("element", exact(100), 5), exact(156));
    // An index is unsigned, and the product keeps all its bits where addresses have them.
    assertEquals(call("whole", -1), exact(2 ** 32 - 1));
    assertEquals(call("element", exact(4), 2 ** 31 + 1), exact(12 * (2 ** 31 + 1)));
    words[18] = 400;
    call("fill");
    assertEquals([...words.subarray(99, 104)], [0, 7, 7, 0x0101, 0]);
  });
}

Deno.test("FunctionBuilder refuses what it cannot write", () => {
  const f = new ModuleBuilder(1, "i64").function("f", [I32]);
  for (const value of [NaN, 0.5, 2 ** 60]) assertThrows(() => f.bytes(value), RangeError, `got ${value}`);
  assertThrows(() => f.typeOf(1), RangeError, "local 1 of f");
});
