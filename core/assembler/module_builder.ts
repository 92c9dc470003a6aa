import { ByteWriter } from "./byte_writer.ts";
import { addressType, FunctionBuilder } from "./function_builder.ts";
import type { Addresses, I32, I64, ValueType } from "./types.ts";

/** Bytes of one page of WebAssembly memory. */
export const PAGE_BYTES = 65536;

/**
 * Writes a WebAssembly module that imports one shared memory, `env.memory`, and exports all its functions by name.
 *
 * @example A function that doubles a number in memory
 * ```ts
 * import { assembler } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { I32, ModuleBuilder } = assembler;
 * const builder = new ModuleBuilder(1);
 * const double = builder.function("double", [I32]);
 * double.get(0).get(0).memory("f32.load").get(0).memory("f32.load").op("f32.add").memory("f32.store");
 * const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
 * const module = new WebAssembly.Module(builder.encode());
 * const { exports } = new WebAssembly.Instance(module, { env: { memory } });
 * const values = new Float32Array(memory.buffer);
 * values[2] = 21;
 * (exports["double"] as (address: number) => void)(8);
 * assertEquals(values[2], 42);
 * ```
 */
export class ModuleBuilder {
  readonly #functions: FunctionBuilder[] = [];
  readonly #names = new Set<string>();
  /** The type of addresses, for the parameters of functions. */
  readonly address: typeof I32 | typeof I64;

  /**
   * Makes a module without functions.
   *
   * @param pages Size of the imported memory; initial and maximum are equal, which keeps bounds checks cheap.
   * @param addresses How the memory is addressed; it must have been made with the same.
   */
  constructor(readonly pages: number, readonly addresses: Addresses = "i32") {
    this.address = addressType(addresses);
  }

  /** Adds a function, exported under its name; the second of a name is called `name_2`, and so on. */
  function(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[] = [],
  ): FunctionBuilder {
    let unique = name;
    for (let count = 2; this.#names.has(unique); count++) unique = `${name}_${count}`;
    this.#names.add(unique);
    const builder = new FunctionBuilder(unique, this.#functions.length, parameters, results, this.addresses);
    this.#functions.push(builder);
    return builder;
  }

  /** The module's bytes. */
  encode(): Uint8Array<ArrayBuffer> {
    const signatures: string[] = [];
    const types = new ByteWriter();
    const typeOf = this.#functions.map(({ parameters, results }) => {
      const signature = `${parameters}:${results}`;
      if (!signatures.includes(signature)) {
        signatures.push(signature);
        types.byte(0x60);
        types.unsigned(parameters.length);
        types.bytes(parameters);
        types.unsigned(results.length);
        types.bytes(results);
      }
      return signatures.indexOf(signature);
    });

    const module = new ByteWriter();
    module.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const section = (id: number, count: number, content: ByteWriter) => {
      const counted = new ByteWriter();
      counted.unsigned(count);
      counted.bytes(content.finish());
      module.byte(id);
      module.section(counted);
    };
    section(1, signatures.length, types);

    const imports = new ByteWriter();
    imports.name("env");
    imports.name("memory");
    imports.byte(2);
    // Flags of the limits: there is a maximum, the memory is shared, and maybe it has 64-bit addresses.
    imports.byte(this.addresses === "i64" ? 7 : 3);
    imports.unsigned(this.pages);
    imports.unsigned(this.pages);
    section(2, 1, imports);

    const functions = new ByteWriter();
    const exports = new ByteWriter();
    const code = new ByteWriter();
    this.#functions.forEach((builder, index) => {
      functions.unsigned(typeOf[index]!);
      exports.name(builder.name);
      exports.byte(0);
      exports.unsigned(index);
      code.section(builder.encode());
    });
    section(3, this.#functions.length, functions);
    section(7, this.#functions.length, exports);
    section(10, this.#functions.length, code);
    return module.finish();
  }

  /** The module as text, for golden files. */
  text(): string {
    const nameOf = (index: number) => this.#functions[index]!.name;
    return this.#functions.map((builder) => builder.text(nameOf)).join("\n\n");
  }
}
