/**
 * The epoch of the contract of arithmetic (`core/numerics/README.md`). Results are the same bits in every release of one
 * epoch; whatever must move bits raises it.
 */
export const NUMERICS_EPOCH = 1;
