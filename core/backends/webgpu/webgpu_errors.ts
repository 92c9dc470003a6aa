/** Thrown when no adapter is there, or none that can be exact. */
export class NoAdapterError extends Error {
  /** Tells it from other errors. */
  override readonly name = "NoAdapterError";
}

/** Thrown when the adapter stops to work: a driver that was reset, a card that was removed. */
export class DeviceLostError extends Error {
  /** Tells it from other errors. */
  override readonly name = "DeviceLostError";
}

/** Thrown when a pipeline does not give the bits of the reference. */
export class InexactKernelError extends Error {
  /** Tells it from other errors. */
  override readonly name = "InexactKernelError";
}
