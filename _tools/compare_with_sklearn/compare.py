"""Fits scikit-learn's models to the data on standard input and prints how far apart both results are, as JSON."""

import json
import sys

import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC


def matrix(table):
    return np.array(table["values"], dtype=np.float64).reshape(table["rows"], -1)


rows = []


def row(method, quantity, here, there, tolerance):
    rows.append(
        {
            "method": method,
            "quantity": quantity,
            "here": float(here),
            "there": float(there),
            "tolerance": tolerance,
        }
    )


def pca(case):
    x, ours = matrix(case["x"]), matrix(case["components"])
    fit = PCA(svd_solver="full").fit(x)
    variances = np.array(case["variances"])
    k = case["compared"]
    row("PCA", f"variance of the first of {k} components", variances[0], fit.explained_variance_[0], 1e-3)
    row("PCA", f"variance of the last of {k} components", variances[k - 1], fit.explained_variance_[k - 1], 1e-4)
    cosines = np.abs(np.sum(ours[:k] * fit.components_[:k], axis=1))
    row("PCA", f"least cosine of {k} components", cosines.min(), 1, 1e-6)


def kmeans(case):
    x, start = matrix(case["x"]), matrix(case["start"])
    fit = KMeans(len(start), init=start, n_init=1, tol=0, algorithm="lloyd").fit(x)
    row("k-means, same start", "inertia", case["inertia"], fit.inertia_, 1)
    same = np.mean(fit.labels_ == np.array(case["assignments"]))
    row("k-means, same start", "share of equal assignments", same, 1, 0)
    row("k-means, same start", "largest distance of centres", np.abs(matrix(case["centres"]) - fit.cluster_centers_).max(), 0, 1e-4)


def neighbours(case):
    fit = KNeighborsClassifier(case["k"]).fit(matrix(case["x"]), case["labels"])
    found = fit.predict(matrix(case["queries"]))
    row(f"{case['k']} nearest neighbours", "share of equal answers", np.mean(found == np.array(case["answers"])), 1, 0)


def svm(case):
    x, y = matrix(case["x"]), np.array(case["labels"])
    signs = np.where(y == 1, 1.0, -1.0)
    fit = SVC(kernel="linear", C=case["c"], tol=1e-8).fit(x, signs)

    def objective(w, b):
        return np.maximum(0, 1 - signs * (x @ w + b)).mean() + w @ w / (2 * case["c"] * len(y))

    w, b = np.array(case["w"]), case["b"]
    v, c = fit.coef_[0], fit.intercept_[0]
    row("linear SVM", "objective", objective(w, b), objective(v, c), 1e-4)
    row("linear SVM", "cosine of the directions", w @ v / np.linalg.norm(w) / np.linalg.norm(v), 1, 1e-3)
    row("linear SVM", "share of equal answers", np.mean((x @ w + b > 0) == (x @ v + c > 0)), 1, 0)


def logistic(case):
    x, y = matrix(case["x"]), np.array(case["labels"])
    ones = np.hstack([x, np.ones((len(x), 1))])
    fit = LogisticRegression(
        C=1 / (case["penalty"] * len(y)), fit_intercept=False, tol=1e-10, max_iter=10000
    ).fit(ones, y)
    ours = np.array(case["coefficients"])
    row("logistic regression", "length of the coefficients", np.linalg.norm(ours), np.linalg.norm(fit.coef_[0]), 1e-3)
    row("logistic regression", "largest distance of coefficients", np.abs(ours - fit.coef_[0]).max(), 0, 1e-3)


cases = json.load(sys.stdin)
pca(cases["pca"])
kmeans(cases["kmeans"])
neighbours(cases["neighbours"])
svm(cases["svm"])
logistic(cases["logistic"])
print(json.dumps({"version": sklearn.__version__, "rows": rows}))
