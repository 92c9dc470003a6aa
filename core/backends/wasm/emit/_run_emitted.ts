/** For tests: runs an emitted kernel in one thread, its units cut and ordered as asked, and watches over its memory. */

import { BYTES_PER_ELEMENT, type HostArray, viewAs } from "../../../numerics/dtype.ts";
import type { FamilyDefinition, Kernel } from "../../../kernels/kernel.ts";
import { ModuleBuilder, PAGE_BYTES } from "../../../assembler/module_builder.ts";
import type { Addresses } from "../../../assembler/types.ts";
import { makeMemory } from "../memory.ts";
import { phaseArgument, phaseEntry } from "../phase_entry.ts";
import { type Emitter, POINTER_BYTES } from "../wasm_kernel.ts";

type PhaseFunction = (args: number, begin: number, end: number, scratch: number) => void;

/** A source of random 32-bit words for tests, the same on every run. */
export function wordSource(seed: number): () => number {
  let state = (seed * 0x9e3779b9 + 0x7f4a7c15) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (word ^ (word >>> 14)) >>> 0;
  };
}

const SPECIAL = [0x7fc00000, 0xffc12345, 0x7f800001, 0x7f800000, 0xff800000, 0, 0x80000000, 1, 0x80000003];

/**
 * Random floats for tests. `plain`: of many magnitudes, subnormals among them. `special`: one in eight is NaN (of
 * either sign, quiet or signalling), an infinity, a zero or subnormal. `zeros`: zeros of either sign. `ties`: few
 * distinct values. `small`: finite values whose sums round.
 */
export type Flavour = "plain" | "special" | "zeros" | "ties" | "small";

/** `length` floats of the given flavour. */
export function floats(length: number, flavour: Flavour, seed: number): Float32Array<ArrayBuffer> {
  const next = wordSource(seed);
  const values = new Float32Array(length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < length; i++) {
    const word = next();
    if (flavour === "zeros") bits[i] = word << 31;
    else if (flavour === "ties") values[i] = [-1, -0, 0, 2, 2, Infinity, NaN, -Infinity][word % 8]!;
    else if (flavour === "special" && word % 8 === 0) bits[i] = SPECIAL[(word >>> 8) % SPECIAL.length]!;
    else if (flavour === "small") values[i] = (word / 0x100000000 - 0.5) * 10;
    else bits[i] = (word & 0x80ffffff) | ((word >>> 24) % 5 === 0 ? 0 : (100 + (word >>> 8) % 50) << 23);
  }
  return values;
}

/** Ways to cut the units of a phase and to order the cuts. */
export const SPLITS = ["whole", "single", "random"] as const;

function cut(units: number, split: (typeof SPLITS)[number], seed: number): [number, number][] {
  if (split === "whole") return [[0, units]];
  const next = wordSource(seed);
  const cuts: [number, number][] = [];
  const longest = split === "single" ? Math.ceil(units / 300) : Math.max(2, Math.ceil(units / 2));
  for (let begin = 0; begin < units;) {
    const end = Math.min(units, begin + (split === "single" ? longest : next() % longest));
    cuts.push([begin, end]);
    begin = end;
  }
  return cuts.reverse();
}

/**
 * Runs a kernel and returns its outputs. Everything outside the operands holds junk before; `last` names the operand
 * that stands as near to the end of the memory as the contract allows.
 *
 * @throws {Error} if the kernel writes anywhere but to its outputs, the temporary and the scratch.
 */
