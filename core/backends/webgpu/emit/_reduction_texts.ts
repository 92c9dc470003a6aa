import type { Run } from "../../../kernels/reduce_layout.ts";
import type { WgslHelper } from "../../../scalar/mod.ts";
import type { Place } from "../gpu_kernel.ts";

/** What is reduced, and where its results go. */
export interface Reducer {
  readonly operation: "sum" | "max" | "argmax";
  /** The text of a term's bits, behind the lines of the term. */
  readonly term: string;
  readonly out: Place;
}

/** The walk over results and their terms. */
export interface Walk {
  readonly results: number;
  readonly terms: number;
  /** [outer, terms, inner] with so many inner ones; or any axes, each list filled up to `rank` with axes of 1. */
  readonly axes: { readonly inner: number } | {
    readonly kept: readonly Run[];
    readonly reduced: readonly Run[];
    readonly rank: number;
  };
  /** Whether neighbouring threads take neighbouring results; else neighbouring terms. */
  readonly across: boolean;
}

/** How a term is read. */
export interface Terms {
  /** Statements that read or compute the term at element `i`, given a way to take numbers as parameters. */
  write(word: (value: number) => string): {
    readonly lines: readonly string[];
    readonly helpers: Iterable<WgslHelper>;
    /** What the lines call, besides helpers. */
    readonly declarations?: string;
  };
  readonly uses: readonly Place[];
  /** Whether writing the terms changes what they are computed from: they can then be computed once only. */
  readonly once?: boolean;
}

/**
 * Statements that declare `base`, where the walk of `result` begins, and the text of the distance of its term `t` from
 * there.
 */
export function offsetsOf(
  { axes, terms }: Walk,
  word: (value: number) => string,
): { readonly base: string; readonly term: string; readonly declarations: string } {
  if ("inner" in axes) {
    const inner = word(axes.inner);
    const stride = word(terms * axes.inner);
    return {
      base: `let base = (result / ${inner}) * ${stride} + result % ${inner};`,
      term: `t * ${inner}`,
      declarations: "",
    };
  }
  const walk = (runs: readonly Run[], index: string, name: string): { lines: string[]; sum: string } => {
    const filled = [
      ...Array.from({ length: axes.rank - runs.length }, () => ({ extent: 1, stride: 0 })),
      ...runs,
    ];
    const lines = [`var ${name} = ${index};`];
    const parts = filled.map(({ extent, stride }, axis) => ({
      axis,
      extentWord: word(extent),
      strideWord: word(stride),
    }));
    for (const { axis, extentWord, strideWord } of parts.toReversed()) {
      lines.push(
        `let ${name}${axis} = (${name} % ${extentWord}) * ${strideWord};`,
        `${name} = ${name} / ${extentWord};`,
      );
    }
    return { lines, sum: parts.map(({ axis }) => `${name}${axis}`).join(" + ") };
  };
  const kept = walk(axes.kept, "result", "kept");
  const reduced = walk(axes.reduced, "t", "reduced");
  return {
    base: `${kept.lines.join("\n")}\nlet base = ${kept.sum};`,
    term: "distance(t)",
    declarations: `fn distance(t: u32) -> u32 {\n${reduced.lines.join("\n")}\nreturn ${reduced.sum};\n}`,
  };
}

/** The order key below all others. */
export const LEAST_KEY = "bitcast<i32>(0x80000000u)";

/** The bits of a result that was accumulated. */
export function finalBits(operation: Reducer["operation"], name: string): string {
  if (operation === "sum") return name;
  if (operation === "argmax") return `${name}_place`;
  return `(bitcast<u32>(${name}) ^ select(0u, 0x7fffffffu, ${name} < 0))`;
}
