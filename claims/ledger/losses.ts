import type { LedgerClaim } from "../ledger_claim.ts";

export const LOSSES: readonly LedgerClaim[] = [
  {
    id: "double-softmax",
    where: "i2dl:1274",
    section: "Lecture 6, Training Neural Networks I",
    quote: "Passed softmaxed outputs to a loss function that expects raw logits",
    kinds: ["exact", "run"],
    confirms:
      "The loss of probabilities that are softmaxed once more cannot fall below ln(1 + 9/e) = 1.4612 for ten classes.",
    refutes: "It falls below.",
    expected: "confirmed",
  },
  {
    id: "loss-mean-optimum",
    where: "i2dl:1320",
    section: "Lecture 7, Training Neural Networks II",
    quote: "Optimum is the mean",
    kinds: ["exact"],
    confirms: "Among constants on a grid the squared error is least at the mean, within the grid's step.",
    refutes: "Elsewhere.",
    expected: "confirmed",
  },
  {
    id: "loss-median-optimum",
    where: "i2dl:1330",
    section: "Lecture 7, Training Neural Networks II",
    quote: "Optimum is the median",
    kinds: ["exact"],
    confirms: "Among constants on a grid the absolute error is least at the median, within the grid's step.",
    refutes: "Elsewhere.",
    expected: "confirmed",
  },
  {
    id: "l1-l2-worked",
    where: "i2dl:1307-1309",
    section: "Lecture 7, Training Neural Networks II",
    quote: "9+16+4+4 = 33; 3+4+2+2 = 11",
    kinds: ["exact"],
    confirms: "The printed tables give 33 and 11.",
    refutes: "Other sums.",
    expected: "confirmed",
  },
  {
    id: "l2-outliers",
    where: "i2dl:1318",
    section: "Lecture 7, Training Neural Networks II",
    quote: "Prone to outliers",
    kinds: ["exact", "run"],
    confirms:
      "With 5% gross errors the fit by L2 loss moves further from the true line than that by L1, in every seed (sign test, five seeds).",
    refutes: "Less far in every seed.",
    expected: "confirmed",
  },
  {
    id: "l1-robust",
    where: "i2dl:1328",
    section: "Lecture 7, Training Neural Networks II",
    quote: "Robust (cost of outliers is linear)",
    kinds: ["exact", "run"],
    confirms:
      "With 5% gross errors the fit by L1 loss keeps its test error on clean data within 10%, in every seed.",
    refutes: "It rises by more in every seed.",
    expected: "confirmed",
  },
  {
    id: "l1-costly",
    where: "i2dl:1329",
    section: "Lecture 7, Training Neural Networks II",
    quote: "Costly to optimize",
    kinds: ["run"],
    confirms:
      "L1 needs more steps than L2 to reach 1% above its own minimum, in every seed (sign test, five seeds).",
    refutes: "As many or fewer.",
    expected: "depends",
  },
  {
    id: "ce-vs-mse",
    where: "aps360:62",
    section: "Week 2",
    quote: "More suitable for classification since MSE does not handle probabilities correctly",
    kinds: ["run"],
    confirms:
      "Softmax with cross-entropy has a higher test accuracy, a lower calibration error and a larger gradient when confidently wrong than with squared error, in every seed.",
    refutes:
      "It has none of the three; it depends on which is meant if some of them hold in every seed and the others in none.",
    revised:
      "That it may depend on which of the three is meant was added after the first results (open: accuracy higher in 2 seeds of 5, the other two in all) and before the next. The gradient is larger by arithmetic wherever a class is ruled out with confidence, so that none of the three cannot be found.",
    expected: "depends",
  },
  {
    id: "bce-index",
    where: "ann-summary:202",
    section: "Lecture 4, Loss, Batching and Optimizers",
    quote: "BCE = -1/N sum from i=0 to N",
    kinds: ["exact"],
    confirms: "The printed sum over i = 0 to N, over N, is the mean of the terms.",
    refutes:
      "It has one term too many: with equal terms it exceeds them by 1/N, while the sum from 1 gives the term.",
    expected: "erratum",
    erratum: { kind: "formula", right: "BCE = -1/N sum from i = 1 to N; so in line 209" },
  },
  {
    id: "cce-index",
    where: "ann-summary:209",
    section: "Lecture 4, Loss, Batching and Optimizers",
    quote: "t_j log(y_j) inside a sum over i and j",
    kinds: ["exact"],
    confirms:
      "The printed sum, in which the sample's index i is missing from t and y, changes when another sample's prediction changes.",
    refutes: "It does not change, and differs from the loss with t_ij and y_ij.",
    expected: "erratum",
    erratum: { kind: "formula", right: "t_ij log(y_ij) inside a sum over i and j" },
  },
  {
    id: "ce-sum-limit",
    where: "i2dl:364",
    section: "Lecture 3, Introduction to Neural Networks",
    quote: "sum over k = 1 to k of y_ik log y-hat_ik",
    kinds: ["exact"],
    confirms: "The printed sum over k = 1 to k ends at the number of classes K.",
    refutes:
      "Read as printed it has no fixed end: it gives as many values as k has, of which only the one for K equals the cross-entropy.",
    expected: "erratum",
    erratum: { kind: "formula", right: "sum over k = 1 to K, the number of classes" },
  },
];
