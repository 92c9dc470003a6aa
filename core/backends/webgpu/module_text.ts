import { WGSL_PARAMETERS, wgslHelpers } from "../../scalar/mod.ts";
import type { GpuPhase, Place } from "./gpu_kernel.ts";

/** Parameters before those of the phase: two opaque zeros, the number of workgroups, and a word to spare. */
const OWN_WORDS = 4;

/** The text of the parameter with an index. */
export function wordText(index: number): string {
  const at = OWN_WORDS + index;
  return `${WGSL_PARAMETERS}[${at >> 2}].${"xyzw"[at & 3]}`;
}

/** The text of the parameter that lies behind another, so many words as a text says. */
export function wordBehind(first: string, index: string): string {
  const [, vector, component] = first.match(/\[(\d+)\]\.([xyzw])$/)!;
  const at = `(${4 * Number(vector) + "xyzw".indexOf(component!)}u + ${index})`;
  return `${WGSL_PARAMETERS}[${at} >> 2u][${at} & 3u]`;
}

/** A place at the beginning of a variable. */
export function placeOf(variable: string): Place {
  return { variable, at: (index) => `${variable}[${index}]` };
}

/** The variables of a phase, in the order of their bindings. */
export function variablesOf({ uses }: GpuPhase): string[] {
  return [...new Set(uses.map(({ variable }) => variable))];
}

/** The uniform of a phase. */
export function uniformOf({ groups, parameters }: GpuPhase): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(OWN_WORDS + 4 * Math.ceil(parameters.length / 4));
  words[2] = groups;
  words.set(parameters, OWN_WORDS);
  return words;
}

/**
 * A phase as a module with the function `main`. Phases that differ only in sizes, or in which operand is which, have one
 * text: variables are named by their bindings.
 */
export function moduleText(phase: GpuPhase): string {
  const { types = {}, parameters, helpers = [], size } = phase;
  const variables = variablesOf(phase);
  const names = new Map(variables.map((name, i) => [name, `memory${i}`]));
  const renamed = (text: string) => text.replaceAll(/\b[a-z]+\d*\b/g, (name) => names.get(name) ?? name);
  const body = renamed(phase.body);
  const declarations = renamed(phase.declarations ?? "");
  // Every variable may be written: operands and results may lie in one buffer of the driver.
  const bindings = variables.map((name, i) =>
    `@group(0) @binding(${i}) var<storage, read_write> memory${i}: array<${types[name] ?? "u32"}>;`
  );
  const vectors = (OWN_WORDS + 4 * Math.ceil(parameters.length / 4)) / 4;
  return `${bindings.join("\n")}
@group(0) @binding(${variables.length}) var<uniform> ${WGSL_PARAMETERS}: array<vec4u, ${vectors}>;
${wgslHelpers(helpers)}
${declarations}
@compute @workgroup_size(${size})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let group = workgroup.y * workgroups.x + workgroup.x;
  if (group >= ${WGSL_PARAMETERS}[0].z) { return; }
  let index = group * ${size}u + local;
${body}
}
`;
}
