import { DRAW_PROGRAMS, type RandomKernel } from "../../../kernels/random.ts";
import { emitWgsl } from "../../../scalar/mod.ts";
import { type GpuFamily, GROUP_SIZE } from "../gpu_kernel.ts";

/** Draws: one thread makes the four elements of a group. No subnormal occurs, so floats need no second look. */
export const randomGpu: GpuFamily<RandomKernel> = {
  emit({ distribution, length }, target) {
    const [key] = target.inputs as [typeof target.temporary];
    const [out] = target.outputs as [typeof target.temporary];
    const { elementwise } = target.mode;
    const code = emitWgsl(DRAW_PROGRAMS[distribution], elementwise === "detect" ? "both" : elementwise);
    const lines = [
      `if (4u * index >= ${target.word(0)}) { return; }`,
      ...[0, 1, 2, 3].map((i) => `let k${i} = ${key.at(`${i}u`)};`),
      ...code.statements(["index", "k0", "k1", "k2", "k3"]),
      ...code.outputNames.map((name, i) =>
        `if (4u * index + ${i}u < ${target.word(0)}) { ${out.at(`(4u * index + ${i}u)`)} = ${name}; }`
      ),
    ];
    return {
      phases: [{
        body: lines.join("\n"),
        helpers: code.helpers,
        uses: [key, out],
        size: GROUP_SIZE,
        groups: Math.ceil(length / 4 / GROUP_SIZE),
        parameters: [length],
      }],
    };
  },
  small({ distribution }) {
    return {
      kernel: { family: "random", distribution, length: 1023 },
      inputs: [Uint32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344)],
    };
  },
};
