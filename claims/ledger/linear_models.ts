import type { LedgerClaim } from "../ledger_claim.ts";

export const LINEAR_MODELS: readonly LedgerClaim[] = [
  {
    id: "knn-metric",
    where: "i2dl:15-16",
    section: "Lecture 2, Machine Learning Basics",
    quote: "L1 distance, L2 distance, No of Neighbors: k ... problem dependent",
    kinds: ["run"],
    confirms: "On two data sets the pair (distance, k) with the best validation accuracy differs.",
    refutes: "The same pair is best on both.",
    expected: "confirmed",
  },
  {
    id: "split-hyper",
    where: "i2dl:25",
    section: "Lecture 2, Machine Learning Basics",
    quote: "in the join of the first and the second we find the hyperparameters",
    kinds: ["run"],
    confirms:
      "k chosen by the score on training and validation data together has a test accuracy no more than one standard error below that of k chosen on validation data alone, and is not always 1.",
    refutes:
      "k = 1 wins whenever the training data are in the score, since every sample is its own nearest neighbour, and its test accuracy is lower.",
    expected: "erratum",
    erratum: {
      kind: "statement",
      right:
        "Choose k by train+validation score and by validation alone: k = 1 always wins on data that contains the training set; compare test accuracy",
    },
  },
  {
    id: "split-leak",
    where: "i2dl:1168",
    section: "Lecture 6, Training Neural Networks I",
    quote: "Training set contain test data",
    kinds: ["run"],
    confirms:
      "With part of the test set in the training set, test accuracy rises in every seed while that on fresh data does not (sign test, five seeds).",
    refutes: "Test accuracy rises in no seed, or accuracy on fresh data rises as much.",
    expected: "confirmed",
  },
  {
    id: "kmeans-unsupervised",
    where: "i2dl:33",
    section: "Lecture 2, Machine Learning Basics",
    quote: "Unsupervised learning that has no label ... uses clustering (k-means, PCA, etc.)",
    kinds: ["run"],
    confirms:
      "Clusters found without labels have a purity above chance (five seeds), and every method named is a clustering.",
    refutes: "Purity is no better than chance, or a method named assigns no clusters: PCA gives coordinates.",
    expected: "depends",
  },
  {
    id: "linear-worked",
    where: "i2dl:91",
    section: "Lecture 2, Machine Learning Basics",
    quote: "[1 25 50 2 50; 1 -10 50 0 10] times [0.2 0.64 0 1 0.14]",
    kinds: ["exact"],
    confirms: "The product of the printed matrix and vector is 25.2 and -4.8 within 1e-5.",
    refutes: "Either number differs by more.",
    expected: "confirmed",
  },
  {
    id: "ls-closed-unique",
    where: "i2dl:116",
    section: "Lecture 2, Machine Learning Basics",
    quote: "Convex problem, there exists a closed-form solution that is unique",
    kinds: ["exact"],
    confirms: "The normal equations have one solution for every X.",
    refutes:
      "Two different parameter vectors have the same, smallest loss for some X, such as one with a column twice.",
    expected: "depends",
  },
  {
    id: "ls-gradient",
    where: "i2dl:134",
    section: "Lecture 2, Machine Learning Basics",
    quote: "gradient = 2 X^T X theta - 2 X^T y",
    kinds: ["exact"],
    confirms:
      "The printed gradient equals that of the sum of squares by automatic differentiation within 1e-5 of its norm.",
    refutes: "It differs by more.",
    expected: "confirmed",
  },
  {
    id: "ls-normal-equations",
    where: "i2dl:136",
    section: "Lecture 2, Machine Learning Basics",
    quote: "theta = (X^T X)^-1 X^T y",
    kinds: ["exact"],
    confirms:
      "The gradient at the printed solution is below 1e-10 of that at 0, and the solution by QR agrees within 1e-10.",
    refutes: "Either fails.",
    expected: "confirmed",
  },
  {
    id: "ls-three-ways",
    where: "i2dl:192",
    section: "Lecture 2, Machine Learning Basics",
    quote:
      "Maximum likelihood Estimate (MLE) corresponds to the Least Squares Estimate (given the assumptions)",
    kinds: ["run"],
    confirms:
      "Normal equations, gradient descent and ascent of the likelihood meet within 1e-3 of the norm of the weights on auto-mpg.",
    refutes: "Two of them stay further apart although both gradients are below 1e-5.",
    expected: "confirmed",
  },
  {
    id: "mle-log-same",
    where: "i2dl:166-168",
    section: "Lecture 2, Machine Learning Basics",
    quote: "arg max of the product = arg max of the sum of logs",
    kinds: ["exact"],
    confirms:
      "On a grid of parameters product and sum of logarithms are largest at the same point, as long as the product is a number.",
    refutes: "They are largest at different points.",
    expected: "confirmed",
  },
  {
    id: "mle-noise-name",
    where: "i2dl:176",
    section: "Lecture 2, Machine Learning Basics",
    quote: "y_i = x_i theta + sigma_i with sigma_i ~ N(0, sigma^2)",
    kinds: ["exact"],
    confirms:
      "Read as printed, with one value for both letters, the residuals spread with deviation sigma within 10%.",
    refutes: "They do not spread, while noise that is drawn for each sample does.",
    expected: "erratum",
    erratum: {
      kind: "formula",
      right: "One letter for noise and for its deviation; read the noise as eps_i",
    },
  },
  {
    id: "logistic-likelihood",
    where: "i2dl:212,216",
    section: "Lecture 2, Machine Learning Basics",
    quote: "p(y given X, theta) = y-hat = product of ...",
    kinds: ["exact"],
    confirms: "For some n of 2 or more the likelihood of n labels equals the prediction of each.",
    refutes: "The product of the terms differs from the predictions for n = 2, and equals the one for n = 1.",
    expected: "erratum",
    erratum: {
      kind: "formula",
      right: 'The likelihood of n labels is not the prediction: for n = 2 they differ; drop "= y-hat"',
    },
  },
  {
    id: "logistic-cost-sign",
    where: "i2dl:234",
    section: "Lecture 2, Machine Learning Basics",
    quote: "C(theta) = -1/n sum L(y-hat_i, y_i)",
    kinds: ["exact"],
    confirms: "A step of gradient descent on the printed cost raises the likelihood.",
    refutes: "It lowers the likelihood, and a step on the cost with the other sign raises it.",
    expected: "erratum",
    erratum: {
      kind: "formula",
      right:
        "L (lines 226, 230) is already negative log likelihood: as printed, descent lowers the likelihood; line 238 is right",
    },
  },
  {
    id: "logistic-no-closed-form",
    where: "i2dl:243",
    section: "Lecture 2, Machine Learning Basics",
    quote: "No closed-form solution",
    kinds: ["run"],
    confirms:
      "Gradient descent and Newton's method need more than one step and meet within 1e-4 of one optimum, whereas least squares needs one solution of a linear system.",
    refutes: "Newton's first step ends within 1e-6 of the optimum.",
    expected: "confirmed",
  },
  {
    id: "logistic-bce-positive",
    where: "i2dl:228",
    section: "Lecture 2, Machine Learning Basics",
    quote: "y_i = 1 gives L = -log y-hat",
    kinds: ["exact"],
    confirms:
      "At y = 1 the loss of predictions between 0.01 and 0.99 equals -log of the prediction within 1e-6.",
    refutes: "It differs by more.",
    expected: "confirmed",
  },
  {
    id: "hyperplane-offset",
    where: "aps360:16",
    section: "Week 2",
    quote: "b is related to the offset of the hyperplane",
    kinds: ["exact"],
    confirms:
      "The signed distance of the plane w x + b = 0 from the origin is -b over the norm of w, for 100 random planes, within 1e-6.",
    refutes: "The distance does not depend on b, or differs.",
    expected: "confirmed",
  },
  {
    id: "svm-linear-f",
    where: "aps360:15",
    section: "Week 2",
    quote: "When f is linear, this becomes a support vector machine",
    kinds: ["run"],
    confirms:
      "A linear neuron under its squared error has the weights and margin of the support vector machine on iris.",
    refutes:
      "Its direction differs by more than 1 degree and its margin is smaller, while the neuron under hinge loss and an L2 term has the largest margin.",
    expected: "erratum",
    erratum: {
      kind: "statement",
      right:
        "A linear neuron under MSE and under hinge + L2 give different weights and margins on iris; only the second is an SVM",
    },
  },
  {
    id: "hinge-saturates",
    where: "i2dl:1402",
    section: "Lecture 7, Training Neural Networks II",
    quote: "Hinge Loss saturates",
    kinds: ["exact"],
    confirms: "Loss and gradient are exactly 0 once every margin is 1 or more.",
    refutes: "Either is not 0 there.",
    expected: "confirmed",
  },
  {
    id: "ce-never-zero",
    where: "i2dl:1402",
    section: "Lecture 7, Training Neural Networks II",
    quote: "Cross Entropy always wants to improve! (Loss never 0)",
    kinds: ["exact"],
    confirms: "The loss is above 0 at every finite gap between the logits.",
    refutes: "It is exactly 0 in the arithmetic of the computation from some gap on.",
    expected: "depends",
  },
];
