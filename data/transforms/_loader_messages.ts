import type { Batch } from "../batches.ts";

/** What a loading worker is started with. */
export interface LoaderStart {
  /** The address of the module that makes the batches. */
  readonly module: string;
  readonly argument: unknown;
}

/** Asks for a batch. */
export interface LoaderRequest {
  readonly step: number;
}

/** What the worker says: once that it started or could not, then one answer to each request, in their order. */
export type LoaderAnswer =
  | { readonly kind: "started"; readonly batchSize: number; readonly stepsPerEpoch: number }
  | { readonly kind: "refused"; readonly error: unknown }
  | { readonly kind: "batch"; readonly batch: Batch }
  | { readonly kind: "failed"; readonly error: unknown };