export function runEmitted<K extends Kernel>(
  emitter: Emitter<K>,
  family: FamilyDefinition<K>,
  kernel: K,
  inputs: readonly HostArray[],
  { split = "whole", seed = 1, last = 0, addresses = "i32" }: {
    split?: (typeof SPLITS)[number];
    seed?: number;
    last?: number;
    addresses?: Addresses;
  } = {},
): HostArray[] {
  const outputs = family.outputs(kernel);
  const slots = [...family.inputs(kernel), ...outputs];
  const align = (bytes: number) => Math.ceil(bytes / 64) * 64;
  const sizes = slots.map(({ dtype, length }) => length * BYTES_PER_ELEMENT[dtype]);
  const sum = sizes.reduce((total, size) => total + align(size) + 128, 0);
  const draft = emitter(kernel, new ModuleBuilder(1));
  const fixed = 1024 + align(draft.temporaryBytes) + align(draft.scratchBytes) + 256 +
    POINTER_BYTES[addresses] * align(slots.length);
  const pages = Math.ceil((sum + fixed) / PAGE_BYTES);
  const builder = new ModuleBuilder(pages, addresses);
  const emitted = emitter(kernel, builder);
  const phases = emitted.phases.map((phase) => phaseEntry(builder, phase));
  const memory = makeMemory(pages, addresses);
  const bytes = new Uint8Array(memory.buffer);
  const words = new Uint32Array(memory.buffer);
  const next = wordSource(seed);
  for (let i = 0; i < words.length; i++) words[i] = next() | 0x7f800000; // huge numbers and NaNs

  let free = 64 + align(POINTER_BYTES[addresses] * (slots.length + 1));
  const take = (size: number) => {
    const address = free;
    free += align(size) + 128;
    return address;
  };
  const writable: [number, number][] = [];
  const temporary = take(emitted.temporaryBytes);
  writable.push([temporary, emitted.temporaryBytes]);
  const scratch = take(emitted.scratchBytes);
  writable.push([scratch, emitted.scratchBytes]);
  const starts = sizes.map((size, i) =>
    i === last % slots.length ? Math.floor((bytes.length - 64 - size) / 64) * 64 : take(size)
  );
  inputs.forEach((input, i) =>
    bytes.set(new Uint8Array(input.buffer, input.byteOffset, input.byteLength), starts[i]!)
  );
  outputs.forEach((_, i) => writable.push([starts[inputs.length + i]!, sizes[inputs.length + i]!]));
  const pointers = [...starts, temporary];
  words.set(addresses === "i32" ? pointers : pointers.flatMap((pointer) => [pointer, 0]), 16);

  const before = bytes.slice();
  const module = new WebAssembly.Module(builder.encode());
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const [args, own] = [phaseArgument(addresses, 64), phaseArgument(addresses, scratch)];
  for (const { name, units } of phases) {
    for (const [begin, end] of cut(units, split, seed)) {
      (exports[name] as PhaseFunction)(args, begin, end, own);
    }
  }
  for (const [address, size] of writable) before.set(bytes.subarray(address, address + size), address);
  const beforeWords = new Uint32Array(before.buffer);
  for (let i = 0; i < words.length; i++) {
    if (words[i] !== beforeWords[i]) {
      const where = starts.map((address) => 4 * i - address);
      throw new Error(
        `Cannot run ${family.key(kernel)}: it wrote outside its results, at ${where} of its operands`,
      );
    }
  }
  return outputs.map(({ dtype, length }, i) =>
    viewAs(dtype, before.buffer, starts[inputs.length + i]!, length).slice()
  );
}

/** What the family's reference gives. */
export function runReference<K extends Kernel>(
  family: FamilyDefinition<K>,
  kernel: K,
  inputs: readonly HostArray[],
): HostArray[] {
  family.validate(kernel);
  const outputs = family.outputs(kernel).map(({ dtype, length }) =>
    viewAs(dtype, new ArrayBuffer(4 * length), 0, length)
  );
  family.reference(kernel, inputs, outputs);
  return outputs;
}

/** Bits of the values; every NaN made canonical on request, since arithmetic may give any. */
function bitsOf(values: HostArray, canonical: boolean): Uint32Array | Uint8Array {
  const copy = values.slice();
  if (copy instanceof Uint8Array) return copy;
  const bits = new Uint32Array(copy.buffer);
  if (canonical && copy instanceof Float32Array) {
    copy.forEach((value, i) => {
      if (Number.isNaN(value)) bits[i] = 0x7fc00000;
    });
  }
  return bits;
}

/**
 * Runs a kernel with every split and with each operand at the end of the memory, and once with addresses of 64 bits,
 * and compares with the reference.
 *
 * @param canonicalNaN Whether NaNs count as equal whatever their bits.
 * @throws {Error} naming the first element that differs.
 */
export function assertEmitted<K extends Kernel>(
  emitter: Emitter<K>,
  family: FamilyDefinition<K>,
  kernel: K,
  inputs: readonly HostArray[],
  canonicalNaN = false,
): void {
  const expected = runReference(family, kernel, inputs);
  const operands = inputs.length + expected.length;
  const runs = Math.max(operands, SPLITS.length);
  for (let run = 0; run <= runs; run++) {
    const split = run === runs ? "random" : SPLITS[run % SPLITS.length]!;
    const addresses = run === runs ? "i64" : "i32";
    const actual = runEmitted(emitter, family, kernel, inputs, {
      split,
      seed: run + 1,
      last: run,
      addresses,
    });
    actual.forEach((values, output) => {
      const got = bitsOf(values, canonicalNaN);
      bitsOf(expected[output]!, canonicalNaN).forEach((bits, i) => {
        if (bits === got[i]) return;
        throw new Error(
          `${family.key(kernel)}, split ${split}, ${addresses}: expected output ${output} [${i}] to be ${
            expected[output]![i]
          } ` +
            `(0x${bits.toString(16)}), got ${values[i]} (0x${got[i]!.toString(16)})`,
        );
      });
    });
  }
}
