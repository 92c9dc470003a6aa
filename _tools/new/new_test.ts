import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { UsageError } from "@verbatim/data/command_line";
import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { readName } from "./names.ts";
import { type NewOptions, planNew, withLine } from "./plan.ts";

const ROOT = new URL("../../", import.meta.url);

/** The tests of the lists and pages, and a training, take as long as all else here: `deno task test --full`. */
const FULL = Deno.args.includes("--full");

Deno.test("a name has all the forms of code", () => {
  assertEquals(readName("res-net-50"), {
    kebab: "res-net-50",
    snake: "res_net_50",
    camel: "resNet50",
    pascal: "ResNet50",
    constant: "RES_NET_50",
    title: "Res net 50",
  });
});

Deno.test("names that code cannot have are refused in one line, with the one that was meant", () => {
  const refused = (name: string, expected: string) => {
    const error = assertThrows(() => readName(name), UsageError, expected);
    assertMatch(error.message, /^[^\n]+$/);
  };
  refused("ResNet", 'expected kebab-case of at most 40 letters, such as "res-net". Did you mean "res-net"?');
  refused("my_net", 'Did you mean "my-net"?');
  refused("-net-", 'Did you mean "net"?');
  refused("../net", 'Did you mean "net"?');
  refused("3d", 'Did you mean "d"?');
  refused("", "expected kebab-case");
  refused("a--b", 'Did you mean "a-b"?');
  refused("x".repeat(41), "expected kebab-case");
  refused("switch", "a name that code does not use otherwise");
  refused("params", "a name that code does not use otherwise");
});

Deno.test("what is there, or unknown, is refused in one line", async () => {
  const refused = async (options: Partial<NewOptions>, expected: string) => {
    const plan = {
      kind: "model",
      name: "new-net",
      family: undefined,
      task: undefined,
      model: undefined,
      ...options,
    };
    const error = await assertRejects(() => planNew(fileURLToPath(ROOT), plan), UsageError, expected);
    assertMatch(error.message, /^[^\n]+$/);
  };
  await refused({ kind: "modle" }, 'Unknown kind "modle". Did you mean "model"?');
  await refused({ family: "visoin" }, 'Unknown family "visoin". Did you mean "vision"?');
  await refused({ family: "training" }, 'Unknown family "training".');
  await refused({ kind: "op", family: "vision" }, "Cannot use --family");
  await refused({ model: "mlp" }, "Cannot use --model");
  await refused({ task: "regress" }, 'Unknown task "regress". Did you mean "regression"?');
  await refused({ kind: "experiment", task: "regression" }, "Cannot use --task");
  await refused({ name: "lenet" }, "got the model of models/vision/lenet.ts");
  await refused({ name: "softmax" }, "got what @verbatim/core has as softmax");
  await refused({ name: "knn-uci-digits" }, "got the experiment of experiments/baselines/knn_uci_digits.ts");
  await refused({ kind: "experiment", name: "lenet" }, "got the experiment of experiments/vision/lenet.ts");
  await refused({ kind: "experiment", model: "lente" }, 'Unknown model "lente". Did you mean "lenet"?');
  await refused(
    { kind: "experiment", model: "linear-regression" },
    "expected a configuration for images [28, 28, 1]",
  );
  await refused({ kind: "dataset", name: "iris" }, 'got the data set "Iris"');
  await refused({ kind: "op", name: "relu" }, "got what @verbatim/core has as relu");
});

Deno.test("a line is put where the alphabet has it", () => {
  const kind = /^use \w+;$/;
  assertEquals(
    withLine("// a\nuse b;\nuse d;\nend\n", kind, "use c;"),
    "// a\nuse b;\nuse c;\nuse d;\nend\n",
  );
  assertEquals(
    withLine("// a\nuse b;\nuse d;\nend\n", kind, "use e;"),
    "// a\nuse b;\nuse d;\nuse e;\nend\n",
  );
  assertEquals(withLine("use b;\n", kind, "use A;"), "use A;\nuse b;\n");
});

