/**
 * What the zoo knows of a model: an architecture's file ends with `export const lenetModel: RegisteredModel =
 * defineModel({ ... })`, a fitted method's with `export const pcaMethod: RegisteredMethod = defineMethod({ ... })`. From
 * this come the tests of the contract, the page on models and the diagrams; no result of a training depends on it.
 *
 * @module
 */
import type { Key, Model, Shape, Tensor, Tree } from "@verbatim/core";

/** A place in the lecture notes. */
export interface NotePlace {
  /** Name of the note: "i2dl", "aps360", "ann-summary", "csw182" or "marinus-lectures". */
  readonly note: string;
  /** Section, as the note calls it. */
  readonly section: string;
}

/** What architectures and methods have in common. */
export interface EntryWords {
  /** Unique, kebab-case. */
  readonly id: string;
  /** The folder of the file. */
  readonly family: string;
  /** As a reader calls it: "LeNet-5". */
  readonly title: string;
  /** Where the notes speak of it. */
  readonly notes: readonly NotePlace[];
  /** Where it was first published: authors (year). Title. */
  readonly paper?: string;
}

/** A number of parameters that others state. */
export interface PublishedCount {
  /** The number, as far as it is printed. */
  readonly count: number;
  /** Who says so: a paper, a section of the notes. */
  readonly source: string;
  /** How far the count may be off because it is printed rounded, as a share of it; default 0. */
  readonly within?: number;
  /** Why the exact count here is another nevertheless. */
  readonly differs?: string;
}

/** One size of an architecture. */
export interface Configuration<C, X extends Tree> {
  /** What the architecture is built from. */
  readonly config: C;
  /** Shape of one input; a function that makes a batch of inputs where they are not one tensor of f32. */
  readonly input: Shape | ((size: number) => X);
  /** The exact number of parameters, from arithmetic. */
  readonly parameters: number;
  /** What notes and papers state. */
  readonly published?: readonly PublishedCount[];
}

/** What a model is given to learn in a test: x for `apply`, and beside it whatever the loss asks for. */
export type TrialBatch<X extends Tree = Tree> = { readonly x: X } & { readonly [name: string]: Tree };

/** A small task on which a model shows that it computes and learns as it should. */
export interface Trial<
  C = unknown,
  X extends Tree = Tree,
  Y extends Tree = Tree,
  B extends TrialBatch<X> = TrialBatch<X>,
> {
  /** A size at which a hundred steps take a few seconds at most. */
  readonly config: C;
  /** Draws a batch of about `size` examples. */
  batch(key: Key, size: number): B;
  /** The loss of the model's outputs, 0-d f32. */
  loss(y: Y, batch: B): Tensor;
  /** When one batch counts as learned by heart. */
  readonly learned: {
    /** The loss must fall below it. */
    readonly loss: number;
    /** Examples in the batch; default 16. */
    readonly size?: number;
    /** Steps of Adam; default 100. */
    readonly steps?: number;
    /** Its rate; default 0.003. */
    readonly rate?: number;
  };
}

/** An architecture, its published sizes, and what it is tried on. */
export interface ModelDefinition<
  C = unknown,
  P extends Tree = Tree,
  S extends Tree = Tree,
  X extends Tree = Tree,
  Y extends Tree = Tree,
  B extends TrialBatch<X> = TrialBatch<X>,
> extends EntryWords {
  /** The architecture: from a configuration to `init` and `apply`. */
  build(config: C): Model<P, S, X, Y>;
  /** By the name of the exported constant. The first is the one that pages show. */
  readonly configurations: Readonly<Record<string, Configuration<C, X>>>;
  /** What it is tried on in tests. */
  readonly trial: Trial<C, X, Y, B>;
}

/** A registered architecture, whatever its types are. */
export interface RegisteredModel extends ModelDefinition {
  /** What it is. */
  readonly kind: "model";
}

/** A method that is fitted without steps of gradient descent, or by its own iteration. */
export interface MethodDefinition extends EntryWords {
  /** What it is tried on in tests. */
  readonly trial: {
    /** A small fit of data drawn from the key: all that the method finds, for every bit of it is compared. */
    fit(key: Key): Tree | Promise<Tree>;
  };
}

/** A registered method. */
export interface RegisteredMethod extends MethodDefinition {
  /** What it is. */
  readonly kind: "method";
}

/** What the registry holds. */
export type RegistryEntry = RegisteredModel | RegisteredMethod;

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const CONSTANT = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

function checkWords({ id, family, title }: EntryWords): void {
  if (!ID.test(id)) throw new TypeError(`Cannot define a model: expected a kebab-case id, got "${id}"`);
  if (family === "" || title === "") {
    throw new TypeError(
      `Cannot define "${id}": expected a family and a title, got "${family}" and "${title}"`,
    );
  }
}

/**
 * Registers an architecture: its words, its published sizes, and a small task from which the tests of
 * `models/_model_contract.ts` follow. `classify` and `regress` make the usual tasks.
 *
 * @throws {TypeError} if the id is not kebab-case, there is no configuration, or one's name is no CONSTANT_CASE.
 * @throws {RangeError} if a number of parameters is no positive integer.
 *
 * @example A line through points
 * ```ts
 * import { dense, type DenseParams, glorotUniform, initDense } from "@verbatim/core";
 * import { defineModel, type RegisteredModel, regress } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const line: RegisteredModel = defineModel({
 *   id: "line",
 *   family: "classical",
 *   title: "A line",
 *   notes: [],
 *   build: ({ inputs }: { inputs: number }) => ({
 *     init: (key) => ({ params: initDense(key, inputs, 1, glorotUniform), state: {} }),
 *     apply: (params: DenseParams, state, x) => ({ y: dense(params, x), state }),
 *   }),
 *   configurations: { LINE: { config: { inputs: 1 }, input: [1], parameters: 2 } },
 *   trial: regress({ config: { inputs: 20 }, input: [20], output: [1] }),
 * });
 * assertEquals(line.kind, "model");
 * ```
 */
export function defineModel<
  C,
  P extends Tree,
  S extends Tree,
  X extends Tree,
  Y extends Tree,
  B extends TrialBatch<X>,
>(definition: ModelDefinition<C, P, S, X, Y, B>): RegisteredModel {
  checkWords(definition);
  const { id, configurations } = definition;
  const names = Object.keys(configurations);
  if (names.length === 0) throw new TypeError(`Cannot define "${id}": expected a configuration, got none`);
  for (const name of names) {
    if (!CONSTANT.test(name)) {
      throw new TypeError(`Cannot define "${id}": expected configurations in CONSTANT_CASE, got "${name}"`);
    }
    const { parameters, published = [] } = configurations[name]!;
    for (const count of [parameters, ...published.map(({ count }) => count)]) {
      if (!(Number.isInteger(count) && count > 0)) {
        throw new RangeError(`Cannot define "${id}": expected a positive number of parameters, got ${count}`);
      }
    }
  }
  return { kind: "model", ...definition };
}

/**
 * Registers a fitted method: its words, and a small fit whose bits are compared.
 *
 * @throws {TypeError} if the id is not kebab-case.
 *
 * @example
 * ```ts
 * import { uniform } from "@verbatim/core";
 * import { defineMethod } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const mean = defineMethod({
 *   id: "mean",
 *   family: "classical",
 *   title: "The mean",
 *   notes: [],
 *   trial: { fit: (key) => uniform(key, [100], 0, 1).mean() },
 * });
 * assertEquals(mean.kind, "method");
 * ```
 */
export function defineMethod(definition: MethodDefinition): RegisteredMethod {
  checkWords(definition);
  return { kind: "method", ...definition };
}
