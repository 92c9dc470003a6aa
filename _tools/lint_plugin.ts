/// <reference lib="deno.unstable" />
/**
 * The house rules as a plugin of `deno lint`: what the promise of equal bits forbids, and which file may import which.
 *
 * @module
 */
import { pathToFileURL } from "node:url";

/** The layers of core, lowest first: a file imports from its own layer and from those before it. */
const LAYERS = [
  "numerics",
  "assembler",
  "scalar",
  "random",
  "kernels",
  "backends",
  "tensor",
  "linear_algebra",
  "autodiff",
  "ops",
  "compile",
  "nn",
  "optim",
  "training",
];

/**
 * The workspace's members, and what else each of them may import by name. Tests may import anything, and files that are
 * private to their folder also what tests are written with.
 */
const MEMBERS: Readonly<Record<string, (specifier: string) => boolean>> = {
  core: (specifier) => specifier.startsWith("node:"),
  models: (specifier) => specifier === "@verbatim/core",
  data: (specifier) => !/^@verbatim\/(?!core$)/.test(specifier),
  claims: (specifier) => specifier === "@verbatim/core" || specifier === "@verbatim/models",
  experiments: () => true,
};

/** Members in which every number comes from core's own arithmetic. */
const REPRODUCIBLE = ["core", "models", "claims", "experiments"];

/** What tests, and the files that help them, are written with. */
const TEST_LIBRARIES = ["@std/assert", "fast-check"];

/**
 * The only folder that may look at a clock or ask for a name that nothing else has: it times runs and writes their
 * files, and keeps both out of what is pinned.
 */
const RUNNER = "experiments/runner/";

/** What every engine computes with the same bits: exact operations, and constants. */
const EXACT_MATH = new Set(
  ("abs ceil clz32 floor fround imul max min round sign sqrt trunc " +
    "E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2").split(" "),
);

/** Lines of code, without comments and blank lines, that a file may have. */
const MAX_LINES = 400;

const ROOT = new URL("../", import.meta.url).href;

/** Where a file stands in the workspace. */
interface Place {
  /** The path from the root, with slashes. */
  readonly path: string;
  readonly member: string;
  /** Whether it is a test, or stands in a folder `testing`, of what tests share: only tests import it. */
  readonly isTest: boolean;
  /** Whether the file is for its own folder, and those within, only. */
  readonly isPrivate: boolean;
}

function placeOf(filename: string): Place {
  const { href } = pathToFileURL(filename);
  const path = decodeURIComponent(href.startsWith(ROOT) ? href.slice(ROOT.length) : href);
  return {
    path,
    member: path.split("/")[0]!,
    isTest: /_(test|bench)\.ts$|^\w+\/testing\//.test(path),
    isPrivate: /(^|\/)_[^/]*$/.test(path),
  };
}

/** A rule for all files but tests in some members; `visit` says what it looks at. */
function rule(
  applies: (place: Place) => boolean,
  visit: (report: (node: Deno.lint.Node, message: string) => void, place: Place) => Deno.lint.LintVisitor,
): Deno.lint.Rule {
  return {
    create(context) {
      const place = placeOf(context.filename);
      if (place.isTest || !applies(place)) return {};
      return visit((node, message) => context.report({ node, message }), place);
    },
  };
}

const reproducible = ({ member }: Place) => REPRODUCIBLE.includes(member);
const ours = ({ member }: Place) => member in MEMBERS || member === "_tools";

/** The name of a property, if it is written out. */
function propertyOf(node: Deno.lint.MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : undefined;
  return node.property.type === "Literal" && typeof node.property.value === "string"
    ? node.property.value
    : undefined;
}

/** The global object that a node names, as itself or as a property of `globalThis`. */
function globalOf(node: Deno.lint.Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  const isGlobal = node.type === "MemberExpression" && node.object.type === "Identifier" &&
    node.object.name === "globalThis";
  return isGlobal ? propertyOf(node) : undefined;
}

/** Whether an identifier reads a variable, rather than being a name within something else. */
function isRead(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  if (parent.type === "MemberExpression") return parent.object === node || parent.computed;
  if (parent.type === "Property") return parent.value === node;
  return parent.type === "VariableDeclarator" ? parent.init === node : parent.type !== "TSTypeQuery";
}

/** Whether `const { fround } = Math` takes exact operations by their names. */
function takesExact({ parent }: Deno.lint.Identifier): boolean {
  return parent.type === "VariableDeclarator" && parent.id.type === "ObjectPattern" &&
    parent.id.properties.every((property) =>
      property.type === "Property" && property.key.type === "Identifier" && EXACT_MATH.has(property.key.name)
    );
}

const hostMath = rule(reproducible, (report) => ({
  MemberExpression(node) {
    if (globalOf(node.object) !== "Math") return;
    const name = propertyOf(node);
    if (name === "random" || (name !== undefined && EXACT_MATH.has(name))) return;
    report(
      node,
      `Math.${name ?? "[...]"} differs between engines: use the scalar language or exact operations`,
    );
  },
  Identifier(node) {
    if (
      node.name !== "Math" || !isRead(node) || node.parent.type === "MemberExpression" || takesExact(node)
    ) return;
    report(node, "Math as a value hides which of its functions are used: write Math.name");
  },
}));