Deno.test(`what is made passes every check and its tests${FULL ? ", and trains" : ""}`, async () => {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "new-" }));
  try {
    for await (const { name } of Deno.readDir(ROOT)) {
      if (!/^\.|^node_modules$|^coverage$/.test(name)) {
        await cp(new URL(name, ROOT), `${root}/${name}`, { recursive: true });
      }
    }
    const deno = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args,
        cwd: root,
        env: { NO_COLOR: "1" },
      }).output();
      const decoder = new TextDecoder();
      const out = decoder.decode(stdout);
      assertEquals(code, 0, `deno ${args.join(" ")}\n${out}${decoder.decode(stderr)}`);
      return out;
    };
    // What is new is what is not committed: only that may still lack results.
    const identity = [
      "-c",
      "user.name=test",
      "-c",
      "user.email=test@example.org",
      "-c",
      "commit.gpgsign=false",
    ];
    for (const args of [["init", "-q"], ["add", "-A"], [...identity, "commit", "-q", "-m", "Before"]]) {
      assert((await new Deno.Command("git", { args, cwd: root }).output()).success, `git ${args.join(" ")}`);
    }
    const made: string[] = [];
    for (
      const args of [
        ["model", "new-net-of-one-long-name"],
        ["model", "new-curve-of-one-long-name", "--task", "regression", "--family", "sequence"],
        ["experiment", "new-training", "--model", "lenet", "--family", "vision"],
        ["dataset", "new-flowers-of-a-long-name"],
        ["op", "new-slope-of-one-long-name"],
      ]
    ) {
      const out = await deno("task", "-q", "new", ...args);
      made.push(...[...out.matchAll(/^(?:wrote|added a line to) (\S+)$/gm)].map(([, path]) => path!));
    }
    assertEquals(made.length, 3 + 3 + 1 + 4 + 3);
    const generated = ["models/mod.ts", "models/registry.ts"];
    await deno("fmt", "-q", "--check", ...made, ...generated);
    await deno("lint", "-q", ...made, ...generated);
    await deno("check", "-q", ...made, ...generated);
    await deno("doc", "-q", "--lint", "core/mod.ts", "data/mod.ts", "models/mod.ts");
    const tests = made.filter((path) => path.endsWith("_test.ts"));
    assertEquals(tests.length, 4);
    const documented = [
      "models/feedforward/new_net_of_one_long_name.ts",
      "models/sequence/new_curve_of_one_long_name.ts",
      "core/ops/new_slope_of_one_long_name.ts",
    ];
    const pages = [
      "models/registry_test.ts",
      "_tools/models_page",
      "_tools/data_page",
      "experiments/registry_test.ts",
    ];
    const all = [...tests, ...documented, ...FULL ? pages : []];
    await deno("test", "-q", "--no-check", "-P=test", "--doc", ...all);
    const list = await deno("task", "-q", "list");
    assertMatch(list, /^feedforward +new-net-of-one-long-name .*fashion-mnist/m);
    assertMatch(list, /^vision +new-training /m);

    const cache = new URL(".verbatim/cache/fashion-mnist", ROOT);
    if (FULL && await Deno.stat(cache).then(() => true, () => false)) {
      await Deno.mkdir(`${root}/.verbatim/cache`, { recursive: true });
      await cp(cache, `${root}/.verbatim/cache/fashion-mnist`, { recursive: true });
      const quick = await deno(
        "task",
        "-q",
        "reproduce",
        "new-net-of-one-long-name",
        "--profile",
        "quick",
        "--offline",
      );
      assertStringIncludes(quick, "1 run: 1 new (unpinned).");
    } else if (FULL) console.log("not trained: Fashion-MNIST is not on this machine");

    const again = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "new", "op", "new-slope-of-one-long-name"],
      cwd: root,
    }).output();
    assertEquals(again.code, 2);
    assert(
      new TextDecoder().decode(again.stderr).includes("got what @verbatim/core has as newSlopeOfOneLongName"),
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
