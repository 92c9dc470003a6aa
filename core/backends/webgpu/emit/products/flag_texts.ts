import type { GpuTarget } from "../../gpu_kernel.ts";

/** The texts of a phase that flags its workgroups. */
export interface FlagTexts {
  /** Declarations outside of functions. */
  readonly shared: string;
  /** Statements at the beginning, before a barrier. */
  readonly declare: string;
  /** Statements that note four words, given as text. */
  readonly note: (side: "left" | "right", four: string) => string;
  /** Statements at the end. */
  readonly finish: string;
}

/**
 * Texts that flag a workgroup: each thread notes the least magnitudes, zeros apart, of what it reads of both operands.
 *
 * @param first The text of the word of the first workgroup's flag.
 */
export function flagTexts(target: GpuTarget, first: string): FlagTexts {
  return {
    shared: "var<workgroup> least: array<atomic<u32>, 2>;",
    declare: `var left_least = 0xffffffffu;
var right_least = 0xffffffffu;
if (local < 2u) { atomicStore(&least[local], 0xffffffffu); }`,
    note: (side, four) =>
      `{
let magnitudes = (${four} & vec4u(0x7fffffffu)) - vec4u(1u);
let lesser = min(magnitudes.xy, magnitudes.zw);
${side}_least = min(${side}_least, min(lesser.x, lesser.y));
}`,
    finish: `atomicMin(&least[0], left_least);
atomicMin(&least[1], right_least);
workgroupBarrier();
if (local == 0u) {
let x = atomicLoad(&least[0]);
let y = atomicLoad(&least[1]);
${
      target.temporary.at(`(${first} + group)`)
    } = u32((min(x, y) < 0x007fffffu) | ((x >> 23u) + (y >> 23u) < 152u));
}`,
  };
}