const noPower = rule(reproducible, (report) => ({
  BinaryExpression(node) {
    if (node.operator === "**") {
      report(node, "** differs between engines: write the products out, or a literal");
    }
  },
  AssignmentExpression(node) {
    if (node.operator === "**=") report(node, "**= differs between engines: write the products out");
  },
}));

const noRandom = rule(reproducible, (report, { path }) => ({
  MemberExpression(node) {
    const [object, name] = [globalOf(node.object), propertyOf(node)];
    const isRandom = (object === "Math" && name === "random") ||
      (object === "crypto" && (name === "getRandomValues" || name === "randomUUID") &&
        !path.startsWith(RUNNER));
    if (isRandom) report(node, `${object}.${name} gives other values on every run: draw from a key`);
  },
}));

const noClock = rule((place) => reproducible(place) && !place.path.startsWith(RUNNER), (report) => ({
  MemberExpression(node) {
    const [object, name] = [globalOf(node.object), propertyOf(node)];
    const isClock = (object === "Date" && name === "now") || (object === "performance" && name === "now") ||
      (object === "Temporal" && name === "Now");
    if (isClock) report(node, `${object}.${name} is a clock: only ${RUNNER} measures time`);
  },
  NewExpression(node) {
    if (globalOf(node.callee) === "Date") {
      report(node, `new Date is a clock: only ${RUNNER} measures time`);
    }
  },
  CallExpression(node) {
    if (globalOf(node.callee) === "Date") {
      report(node, `Date() is a clock: only ${RUNNER} measures time`);
    }
  },
}));

const noRace = rule(reproducible, (report) => ({
  MemberExpression(node) {
    if (globalOf(node.object) !== "Promise" || propertyOf(node) !== "race") return;
    report(node, "Promise.race lets timing choose a result: await in a fixed order");
  },
}));

const noAny = rule(ours, (report) => ({
  TSAnyKeyword(node) {
    report(node, "any switches the types off: write the type, or unknown and a check");
  },
}));

const noDoubleCast = rule(ours, (report) => ({
  TSAsExpression(node) {
    const { expression } = node;
    const isDouble = expression.type === "TSAsExpression" &&
      expression.typeAnnotation.type === "TSUnknownKeyword";
    if (isDouble) report(node, "as unknown as claims what nothing checks: narrow the type by a test");
  },
}));

/** What keeps `from` from importing `specifier`, if anything does. */
function importProblem(from: Place, filename: string, specifier: string): string | undefined {
  const allowed = MEMBERS[from.member];
  if (!/^\.\.?\//.test(specifier)) {
    if (from.isTest || allowed === undefined || allowed(specifier)) return undefined;
    if (from.isPrivate && TEST_LIBRARIES.includes(specifier)) return undefined;
    return `${from.member} does not import ${specifier}`;
  }
  const to = placeOf(decodeURIComponent(new URL(specifier, pathToFileURL(filename)).pathname));
  const folder = to.path.slice(0, to.path.lastIndexOf("/") + 1);
  if (to.isPrivate && !from.path.startsWith(folder)) return `${to.path} is private to its folder`;
  if (to.isTest && !from.isTest) return `${to.path} is for tests only`;
  if (from.isTest || allowed === undefined) return undefined;
  if (to.member !== from.member) {
    return `${from.member} does not reach into ${to.member}: import a member by its name`;
  }
  if (from.member !== "core") return undefined;
  const [layer, target] = [from.path.split("/"), to.path.split("/")].map((parts) =>
    parts.length > 2 ? parts[1]! : undefined
  );
  if (layer === undefined) return undefined; // core/mod.ts and its neighbours stand above all layers
  if (target === undefined) return `${to.path} stands above layer ${layer}`;
  if (!LAYERS.includes(layer)) return `layer ${layer} is not in the list of layers`;
  if (!LAYERS.includes(target)) return `layer ${target} is not in the list of layers`;
  return LAYERS.indexOf(target) > LAYERS.indexOf(layer)
    ? `layer ${target} stands above layer ${layer}`
    : undefined;
}

const layers: Deno.lint.Rule = {
  create(context) {
    const place = placeOf(context.filename);
    if (!ours(place)) return {};
    const check = (source: Deno.lint.Node | null) => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const problem = importProblem(place, context.filename, source.value);
      if (problem !== undefined) context.report({ node: source, message: problem });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType({ argument }) {
        if (argument.type === "TSLiteralType") check(argument.literal);
      },
    };
  },
};

const fileLength: Deno.lint.Rule = {
  create(context) {
    if (!ours(placeOf(context.filename))) return {};
    return {
      Program(node) {
        const { text } = context.sourceCode;
        let code = "";
        let end = 0;
        for (const { range } of context.sourceCode.getAllComments()) {
          code += text.slice(end, range[0]);
          end = range[1];
        }
        code += text.slice(end);
        const lines = code.split("\n").filter((line) => line.trim() !== "").length;
        if (lines <= MAX_LINES) return;
        context.report({ node, message: `${lines} lines of code: split the file, at most ${MAX_LINES} fit` });
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "verbatim",
  rules: {
    "host-math": hostMath,
    "no-power": noPower,
    "no-random": noRandom,
    "no-clock": noClock,
    "no-race": noRace,
    "no-any": noAny,
    "no-double-cast": noDoubleCast,
    "layers": layers,
    "file-length": fileLength,
  },
};

export default plugin;
