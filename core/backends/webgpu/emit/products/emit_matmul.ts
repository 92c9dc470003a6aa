import type { MatmulKernel } from "../../../../kernels/matmul.ts";
import type { GpuFamily, GpuKernel, GpuTarget } from "../../gpu_kernel.ts";
import { blockRows } from "./block_rows.ts";
import { productValues } from "./_product_values.ts";
import type { ProductProblem } from "./product_problem.ts";
import { productPhases } from "./product_phases.ts";
import { planProduct, type ProductPlan, type ProductSize, smallExtents, smallPlan } from "./tile_form.ts";

/** Products of matrices: one plane for each of the batch. */
export const matmulGpu: GpuFamily<MatmulKernel> = {
  emit: (kernel, target) => emitAs(kernel, planOf(kernel, target), target),
  small(kernel) {
    const { rows, columns, tame } = smallExtents(sizeOf(kernel));
    const small: MatmulKernel = { ...kernel, batch: 2, m: rows, k: 261, n: columns };
    const columnOf = (at: number) => kernel.transposeB ? Math.floor(at / small.k) % columns : at % columns;
    return {
      kernel: small,
      inputs: productValues(small, columnOf, tame),
      emit: (target) => emitAs(small, smallPlan(planOf(kernel, target)), target),
    };
  },
};

function sizeOf({ batch, m, k, n }: MatmulKernel): ProductSize {
  return { planes: batch, rows: m, columns: n, blocks: blockRows([k]).count };
}

function planOf(kernel: MatmulKernel, { limits, mode }: GpuTarget): ProductPlan {
  return planProduct(sizeOf(kernel), limits, mode.contraction === "soft");
}

function emitAs(kernel: MatmulKernel, plan: ProductPlan, target: GpuTarget): GpuKernel {
  const { batch, m, n } = kernel;
  const problem = problemOf(kernel, target);
  return productPhases({ whole: problem, parts: [problem], results: batch * m * n }, plan, target);
}

function problemOf(
  { batch, m, k, n, transposeA, transposeB }: MatmulKernel,
  { inputs }: GpuTarget,
): ProductProblem {
  return {
    planes: batch,
    rows: m,
    columns: n,
    blocks: blockRows([k]),
    planesInside: false,
    texts(words) {
      const [rows, columns, terms] = [words.word(m), words.word(n), words.word(k)];
      const [a, b] = [inputs[0]!, inputs[1]!];
      const leftAt = (row: string) => `plane * ${rows} * ${terms} + ${row}${transposeA ? "" : ` * ${terms}`}`;
      const rightAt = (column: string) =>
        `plane * ${columns} * ${terms} + ${column}${transposeB ? ` * ${terms}` : ""}`;
      const leftTerm = transposeA ? `t * ${rows}` : "t";
      const rightTerm = transposeB ? "t" : `t * ${columns}`;
      return {
        left: {
          place: a,
          alongTerms: !transposeA,
          lane: (row, suffix) => `let start${suffix} = ${leftAt(row)};`,
          term: `let left_t = ${leftTerm};`,
          index: (suffix) => `start${suffix} + left_t`,
        },
        right: {
          place: b,
          alongTerms: transposeB,
          lane: (column, suffix) => `let start${suffix} = ${rightAt(column)};`,
          term: `let right_t = ${rightTerm};`,
          index: (suffix) => `start${suffix} + right_t`,
        },
        output: `(plane * ${rows} + row) * ${columns} + column`,
        walk: {
          setup: `let left_start = ${leftAt("row")};
let right_start = ${rightAt("column")};`,
          begin: "",
          operands: `let x = ${a.at(`(left_start + ${leftTerm})`)};
let y = ${b.at(`(right_start + ${rightTerm})`)};`,
          advance: "",
          mayBeAbsent: false,
        },
      };
    },
  };
}
