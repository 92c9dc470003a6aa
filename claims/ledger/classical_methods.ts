import type { LedgerClaim } from "../ledger_claim.ts";

export const CLASSICAL_METHODS: readonly LedgerClaim[] = [
  {
    id: "hinge-vs-ce",
    where: "i2dl:1396-1402",
    section: "Lecture 7, Training Neural Networks II",
    quote: "Multiclass Classification: Hinge vs Cross-Entropy",
    kinds: ["run"],
    confirms:
      "The share of samples without a gradient rises over the epochs under hinge loss and stays 0 under cross-entropy, in every seed; accuracies stand beside each other.",
    refutes: "Under hinge loss it does not rise, or under cross-entropy it is not 0.",
    expected: "confirmed",
  },
  {
    id: "perceptron-binary",
    where: "ann-summary:30",
    section: "Lecture 1, Intro to Neural Networks",
    quote: "Can compute binary classification",
    kinds: ["run"],
    confirms: "The perceptron stops making mistakes on every two classes tried.",
    refutes:
      "It goes on making mistakes after 1,000 epochs on some two classes (versicolor and virginica, XOR), though it stops on others (setosa against the rest).",
    expected: "depends",
  },
  {
    id: "perceptron-bias-row",
    where: "ann-summary:70",
    section: "Lecture 1, Intro to Neural Networks",
    quote: "Biases are incorporated as the base row of W + adding 1 to the end of x",
    kinds: ["exact"],
    confirms: "[x, 1] times [W; b] equals x W + b within rounding (1e-6).",
    refutes: "They differ by more.",
    expected: "confirmed",
  },
  {
    id: "perceptron-not-differentiable",
    where: "aps360:23",
    section: "Week 2",
    quote: "Not differentiable, continuous, or smooth, presents a problem for optimisation",
    kinds: ["run"],
    confirms:
      "A network of step units under gradient descent keeps every weight before a step as it was, and learns less than one with a differentiable unit (five seeds).",
    refutes: "Its hidden weights move.",
    expected: "confirmed",
  },
  {
    id: "onehot-vs-number",
    where: "aps360:329",
    section: "Week 7",
    quote: "Using one dimension and assigning a number to each word would not work well",
    kinds: ["run"],
    confirms:
      "A tagger that reads word numbers has a lower test accuracy than one that reads one-hot words, at equal width, in every seed (sign test, five seeds).",
    refutes: "Its accuracy is the same or higher in every seed.",
    expected: "confirmed",
  },
  {
    id: "lsa-network",
    where: "csw182:287",
    section: "Lecture 12, Natural Language Processing",
    quote: "LSA ... A neural network that could learn something like a SVD",
    kinds: ["exact"],
    confirms: "Latent semantic analysis is defined by a network that is trained.",
    refutes:
      "It is a truncated singular value decomposition, while a linear autoencoder that is trained reaches the same subspace (largest principal angle below 0.01).",
    expected: "erratum",
    erratum: {
      kind: "statement",
      right:
        "LSA is a truncated SVD; a linear autoencoder reaches the same subspace (principal angles near 0)",
    },
  },
  {
    id: "context-similarity",
    where: "csw182:284",
    section: "Lecture 12, Natural Language Processing",
    quote: "Similar words occur in similar contexts",
    kinds: ["run"],
    confirms:
      "Rank correlation between the cosine of context vectors and path similarity in WordNet is above 0 with p below 0.05.",
    refutes: "It is 0 or below.",
    expected: "confirmed",
  },
  {
    id: "bagging-variance",
    where: "csw182:187",
    section: "Lecture 7, Training Deep Neural Networks",
    quote: "Reduces variance in the prediction, not bias",
    kinds: ["run"],
    confirms:
      "Over bootstraps, bagging deep trees lowers the variance by more than 20% and moves the squared bias by less than a tenth of that (sign test, five seeds).",
    refutes: "The variance does not fall, or the bias falls by more.",
    expected: "confirmed",
  },
  {
    id: "bagging-low-bias",
    where: "csw182:188",
    section: "Lecture 7, Training Deep Neural Networks",
    quote: "works best with models that don't have much bias",
    kinds: ["run"],
    confirms:
      "Bagging lowers the test error of deep trees by a larger share than that of stumps, in every seed (sign test, five seeds).",
    refutes: "By a smaller share in every seed.",
    expected: "confirmed",
  },
  {
    id: "boosting-bias",
    where: "csw182:194",
    section: "Lecture 7, Training Deep Neural Networks",
    quote: "Reduces bias and possibly variance compared to base learners",
    kinds: ["run"],
    confirms:
      "Boosting stumps lowers the squared bias below that of one stump, in every seed (sign test, five seeds).",
    refutes: "The bias does not fall.",
    expected: "confirmed",
  },
  {
    id: "boosting-deep",
    where: "csw182:195",
    section: "Lecture 7, Training Deep Neural Networks",
    quote: "unclear that boosting will help",
    kinds: ["run"],
    confirms:
      "The gain from boosting small networks is not distinguishable from 0 (sign test, five seeds) while that of stumps is.",
    refutes: "Boosting small networks gains in every seed.",
    expected: "depends",
  },
  {
    id: "majority-or-average",
    where: "csw182:186",
    section: "Lecture 7, Training Deep Neural Networks",
    quote: "majority vote for classification tasks, or average output for regression",
    kinds: ["run"],
    confirms:
      "Bagged classifiers with votes or averaged probabilities both beat a single one in every seed (sign test, five seeds).",
    refutes: "One of them does not.",
    expected: "confirmed",
  },
  {
    id: "newton-quadratic",
    where: "csw182:38",
    section: "Optimisation",
    quote: "Optimal for quadratic functions",
    kinds: ["exact"],
    confirms:
      "From 20 random starts one Newton step ends at the minimum of a positive definite quadratic within 1e-9 of the distance.",
    refutes: "Some start needs another step.",
    expected: "confirmed",
  },
  {
    id: "newton-saddle",
    where: "csw182:40",
    section: "Optimisation",
    quote: "will get you right to the saddle point",
    kinds: ["exact"],
    confirms:
      "On x^2 - y^2 and on x^2 - y^2 + y^4 Newton's method from near the saddle ends within 1e-6 of (0, 0), where gradient descent does not.",
    refutes: "It ends elsewhere.",
    expected: "confirmed",
  },
  {
    id: "hessian-size",
    where: "i2dl:916-928",
    section: "Lecture 5, Scaling Optimization",
    quote: "Number of elements in the Hessian: k^2; inversion O(k^3)",
    kinds: ["exact"],
    confirms:
      "A Hessian of k parameters has k^2 elements, and the multiplications of its inversion grow with exponent 3 +- 0.1 when k doubles.",
    refutes: "Another count or exponent.",
    expected: "confirmed",
  },
  {
    id: "newton-learning-rate",
    where: "i2dl:914",
    section: "Lecture 5, Scaling Optimization",
    quote: "We got rid of the learning rate!",
    kinds: ["run"],
    confirms: "Newton's method without damping converges on logistic regression from every start tried.",
    refutes: "It diverges from a far start, and with damping converges from there.",
    expected: "depends",
  },
  {
    id: "newton-expansion-point",
    where: "i2dl:911,939",
    section: "Lecture 5, Scaling Optimization",
    quote: "theta* = theta_0 - H^-1 grad L(theta)",
    kinds: ["exact"],
    confirms: "With the gradient taken at any other point the step ends at the minimum of the quadratic.",
    refutes: "It does so only with the gradient at theta_0.",
    expected: "erratum",
    erratum: {
      kind: "formula",
      right:
        "The gradient belongs at theta_0 (line 904); with any other point the step is no minimiser of the quadratic",
    },
  },
  {
    id: "bfgs-cost",
    where: "i2dl:941-942",
    section: "Lecture 5, Scaling Optimization",
    quote: "BFGS O(n^2) ... L-BFGS O(n)",
    kinds: ["exact"],
    confirms:
      "Doubling n multiplies the numbers that BFGS keeps by 4 +- 0.1 and those that L-BFGS keeps by 2 +- 0.1.",
    refutes: "Another factor.",
    expected: "confirmed",
  },
  {
    id: "gauss-newton-hessian",
    where: "i2dl:948",
    section: "Lecture 5, Scaling Optimization",
    quote: "H_f is about 2 J_F^T J_F",
    kinds: ["exact"],
    confirms: "2 J^T J differs from the Hessian by less than 10% on every fit tried.",
    refutes:
      "It is exact for linear residuals but off by more than 10% where residuals are large and curved.",
    expected: "confirmed",
  },
  {
    id: "levenberg-factor",
    where: "i2dl:962",
    section: "Lecture 5, Scaling Optimization",
    quote: "(J^T J + lambda I)(x_k - x_k+1) = grad f(x_k)",
    kinds: ["exact"],
    confirms:
      "With lambda = 0 the printed step is the Gauss-Newton step, and ends at the minimum of linear residuals.",
    refutes:
      "It is twice as long and leaves the sum of squares of linear residuals as it was, while the step with the factor 2 ends at the minimum.",
    expected: "erratum",
    erratum: {
      kind: "formula",
      right:
        "With grad f = 2 J^T F the factor 2 of line 954 is lost: lambda = 0 gives twice the Gauss-Newton step and, on linear residuals, f exactly unchanged",
    },
  },
  {
    id: "marquardt-factor",
    where: "i2dl:973",
    section: "Lecture 5, Scaling Optimization",
    quote: "(J^T J + lambda diag(J^T J)) (x_k - x_k+1) = grad f",
    kinds: ["exact"],
    confirms:
      "With lambda = 0 the printed step is the Gauss-Newton step, and ends at the minimum of linear residuals.",
    refutes:
      "It is twice as long and leaves the sum of squares of linear residuals as it was, while the step with the factor 2 ends at the minimum.",
    expected: "erratum",
    erratum: { kind: "formula", right: "Same lost factor 2" },
  },
  {
    id: "levenberg-interpolates",
    where: "i2dl:967",
    section: "Lecture 5, Scaling Optimization",
    quote: "Interpolation between Gauss-Newton (small lambda) and Gradient Descent (large lambda)",
    kinds: ["exact"],
    confirms:
      "The angle to the Gauss-Newton step falls below 0.1 degree as lambda falls and that to the negative gradient as lambda grows, both monotonically.",
    refutes: "Either angle stays.",
    expected: "confirmed",
  },
  {
    id: "levenberg-monotone",
    where: "i2dl:963-965",
    section: "Lecture 5, Scaling Optimization",
    quote: "damping factor lambda is adjusted in each iteration ensuring f(x_k) > f(x_k+1)",
    kinds: ["run"],
    confirms: "Every accepted step on a nonlinear fit lowers f.",
    refutes: "An accepted step raises f.",
    expected: "confirmed",
  },
  {
    id: "marquardt-scale",
    where: "i2dl:976",
    section: "Lecture 5, Scaling Optimization",
    quote: "Avoids slow convergence in components with a small gradient",
    kinds: ["run"],
    confirms:
      "On columns of badly different scales, scaling lambda by the diagonal needs fewer iterations to the same f (sign test over 20 starts).",
    refutes: "It needs as many or more.",
    expected: "confirmed",
  },
  {
    id: "second-order-minibatch",
    where: "i2dl:982",
    section: "Lecture 5, Scaling Optimization",
    quote: "doesn't work well for minibatches!!",
    kinds: ["run"],
    confirms:
      "At equal passes over the data L-BFGS and Newton end with a higher training loss on batches of 32 than on the full batch, in every seed (five seeds).",
    refutes: "They end as low or lower in every seed.",
    expected: "confirmed",
  },
  {
    id: "second-order-faster",
    where: "i2dl:999",
    section: "Lecture 5, Scaling Optimization",
    quote: "When you can, use 2nd order method: It's just faster",
    kinds: ["run"],
    confirms:
      "On full batches Newton or L-BFGS reaches gradient norm 1e-6 with fewer units of work than the best gradient descent, on every model tried.",
    refutes: "On some model it needs more.",
    expected: "depends",
  },
  {
    id: "gd-linear-system",
    where: "i2dl:1000",
    section: "Lecture 5, Scaling Optimization",
    quote: "GD or SGD is not a way to solve a linear system!",
    kinds: ["run"],
    confirms:
      "At equal products with the matrix gradient descent does not reach the relative error 1e-6 at any condition number from 10 to 1e6.",
    refutes: "It reaches it at some condition number.",
    expected: "depends",
  },
  {
    id: "line-search-cost",
    where: "i2dl:678",
    section: "Lecture 5, Scaling Optimization",
    quote: "Not that practical for DL since we need to solve huge system every step",
    kinds: ["exact"],
    confirms: "A line search solves a linear system in every step.",
    refutes:
      "It evaluates the loss along one line and solves none, while Newton's method solves one in every step.",
    expected: "erratum",
    erratum: {
      kind: "statement",
      right:
        "A line search is a one-dimensional search: count loss evaluations; no system is solved (that is Newton)",
    },
  },
  {
    id: "line-search-optimal",
    where: "i2dl:668",
    section: "Lecture 5, Scaling Optimization",
    quote: "Can compute optimal learning rate using Line Search (optimal for a given set)",
    kinds: ["run"],
    confirms:
      "One step with the rate of an exact line search lowers the loss of its set more than any fixed rate of a grid, in every seed; on held-out data it need not.",
    refutes: "Some fixed rate lowers it more.",
    expected: "confirmed",
  },
];
