import { SCAN_BLOCK, type ScanKernel } from "../../../../kernels/scan.ts";

/** The extents of a scan as its emitters need them, in elements unless they say bytes. */
export interface ScanLayout extends ScanKernel {
  /** Blocks of rule N5a along the axis. */
  readonly blocks: number;
  /** Terms of the last block. */
  readonly last: number;
  /** Bytes from a term to the one that is added next. */
  readonly stepBytes: number;
}

/** The layout of a scan with at least one term. */
export function scanLayout(kernel: ScanKernel): ScanLayout {
  const blocks = Math.ceil(kernel.length / SCAN_BLOCK);
  return {
    ...kernel,
    blocks,
    last: kernel.length - (blocks - 1) * SCAN_BLOCK,
    stepBytes: 4 * kernel.inner * (kernel.reverse ? -1 : 1),
  };
}
