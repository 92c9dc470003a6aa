/**
 * What a test of a claim found.
 *
 * - `confirmed`, `refuted`: the rule of that name is met.
 * - `erratum`: what is printed fails, and what should stand there holds; both computed.
 * - `depends`: both rules are met, each under a condition; both computed.
 */
export interface Finding {
  /** One of those above. */
  readonly verdict: "confirmed" | "refuted" | "erratum" | "depends";
  /** The numbers behind it, in one sentence. */
  readonly evidence: string;
  /** For `depends`, and only for it: on what. */
  readonly condition?: string;
}

/** Decides a claim by computing: no data set, at most a toy that is trained, and done in a second or two. */
export type Check = () => Finding | Promise<Finding>;

/** Checks by the id of the claim. */
export type Checks = Readonly<Record<string, Check>>;
